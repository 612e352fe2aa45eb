"""The status line, the last outcome, the line of keys, and the alert."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from cafleet_core import clock
from cafleet_core.records import Session
from cafleet_core.states import AgentKind, AgentStatus, PaneState
from cafleet_tui.controllers.context import RoomContext, RoomState
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.standing import Standing
from cafleet_tui.render import frames, status_line
from cafleet_tui.render.status_line import Facts
from cafleet_tui.widgets.status_bar import Line, StatusBar


class StatusController:
    """Shows the state's figures, the outcomes of operations, and the available keys.

    `alert` gets the session's name and who waits for an answer, `refusal_of` says why an
    action is unavailable, `refresh_keys` redraws the line of keys.
    """

    def __init__(
        self,
        context: RoomContext,
        status: StatusBar,
        outcome: Line,
        alert: Callable[[str, Sequence[Standing]], None],
        refusal_of: Callable[[Action], str | None],
        refresh_keys: Callable[[], None],
    ) -> None:
        self._context = context
        self._status = status
        self._outcome = outcome
        self._alert = alert
        self._refusal_of = refusal_of
        self._refresh_keys = refresh_keys
        self._refusals: list[str | None] = []
        self._has_spoken = False
        self._alone: bool | None = None
        self._alerted: tuple[Session, list[str]] | None = None

    def say(self, outcome: Content) -> None:
        """Show an operation's outcome."""
        self._has_spoken = True
        self._outcome.say(outcome)

    def show(self) -> None:
        """Show the current figures, and a hint how to begin until something was done."""
        state = self._context.state
        self._status.show(_facts(state))
        self._call_human(state)
        alone = not state.standings.team
        silent = self._has_spoken or self._context.read_only
        if state.members and not silent and alone != self._alone:
            self._alone = alone
            self._outcome.say(frames.hint(alone=alone))

    def _call_human(self, state: RoomState) -> None:
        waiting = [standing.member.agent.agent_id for standing in state.needing]
        if (state.session, waiting) != self._alerted:
            self._alerted = (state.session, waiting)
            self._alert(status_line.session_name(state.session), state.needing)

    def update_keys(self) -> None:
        """Update the line of keys to the actions that are available."""
        refusals = [self._refusal_of(actions.named(each)) for each in actions.FOOTER]
        if refusals != self._refusals:
            self._refusals = refusals
            self._refresh_keys()


def _facts(state: RoomState) -> Facts:
    active = [m for m in state.members if m.agent.status == AgentStatus.ACTIVE]
    counted = [m for m in active if m.agent.kind != AgentKind.ADMINISTRATOR]
    human = [m for m in active if m.agent.kind == AgentKind.ADMINISTRATOR]
    readings, held, now = state.readings.values(), state.held, clock.now()
    return Facts(
        session=state.session,
        agents=len(counted),
        unacked=sum(member.activity.unacked for member in counted),
        mail=sum(member.activity.unacked for member in human),
        needing=state.needing,
        elsewhere=sum(asking.watched for asking in state.elsewhere),
        panes=len(readings),
        gone=sum(reading.state == PaneState.DEAD for reading in readings),
        trouble=next((state.troubles[each] for each in sorted(state.troubles)), None),
        held=held.messages,
        held_for=clock.age(held.oldest, now) if held.oldest else 0.0,
        held_by=held.by,
        held_to=held.to,
        last_error=state.last_error,
        time=f"{now.astimezone():%H:%M}",
    )
