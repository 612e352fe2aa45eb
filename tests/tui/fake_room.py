"""What a controller is given in a test: a room without an application, which keeps what it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from cafleet_core.errors import CafleetError, Refused
from cafleet_core.records import Session
from cafleet_tui.controllers.context import RoomState
from cafleet_tui.data.jobs import Done, Failed, Work
from cafleet_tui.data.source import Source
from tests.builders import SESSION, an_id, at

Result = TypeVar("Result")


def a_session() -> Session:
    """A session with a Director and the human."""
    return Session(
        session_id=SESSION,
        label="a test",
        created_at=at(),
        deleted_at=None,
        director_agent_id=an_id("Director"),
        administrator_agent_id=an_id("Administrator"),
    )


class FakeJobs:
    """Runs each job at once, over `source`."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def run(
        self,
        group: str,
        work: Work[Result],
        done: Done[Result],
        failed: Failed,
        *,
        exclusive: bool = False,
    ) -> None:
        try:
            result = work(self.source)
        except CafleetError as error:
            failed(error)
        else:
            done(result)


class FakeRoom:
    """A `RoomContext` that keeps what is said and opened; `close` answers the open dialog."""

    def __init__(self, source: Source, *, read_only: bool = False) -> None:
        self.state = RoomState(a_session())
        self.jobs = FakeJobs(source)
        self.read_only = read_only
        self.past = False
        self.said: list[str] = []
        self.opened: list[Screen[Any]] = []
        self.focused: Widget | None = None
        self._then: Callable[[Any], None] | None = None

    @property
    def top(self) -> Screen[Any]:
        return self.opened[-1] if self.opened else Screen()

    def say(self, outcome: Content) -> None:
        self.said.append(outcome.plain)

    def open(
        self,
        dialog: Screen[Result],
        then: Callable[[Result | None], None] | None = None,
    ) -> None:
        self.opened.append(dialog)
        self._then = then

    def close(self, result: object) -> None:
        """Close the dialog that is open with this result."""
        self.opened.pop()
        if self._then:
            self._then(result)

    def focus(self, widget: Widget) -> None:
        self.focused = widget


class Refusing:
    """A source that refuses everything, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def refuse(*_arguments: object) -> None:
            self.asked.append(name)
            raise Refused("not today.")

        return refuse


class Recorder:
    """A widget of which only the calls matter; `facts` are its properties."""

    def __init__(self, **facts: object) -> None:
        self.__dict__.update(facts)
        self.calls: list[tuple[str, tuple[object, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.calls.append((name, arguments))


def a_room(*, read_only: bool = False) -> FakeRoom:
    return FakeRoom(cast(Source, Refusing()), read_only=read_only)
