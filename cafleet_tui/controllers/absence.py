"""Tell the human what happened while they were away: when they open the room, and in an idle one."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from textual.content import Content

from cafleet_core import clock
from cafleet_core.errors import CafleetError
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.data import last_seen
from cafleet_tui.data.source import Source
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.absence import Absence, missed
from cafleet_tui.operations.member_operations import PAST
from cafleet_tui.render import absence as render
from cafleet_tui.render import status_line
from cafleet_tui.widgets.absence_panel import AbsencePanel

AWAY = 300.0
"""Seconds without a key or a click after which the human is away."""

PAUSE = 60.0
"""Seconds between two readings while the human is away."""

EVENTS_READ = 500


class AbsenceController:
    """Shows in `panel` what was missed; the next key hides it, and does what it does.

    `path` is the file that keeps when the human was last here; None keeps it nowhere.
    """

    def __init__(
        self, context: RoomContext, panel: AbsencePanel, path: str | None
    ) -> None:
        self._context = context
        self._panel = panel
        self._path = None if context.past else path
        self._here = clock.stamp()
        self._told: str | None = None
        self._active_at = time.monotonic()
        self._read_at = self._active_at - PAUSE
        self._news = False

    def refusal(self, action: Action) -> str | None:
        """Why nothing can be told; None if it can."""
        tells = action.id == "plain_keys.absence"
        return PAST if tells and self._context.past else None

    def start(self) -> None:
        """Tell what happened since the room was closed, unless that was just now."""
        if self._path is not None:
            work = partial(_since_closed, self._path, self._here, self._session_id)
            self._context.jobs.run("absence", work, self._tell, self._say_trouble)

    def stop(self) -> None:
        """Keep when the human was last here."""
        if self._path is not None:
            last_seen.write(self._path, self._here)

    def note_input(self) -> None:
        """The human has pressed something, so what stands there is read."""
        self._active_at = time.monotonic()
        self._here = clock.stamp()
        self._panel.hide()

    def note_change(self) -> None:
        """Something was committed."""
        self._news = True

    def tick(self) -> None:
        """Read what has happened if the human is away, at most once in `PAUSE`."""
        now = time.monotonic()
        away = now - self._active_at >= AWAY and not self._context.past
        if away and self._news and now - self._read_at >= PAUSE:
            self._news, self._read_at = False, now
            self._read(self._here, self._tell)

    def show(self) -> None:
        """Tell again what happened since the human was last away."""
        self._read(self._told or self._here, self._tell_anyway)

    @property
    def _session_id(self) -> str:
        return self._context.state.session.session_id

    def _read(self, since: str, then: Callable[[Absence], None]) -> None:
        work = partial(_since, since, self._session_id)
        self._context.jobs.run("absence", work, then, self._say_trouble)

    def _tell(self, absence: Absence | None) -> None:
        if absence is not None and absence.missed:
            self._told = absence.since
            hint = Content.styled("the next key closes", "$text-muted")
            self._panel.show(absence, hint)

    def _tell_anyway(self, absence: Absence) -> None:
        self._tell(absence)
        if not absence.missed:
            self._context.say(render.nothing(absence.since))

    def _say_trouble(self, error: CafleetError) -> None:
        self._context.say(status_line.warning(f"Not known: {error.message}"))


def _since_closed(
    path: str, now: str, session_id: str, source: Source
) -> Absence | None:
    """What happened since the stamp in a file, which gets another; None right after it."""
    since = last_seen.read(path)
    last_seen.write(path, now)
    if since is None or clock.age(since, clock.parse(now)) < AWAY:
        return None
    return _since(since, session_id, source)


def _since(since: str, session_id: str, source: Source) -> Absence:
    return missed(since, source.happened(session_id, since, EVENTS_READ), EVENTS_READ)
