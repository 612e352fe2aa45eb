"""How the list of members is arranged: its order, its width, who is pinned, and who is listed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cafleet_core.errors import CafleetError
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.data import arrangement_file
from cafleet_tui.dialogs.member_filter import MemberFilter
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.member_order import Arrangement
from cafleet_tui.render import arrangement as render
from cafleet_tui.render import status_line
from cafleet_tui.widgets.member_list import MemberList


class ArrangementController:
    """Arranges `members`, which `widen` gives more cells or less.

    `path` is the file that keeps order, pins and width, None keeps them nowhere.
    """

    def __init__(
        self,
        context: RoomContext,
        members: MemberList,
        widen: Callable[[int], None],
        path: str | None,
    ) -> None:
        self._context = context
        self._members = members
        self._widen = widen
        self._path = path

    def start(self) -> None:
        """Read how the list was arranged before."""
        if self._path is not None:
            read = partial(arrangement_file.read, self._path)
            jobs = self._context.jobs
            jobs.run("arrangement", lambda _: read(), self._take, self._say_trouble)

    def refusal(self, action: Action) -> str | None:
        """Why the selected member cannot be pinned; None if it can."""
        pins = action.id == "members.pin"
        return "nobody is selected" if pins and not self._members.highlighted else None

    def turn_pin(self) -> None:
        """Pin the selected member, or pin it no more."""
        standing = self._members.highlighted
        if standing is not None:
            agent = standing.member.agent
            self._change(self._arrangement.turned(agent.agent_id))
            is_pinned = agent.agent_id in self._arrangement.pinned
            self._context.say(render.pinned(agent.name, is_pinned))

    def go_to_next_order(self) -> None:
        """List the members in the next order."""
        self._change(self._arrangement.in_next_order())
        self._context.say(render.ordered(self._arrangement.order))

    def widen(self, cells: int) -> None:
        """Give the list so many cells more."""
        self._change(self._arrangement.widened(cells))

    def open_filter(self) -> None:
        """List those alone in which occurs what is typed, while it is."""
        words = self._arrangement.words
        dialog = MemberFilter(words, self._seek, self._members.action_move)
        self._context.open(dialog, self._filter_closed)

    def leave_filter(self) -> bool:
        """List everybody again; whether some were left out."""
        filtered = bool(self._arrangement.words)
        if filtered:
            self._seek("")
        return filtered

    @property
    def _arrangement(self) -> Arrangement:
        return self._members.arrangement

    def _take(self, arrangement: Arrangement) -> None:
        self._members.arrangement = arrangement
        self._widen(arrangement.wider)

    def _change(self, arrangement: Arrangement) -> None:
        self._take(arrangement)
        if self._path is not None and not self._context.read_only:
            keep = partial(
                arrangement_file.write, self._path, lambda: self._arrangement
            )
            jobs = self._context.jobs
            jobs.run("arrangement", lambda _: keep(), _kept, self._say_trouble)

    def _seek(self, words: str) -> None:
        self._members.arrangement = self._arrangement._replace(words=words.strip())

    def _filter_closed(self, words: str | None) -> None:
        self._seek(words or "")
        self._context.focus(self._members)

    def _say_trouble(self, error: CafleetError) -> None:
        self._context.say(status_line.warning(f"Not kept: {error.message}"))


def _kept(_: None) -> None:
    """Nothing is said of what is as it is wanted."""
