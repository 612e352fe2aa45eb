"""`python -m cafleet_core.event_rules.notify`: one notification, read from standard input."""

from __future__ import annotations

import json
import sys

MISSING = "notifications need apprise: install cafleet[notify]."


def main() -> int:
    """Send the notification; if that fails, print a one-line reason and return 1."""
    why = _send(json.load(sys.stdin))
    sys.stdout.write(why)
    return 1 if why else 0


def _send(wanted: dict[str, str]) -> str:
    try:
        import apprise
    except ImportError:
        return MISSING
    sender = apprise.Apprise()
    if not sender.add(wanted["url"]):
        return "no service that apprise knows has such an address."
    if not sender.notify(title=wanted["title"], body=wanted["body"]):
        return "the service did not take it."
    return ""


if __name__ == "__main__":
    sys.exit(main())
