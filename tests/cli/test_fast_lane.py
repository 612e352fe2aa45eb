"""Both ways to read a command line: the same output, errors, exit codes and rows, byte for byte."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cafleet_core import clock, ids
from cafleet_core.broker.messages import await_step, history
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.cli import event, fast_lane, member_create, member_wait, up
from cafleet_core.cli.aliases import canonical
from cafleet_core.cli.command_table import everything
from cafleet_core.cli.invocation import Invocation
from cafleet_core.cli.options import SHARED, Command, Kind, Option
from tests.cli.test_fuzz import World, attempt, world
from tests.terminal import Ran

__all__ = ["world"]

EXAMPLES = int(os.environ.get("FAST_LANE_EXAMPLES", "250"))
THOROUGH = settings(deadline=None, max_examples=EXAMPLES, database=None)
TABLE = everything()
FLAT = (
    "poll",
    "send",
    "ack",
    "broadcast",
    "cancel",
    "get-task",
    "register",
    "deregister",
)
OTHERS = ("fleet list", "fleet show", "member prompt --shell")
"""As other versions spell them."""
OPENS_PANES = ((member_create, "create"), (up, "up"))
WAITS = ((event, "follow"), (member_wait, "wait_for_state"))
"""The commands that would wait for what does not come here."""
BEGAN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


class Outcome(NamedTuple):
    """What a command line left behind."""

    ran: Ran
    rows: list[tuple[object, ...]]


def outcome(world: World, arguments: list[str], by_hand: bool) -> Outcome:
    """Run one command line in a copy of the world, where time and ids are always the same."""
    moments, numbers = count(), count(1)
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.multiple(
            ids, new=lambda: f"00000000-0000-4000-8000-{next(numbers):012x}"
        ),
        mock.patch.multiple(
            clock, now=lambda: BEGAN + timedelta(milliseconds=next(moments))
        ),
    ):
        own = world._replace(file=Path(shutil.copy(world.file, folder)))
        with ExitStack() as replaced:
            for command in (*OPENS_PANES, *WAITS):
                replaced.enter_context(mock.patch.object(*command, say_values))
            for place, name, other in (
                (await_step, "status", lambda *asked: history.status(*asked[:3])),
                (fast_lane, "parse", fast_lane.parse if by_hand else lambda _: None),
            ):
                replaced.enter_context(mock.patch.object(place, name, other))
            ran = attempt(own, arguments)
        out, err = (said.replace(folder, "folder") for said in ran[1:3])
        return Outcome(ran._replace(out=out, err=err), rows(own.file))


def say_values(run: Invocation, /, **values: object) -> None:
    """What a command was called with, instead of what it does."""
    run.say(repr(sorted(values.items())), sorted(values))


def rows(file: Path) -> list[tuple[object, ...]]:
    """All that the registry holds of agents and messages."""
    registry = open_registry(file)
    try:
        return [
            row
            for table in ("sessions", "agents", "tasks")
            for row in registry.rows(f"SELECT * FROM {table}")
        ]
    finally:
        registry.close()


def option(each: Option, references: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """One option with a value that it may have, in one of its spellings."""
    name = st.sampled_from(each.names)
    if each.kind == Kind.FLAG:
        return name.map(lambda spelt: [spelt]) | name.map(lambda s: [f"{s}=x"])
    values = {
        Kind.COUNT: st.sampled_from(["1", "3", "1000", "0", "-1", "+2", "x", "9" * 30]),
        Kind.SECONDS: st.sampled_from(["0", "0.01", ".01", "0.", "-1", "1e-2", "nan"]),
        Kind.DOLLARS: st.sampled_from(["0", "2.50", ".5", "-1", "1e3", "9999999"]),
        Kind.TIME: st.sampled_from(["10m", "2026-01-01", "2h", "never", ""]),
        Kind.CHOICE: st.sampled_from([*each.choices, "JSONL", ""]),
        Kind.FOLDER: st.sampled_from(
            [".", "..", "/", "/nonexistent", "", "registry.db"]
        ),
    }
    usual = st.sampled_from(
        [*references, "hello", "", "-", "--json", "two\nlines", "é"]
    )
    value = values.get(each.kind, usual)
    apart = st.tuples(name, value).map(list)
    joined = st.tuples(name, value).map(lambda pair: ["=".join(pair)])
    return apart | joined


@st.composite
def lines(draw: st.DrawFn, references: tuple[str, ...]) -> list[str]:
    """A command line that agents may write, or nearly."""
    words = draw(st.sampled_from([*TABLE, *FLAT, *OTHERS]))
    shared = [option(each, references) for each in SHARED]
    command = TABLE[" ".join(canonical(words.removesuffix(" --shell").split()))]
    own = [option(each, references) for each in command.options]
    line: list[str] = []
    for word in words.split():
        line += chain(*draw(st.lists(st.one_of(shared), max_size=1)))
        line.append(word)
    if draw(st.booleans()):  # what a call is seldom without
        line += chain(*draw(st.permutations(_needed(draw, command, references))))
    line += chain(*draw(st.lists(st.one_of(*own, *own, *shared), max_size=4)))
    if draw(st.booleans()):  # words that stand for options, and those behind them
        line += draw(st.lists(st.sampled_from([*references, "hi there"]), max_size=3))
    other = ["--message-id", "--to-member-id=alice", "--member-id", "--full"]
    odd = ["--help", "-h", "--", "--nonsense", "word", "-x", "--tex", "\0", *other]
    odd += ["--shell", "-f", "-ff", "--role=x", "--text", "--text=y", "--no-ansi"]
    extra = draw(st.lists(st.sampled_from([*odd, *references]), max_size=1))
    return line if draw(st.integers(0, 4)) else [*line, *extra]


def _needed(
    draw: st.DrawFn, command: Command, references: tuple[str, ...]
) -> list[list[str]]:
    """A body where one is taken, and what has to be named, perhaps several times."""
    needed = (
        [["--text", "hello"]]
        if any("--text" in o.names for o in command.options)
        else []
    )
    for each in command.options:
        if each.required or each.multiple:
            values = draw(st.lists(st.sampled_from(references), min_size=1, max_size=3))
            needed += [[each.names[0], value] for value in values]
    return needed


@pytest.mark.timeout(60 + EXAMPLES)
@THOROUGH
@given(data=st.data())
def test_both_ways_come_to_the_same(world: World, data: st.DataObject) -> None:
    arguments = data.draw(lines(world.words))
    by_hand, by_click = (outcome(world, arguments, way) for way in (True, False))
    assert by_hand == by_click


@pytest.mark.parametrize(
    "line",
    [
        ["poll"],
        ["--json", "message", "--agent-id", "alice", "poll", "--limit=3", "--quiet"],
        ["--fleet-id", "x", "send", "--to", "a", "--to=b", "--text", "--full"],
        ["message", "ack", "--task-id", "1", "--task-id=2", "--json"],
        ["broadcast", "--text="],
        ["ack", "1234", "5678"],
        ["send", "alice", "hello there", "--json"],
        ["send", "alice", "--", "--help"],
        ["message", "show", "1234"],
        ["member", "list", "--full"],
        ["get-task", "--task-id", "1", "--full"],
        ["message", "status", "--task-id", "1"],
        ["message", "list", "--search", "a b", "--export", "jsonl"],
        ["message", "poll", "--wait", "1.5", "--since", "10m", "--all"],
        ["member", "list", "--activity"],
        ["status", "--tmux", "--session-id", "x"],
        ["agent", "list"],
        ["agents", "alice"],
        ["register", "critic", "Reads drafts"],
        ["session", "create", "release"],
        ["session", "show", "7c1e"],
        ["session", "delete", "--session-id", "7c1e", "--close-panes"],
        [
            "member",
            "create",
            "editor",
            "--description",
            "Edits",
            "--",
            "Read",
            "--this",
        ],
        ["member", "exec", "alice", "git status"],
        ["member", "prompt", "alice", "Tell", "me", "--json"],
        ["member", "delete", "alice", "-f"],
        ["member", "capture", "alice", "--lines", "20", "--no-ansi"],
        ["up", "--label", "release", "Read", "it"],
        ["doctor", "--fix"],
    ],
)
def test_a_usual_line_needs_no_click(line: list[str]) -> None:
    assert fast_lane.parse(line) is not None


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["--help"],
        ["poll", "--help"],
        ["poll", "--limit", "0"],
        ["poll", "--limit", "many"],
        ["poll", "--wait"],
        ["poll", "--wait", "-1"],
        ["poll", "--since", "never"],
        ["poll", "--full=yes"],
        ["poll", "--nonsense"],
        ["send", "--text", "nobody is named"],
        ["send", "--to", "a", "--text", "\0"],
        ["message"],
        ["message", "export"],
        ["message", "list", "--export", "csv"],
        ["session", "show"],
        ["member", "show", "alice"],
        ["member", "prompt", "--shell", "alice", "ls"],
        ["member", "create", "x", "--description", "y", "--cwd", "/dev/null/x"],
        ["up", "--", "\0"],
        ["db", "backup"],
    ],
)
def test_all_else_is_for_click(line: list[str]) -> None:
    assert fast_lane.parse(line) is None


def test_completion_is_for_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_CAFLEET_COMPLETE", "bash_complete")
    assert fast_lane.parse(["poll"]) is None
