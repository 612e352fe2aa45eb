"""A popover that offers agents' names after an @, without taking the focus."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual.geometry import Offset
from textual.widgets.option_list import Option

from cafleet_core.broker.messages.mentions import AT, token
from cafleet_core.records import Agent
from cafleet_tui.render import composer as render
from cafleet_tui.widgets.popover import MOST_ROWS, Popover

_BEING_WRITTEN = re.compile(rf"(?:^|[\s、，：])[{AT}]([\w.-]*)$")
_EVERYONE = "all"


def being_written(before_cursor: str) -> str | None:
    """The beginning of a mention before the cursor, without its @, or None."""
    at = max(before_cursor.rfind(sign) for sign in AT)
    match = _BEING_WRITTEN.search(before_cursor, max(0, at - 1)) if at >= 0 else None
    return match[1] if match else None


def matching(
    agents: Sequence[Agent], written: str, recent: Sequence[str] = ()
) -> list[Agent]:
    """The agents whose token has the letters of `written` in their order, the best first.

    That is one that begins with them, then one of whose words does, then one that has them
    together; of equal ones those in `recent`, the tokens that were written to last.
    """
    wanted = written.casefold()
    ranked = [(_distance(token(agent.name), wanted), agent) for agent in agents]
    fitting = [(far, agent) for far, agent in ranked if far is not None]
    fitting.sort(key=lambda each: (each[0], _place(recent, token(each[1].name))))
    return [agent for _, agent in fitting]


def _distance(name: str, wanted: str) -> int | None:
    """How far a token is from what was written; None if it is not meant."""
    if name.startswith(wanted):
        return 0
    if f"-{wanted}" in name:
        return 1
    if wanted in name:
        return 2
    letters = iter(name)
    return 3 if all(letter in letters for letter in wanted) else None


def _place(recent: Sequence[str], name: str) -> int:
    return recent.index(name) if name in recent else len(recent)


class MentionPopup(Popover):
    """Offers names; the text area takes one with `take`."""

    def __init__(self) -> None:
        super().__init__()
        self._written: str | None = None
        self._closed_at: str | None = None
        self._agents: Sequence[Agent] = ()
        self.recent: Sequence[str] = ()
        """The tokens of those who were written to last, the newest first."""

    def offer(self, agents: Sequence[Agent], before_cursor: str, where: Offset) -> None:
        """Open, fill or close for the text before the cursor at the screen offset `where`."""
        self._agents = agents
        written = being_written(before_cursor)
        if written is None or written == self._closed_at:
            self._hide()
            if written is None:
                self._closed_at = None
            return
        self._closed_at = None
        if written != self._written or not self.is_open:
            self._fill(written)
        height = min(self.option_count, MOST_ROWS)
        self.absolute_offset = where - Offset(len(written) + 2, height)
        self.set_class(self.option_count > 0, "-open")

    def close(self) -> None:
        """Close, and stay closed until the text before the cursor changes."""
        self._closed_at = self._written
        self._hide()

    def take(self, before_cursor: str) -> tuple[str, str] | None:
        """Close; the typed beginning and the highlighted name, or None without one."""
        written = being_written(before_cursor)
        if written is not None and written != self._written:
            self._fill(written)
        taken = None
        if self.highlighted is not None and written is not None:
            taken = written, self.get_option_at_index(self.highlighted).id or ""
        self._hide()
        return taken

    def _hide(self) -> None:
        self.remove_class("-open")
        self._written = None

    def _fill(self, written: str) -> None:
        self._written = written
        agents = self._agents
        fitting = matching(agents, written, self.recent)
        options = [
            Option(render.mention(agent), id=token(agent.name)) for agent in fitting
        ]
        if _EVERYONE.startswith(written.casefold()) and agents:
            # never the one that Enter takes, unless it is meant by its letters
            known = sum(token(agent.name) in self.recent for agent in fitting)
            last = len(options) if written else known or len(options)
            options.insert(last, Option(render.everyone(agents), id=_EVERYONE))
        self.clear_options()
        self.add_options({option.id: option for option in options}.values())
        self.highlighted = 0 if options else None
