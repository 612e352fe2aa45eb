"""Alert the human once for each member that begins to wait, in the ways of the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cafleet_core.config.settings import Settings
from cafleet_core.text import cut, label
from cafleet_tui.model.standing import Standing

_LONGEST = 120

_KEEP_TITLE = "\x1b[22;2t"
_RESTORE_TITLE = "\x1b[23;2t"


class Alert:
    """Rings the bell, sets the title, notifies the desktop; `write` takes bytes for the terminal.

    If `inside_tmux`, a notification is passed through to the outer terminal, which tmux
    allows if its option `allow-passthrough` is on.
    """

    def __init__(
        self,
        settings: Settings,
        ring: Callable[[], None],
        write: Callable[[str], None],
        *,
        inside_tmux: bool = False,
    ) -> None:
        self._inside_tmux = inside_tmux
        self._settings = settings
        self._ring = ring
        self._write = write
        self._known: frozenset[str] = frozenset()
        self._title = ""

    def see(self, session_name: str, waiting: Sequence[Standing]) -> None:
        """Alert for members that wait now and did not before."""
        agents = [standing.member.agent for standing in waiting]
        ids = frozenset(agent.agent_id for agent in agents)
        begun = [agent for agent in agents if agent.agent_id not in self._known]
        self._known = ids
        if begun and self._settings.bell:
            self._ring()
        if begun and self._settings.desktop:
            names = ", ".join(label(agent.name) for agent in begun)
            self._notify(f"{cut(names, _LONGEST)} needs you")
        if self._settings.title:
            self._entitle(session_name, len(ids))

    def end(self) -> None:
        """Restore the terminal's earlier title."""
        if self._title:
            self._title = ""
            self._write(_RESTORE_TITLE)

    def _notify(self, words: str) -> None:
        sequence = f"\x1b]9;{words}\x07"
        if self._inside_tmux:
            escaped = sequence.replace("\x1b", "\x1b\x1b")
            sequence = f"\x1bPtmux;{escaped}\x1b\\"
        self._write(sequence)

    def _entitle(self, session_name: str, waiting: int) -> None:
        needs = f"({waiting}) " if waiting else ""
        title = f"{needs}cafleet {cut(label(session_name), _LONGEST)}".rstrip()
        if not self._title:
            self._write(_KEEP_TITLE)
        if title != self._title:
            self._title = title
            self._write(f"\x1b]2;{title}\x07")
