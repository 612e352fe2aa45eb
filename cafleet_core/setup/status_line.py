"""The tap on Claude Code's status line: it keeps what that is told, and runs the user's own.

There is one status line. Ours is the first line of its command, and a command that was there
before stands below, as it was: the same shell runs it, with the same standard input.
"""

from __future__ import annotations

import json

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.setup import json_edits, jsonc, signature
from cafleet_core.setup.piece import ABSENT, FOREIGN, PRESENT, STALE
from cafleet_core.usage.claude import STATUS_FOLDER

if TYPE_CHECKING:
    from typing import Any

_PATH = ("statusLine", "command")

_OLDEST_DAYS = 30
"""Days after which what a conversation was told is removed, when another one begins."""

_ID = r"""s/.*"session_id": *"\([0-9a-f-]\{36\}\)".*/\1/p"""

_KEEPING = (
    f'd="${{CLAUDE_CONFIG_DIR:-$HOME/.claude}}/{STATUS_FOLDER}"; t="$d/.$$"; m=$(umask);'
    ' umask 077; if mkdir -p "$d" && : >"$t"; then cat >"$t"; exec <"$t";'
    f""" i=$(sed -n '{_ID}' "$t" | head -n 1);"""
    f' [ -e "$d/$i.json" ] || find "$d" -type f -mtime +{_OLDEST_DAYS} -exec rm -f {{}} +;'
    ' if [ -n "$i" ]; then mv -f "$t" "$d/$i.json"; else rm -f "$t"; fi; fi 2>/dev/null;'
    ' umask "$m"; unset d t m i'
)
"""Whatever fails, standard input is read by the command below; nothing is printed."""

TAP = signature.command(_KEEPING)


class StatusLineTap:
    """The tap in Claude Code's settings."""

    def state(self, text: str | None) -> str:
        command = _command(text)
        if command is None or STATUS_FOLDER not in command.partition("\n")[0]:
            return ABSENT
        first = command.partition("\n")[0]
        if signature.opened(first) is None:
            return FOREIGN
        return PRESENT if first == TAP else STALE

    def put(self, text: str | None) -> str:
        state, command = self.state(text), _command(text)
        if state == PRESENT:
            return text or ""
        if command is None:
            typed = json_edits.insert(text or "", _PATH[:1], "command", key="type")
            return json_edits.insert(typed, _PATH[:1], TAP, key=_PATH[1])
        users = command if state == ABSENT else command.partition("\n")[2]
        return _rewritten(text or "", f"{TAP}\n{users}" if users else TAP)

    def take(self, text: str | None) -> str | None:
        if text is None or self.state(text) in (ABSENT, FOREIGN):
            return text
        users = (_command(text) or "").partition("\n")[2]
        if users:
            return _rewritten(text, users)
        return json_edits.remove(text, _PATH[:1])


def _rewritten(text: str, command: str) -> str:
    return json_edits.rewrite(text, _PATH, json.dumps(command, ensure_ascii=False))


def _command(text: str | None) -> str | None:
    """The command of the status line; None without one, ValueError for another form of it."""
    line: Any = jsonc.load(text or "").get(_PATH[0])
    if line is None:
        return None
    command = line.get(_PATH[1]) if isinstance(line, dict) else None
    if not isinstance(command, str) or not command:
        raise ValueError(f"has something unexpected in {_PATH[0]}")
    return command
