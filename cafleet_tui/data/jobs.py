"""Run one job with a source of its own; an unexpected exception becomes `Internal`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Protocol, TypeVar

from textual.dom import DOMNode
from textual.worker import get_current_worker

from cafleet_core.errors import CafleetError, Internal
from cafleet_tui.data.source import OpenSource, Source
from cafleet_tui.data.updates import JobDone

Result = TypeVar("Result")
Work = Callable[[Source], Result]
Done = Callable[[Result], None]
Failed = Callable[[CafleetError], None]


class Jobs(Protocol):
    """Runs jobs for a screen's controllers."""

    def run(
        self,
        group: str,
        work: Work[Result],
        done: Done[Result],
        failed: Failed,
        *,
        exclusive: bool = False,
    ) -> None:
        """Do `work` in a thread; then call `done` with its result, or `failed`, on the screen.

        An `exclusive` job takes the place of those in its group, whose results are dropped.
        """


class JobRunner:
    """`Jobs` in worker threads of a node, which posts a `JobDone` for each.

    The node runs the message's `deliver`; one that is gone does not, and nothing is called.
    """

    def __init__(self, node: DOMNode, open_source: OpenSource) -> None:
        self._node = node
        self._open_source = open_source

    def run(
        self,
        group: str,
        work: Work[Result],
        done: Done[Result],
        failed: Failed,
        *,
        exclusive: bool = False,
    ) -> None:
        """See `Jobs`."""
        self._node.run_worker(
            lambda: self._run(work, done, failed),
            group=group,
            exclusive=exclusive,
            thread=True,
            exit_on_error=False,
        )

    def _run(self, work: Work[Result], done: Done[Result], failed: Failed) -> None:
        deliver: Callable[[], None]
        try:
            with closing(self._open_source()) as source:
                deliver = partial(done, work(source))
        except CafleetError as error:
            deliver = partial(failed, error)
        except Exception as error:  # noqa: BLE001  # Textual would report it nowhere
            deliver = partial(failed, Internal(type(error).__name__))
        if not get_current_worker().is_cancelled:
            self._node.post_message(JobDone(deliver))
