"""How much of the program two journeys pass through: files, calls and statements, counted.

Counts are the same on every machine, so they need no reference: `message send` up to the
typed text, and another process's commit up to the cell of the control room that shows it.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout, suppress
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar
from unittest.mock import patch

import cafleet_core
from cafleet_core import fast_types
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.cli.main import main as command_line
from cafleet_core.config.rules import PushRules
from tests import statements
from tests.bench.timing import Figure
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal, environment, eventually
from tests.tui.rooms import a_room, picture, source_of, until

Seen = TypeVar("Seen")

_PACKAGES = str(Path(cafleet_core.__file__).parents[1] / "cafleet_")
_NEEDLE = "a needle in the timeline"
_SETTLE_SECONDS = 0.5
_TRANSACTION = ("BEGIN IMMEDIATE", "COMMIT")
_ALONE = {"CAFLEET_DELIVERY_BACKGROUND": "false"}
"""No loop in the background takes part in what is counted."""


class Profile:
    """Counts the calls into each of our files, in the threads that `counting` covers.

    What stands for the standard library's own types counts as little as those would.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Take in one event of `sys.setprofile`; what an import runs is no call."""
        code = frame.f_code
        ours = event == "call" and code.co_filename.startswith(_PACKAGES)
        ours = ours and code.co_filename != fast_types.__file__
        if ours and code.co_name != "<module>":
            self.calls[code.co_filename] += 1

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count what this thread calls meanwhile."""
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)

    def apart(self, look: Callable[[], Seen]) -> Seen:
        """Call `look` without counting what it calls."""
        sys.setprofile(None)
        try:
            return look()
        finally:
            sys.setprofile(self)

    def figures(
        self, name: str, files: int, calls: int | None = None
    ) -> Iterator[Figure]:
        """The counts as lines, against as many files and calls as there may be."""
        yield Figure(name, len(self.calls), "files", files)
        if calls is not None:
            yield Figure(name + ", calls", self.calls.total(), "calls", calls)


def figures(registry: Registry, terminal: Terminal, folder: Path) -> Iterator[Figure]:
    """The files and calls of both journeys, and the statements of what agents call all day."""
    team = a_team_in_panes(registry, terminal, folder, "receiver")
    for name in ("drafter", "reviewer"):
        team.others[name] = agents.register(registry, team.session, name, "")
    profile = sent(registry, terminal, team)
    yield from profile.figures("message send to the typed text", 67, 700)
    profile = asyncio.run(shown(terminal, team))
    yield from profile.figures("a commit to the room's cell", 32)
    yield from _statements(registry, terminal, team)


def _statements(registry: Registry, terminal: Terminal, team: Team) -> Iterator[Figure]:
    """How many statements whole commands run, but for transactions and `PRAGMA`."""
    receiver = [team.others["receiver"]]
    send.send(registry, receiver[0], [team.director], "hello")
    for words, aim in (
        (("message", "poll"), 4),
        (("message", "ack", "--all"), 4),
        (("message", "send", "--to", "receiver", "--text", "hello"), 6),
    ):
        flags = ("--session-id", team.session.session_id, "--agent-id", "Director")
        eventually(lambda: _is_settled(registry))  # the last one's text is confirmed
        asked = statements.of_command(terminal.registry, *flags, *words)
        count = sum(sql not in _TRANSACTION for sql in asked)
        yield Figure(f"statements of {' '.join(words[:2])}", count, "statements", aim)


def sent(registry: Registry, terminal: Terminal, team: Team) -> Profile:
    """What `cafleet message send` calls in its process, once everything is imported."""
    profile = Profile()
    flags = ("--session-id", team.session.session_id, "--agent-id", "Director")
    argv = ["cafleet", *flags, "message", "send", "--to", "receiver", "--text", "hello"]
    _run(terminal, argv)
    eventually(lambda: _is_settled(registry))
    with profile.counting():
        _run(terminal, argv)
    return profile


def _is_settled(registry: Registry) -> bool:
    """Whether everything that was typed is known to be submitted: the next send finds no rest."""
    pending.settle(registry, PushRules())
    return not any(pending.unsettled(registry, pending.outlook()))


async def shown(terminal: Terminal, team: Team) -> Profile:
    """What the UI thread calls from a commit elsewhere until the message is on screen."""
    profile = Profile()
    async with a_room(source_of(Path(terminal.registry)), team.session) as (_, pilot):
        await pilot.pause(_SETTLE_SECONDS)
        with profile.counting():
            threading.Thread(target=_commit, args=(terminal.registry, team)).start()
            await until(pilot, lambda: profile.apart(lambda: _NEEDLE in picture(pilot)))
    return profile


def _commit(path: Path, team: Team) -> None:
    """What another process does: it has a connection of its own."""
    with closing(open_registry(path)) as registry:
        sender, recipient = team.others["drafter"], team.others["reviewer"]
        send.send(registry, sender, [recipient], _NEEDLE)


def _run(terminal: Terminal, argv: Sequence[str]) -> None:
    """Run the command line as its process does, its words thrown away."""
    with (
        patch.dict(os.environ, environment(terminal.registry, **_ALONE)),
        patch.object(sys, "argv", argv),
        patch.object(os, "_exit", sys.exit),
        redirect_stdout(io.StringIO()),
        suppress(SystemExit),
    ):
        command_line()
