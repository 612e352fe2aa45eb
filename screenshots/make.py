"""Draw the documents' pictures: `python -m screenshots.make [--check] [name …]`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Write the pictures, or say which of them are stale; the exit code says so too."""
    parser = argparse.ArgumentParser(description="Draw the documents' pictures.")
    parser.add_argument("names", nargs="*", help="pictures to draw; all by default")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, fail where one is stale"
    )
    chosen = parser.parse_args()
    _make_repeatable()
    from screenshots.scenes import PICTURES

    stale = [
        name for name in chosen.names or PICTURES if not _settled(name, chosen.check)
    ]
    for name in stale:
        sys.stderr.write(f"stale: screenshots/{name}.svg\n")
    return 1 if stale else 0


def _settled(name: str, check: bool) -> bool:
    from screenshots.drawing import drawn
    from screenshots.scenes import PICTURES

    path = FOLDER / f"{name}.svg"
    svg = asyncio.run(drawn(PICTURES[name], name))
    if check:
        return path.exists() and path.read_text(encoding="utf-8") == svg
    path.write_text(svg, encoding="utf-8")
    return True


def _make_repeatable() -> None:
    """Clear variables that change the drawing, before Textual is imported."""
    for name in ("TEXTUAL_THEME", "NO_COLOR", "TMUX", "TMUX_PANE"):
        os.environ.pop(name, None)
    os.environ["TZ"] = "UTC"
    time.tzset()


if __name__ == "__main__":
    sys.exit(main())
