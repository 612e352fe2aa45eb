"""A job has a source of its own, and its result reaches a screen that is still there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

from textual import on
from textual.app import App
from textual.screen import Screen

from cafleet_core.errors import CafleetError
from cafleet_tui.data.jobs import JobRunner
from cafleet_tui.data.source import Source
from cafleet_tui.data.updates import JobDone


class OneThread:
    """A source that may be used by the thread alone that opened it."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.closed = False

    def close(self) -> None:
        assert threading.get_ident() == self.thread
        self.closed = True


class Host(Screen[None]):
    """A screen that runs what its jobs deliver."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[OneThread] = []
        self.jobs = JobRunner(self, self._open)
        self.results: list[object] = []

    def _open(self) -> Source:
        self.sources.append(OneThread())
        return cast(Source, self.sources[-1])

    def run_job(
        self, work: Callable[[Source], object], *, exclusive: bool = False
    ) -> None:
        """Run a job, and keep what it delivers."""

        def fail(error: CafleetError) -> None:
            self.results.append(error.message)

        self.jobs.run("a", work, self.results.append, fail, exclusive=exclusive)

    @on(JobDone)
    def _deliver(self, event: JobDone) -> None:
        event.deliver()


async def test_a_result_and_an_unexpected_exception_are_both_delivered() -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        host = Host()
        await app.push_screen(host)
        host.run_job(lambda source: source is not None)
        host.run_job(lambda _: 1 / 0)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert sorted(host.results, key=str) == [
            True,
            "internal error: ZeroDivisionError",
        ]
        assert len(host.sources) == 2
        assert all(source.closed for source in host.sources)


async def test_an_exclusive_job_takes_the_place_of_the_one_before() -> None:
    app, go_on = App[None](), threading.Event()
    async with app.run_test() as pilot:
        host = Host()
        await app.push_screen(host)
        host.run_job(lambda _: go_on.wait(10) and "first", exclusive=True)
        host.run_job(lambda _: "second", exclusive=True)
        go_on.set()
        while not host.results:
            await pilot.pause(0.02)
        await pilot.pause(0.1)
        assert host.results == ["second"]


async def test_a_screen_that_is_gone_is_given_nothing() -> None:
    app, go_on = App[None](), threading.Event()
    async with app.run_test() as pilot:
        host = Host()
        await app.push_screen(host)
        host.run_job(lambda _: go_on.wait(10) and "late")
        await app.pop_screen()
        go_on.set()
        await pilot.pause(0.1)
        assert host.results == []
