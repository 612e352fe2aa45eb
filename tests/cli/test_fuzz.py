"""Any words at all, on the command line and around it: always an answer that does no harm."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cafleet_core import text
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.cli.main import run
from tests.cli.anything import (
    ANYTHING,
    AWKWARD,
    POSSIBLE,
    SQL,
    VARIABLES,
    command_lines,
    words,
)
from tests.cli.test_hostile import OBEYED
from tests.team import NOWHERE, a_team
from tests.terminal import Ran, cafleet

THOROUGH = settings(deadline=None, max_examples=150, derandomize=True, database=None)
BRIEF = settings(THOROUGH, max_examples=50)

STRANGERS = "what the stranger was told"
PRIVATE = "what only alice and the Director know"


class World(NamedTuple):
    """A registry file with a team, a stranger's session beside it, and the words for all there."""

    file: Path
    session: str
    words: tuple[str, ...]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Made once; whoever works in it takes a copy."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "registry.db"
        registry = open_registry(file)
        team, others = a_team(registry, "alice", "bob"), a_team(registry, "stranger")
        tasks = [
            send.send(registry, team.director, [team.others[to]], body).task.task_id
            for team, to, body in (
                (team, "alice", PRIVATE),
                (others, "stranger", STRANGERS),
            )
        ]
        registry.close()
        agents = [*team.others.values(), team.director, others.others["stranger"]]
        ids = [*tasks, *(agent.agent_id for agent in agents)]
        words = (*ids, *(whole[:6] for whole in ids), "alice", "bob", "Director")
        yield World(file, team.session.session_id, words)


@contextmanager
def copy_of(world: World) -> Iterator[World]:
    """The same world, to be changed at will."""
    with tempfile.TemporaryDirectory() as folder:
        yield world._replace(file=Path(shutil.copy(world.file, folder)))


def attempt(world: World, arguments: list[str], **extra: str) -> Ran:
    """Run one command line in this process, as bob, in the folder of the registry."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    around = {
        "CAFLEET_DATABASE_URL": f"sqlite:///{world.file}",
        "CAFLEET_SESSION_ID": world.session,
        "CAFLEET_AGENT_ID": "bob",
        **extra,
    }
    with (
        mock.patch.dict(os.environ, around),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff"))),
        chdir(world.file.parent),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run(arguments)
    return Ran(code, *map(printed, (out, err)))


def printed(stream: io.TextIOWrapper) -> str:
    """All that was written to a stream."""
    stream.seek(0)
    return stream.read()


def check(ran: Ran, as_json: bool) -> None:
    """What must hold of every answer."""
    assert ran.code in range(4)
    for said in ran.out, ran.err:
        assert not OBEYED.search(said)
        assert "Traceback" not in said
        assert not SQL.search(said)
        assert STRANGERS not in said
    assert "internal error" not in ran.err
    assert PRIVATE not in ran.err
    if as_json:
        for line in ran.out.split("\n")[:-1]:
            json.loads(line)
        if ran.code and not ran.out:
            assert set(ran.error) == {"code", "message"}
    elif ran.code and not ran.out:
        assert ran.err.startswith(("Error: ", "Usage: "))


@THOROUGH
@given(data=st.data(), as_json=st.booleans())
def test_any_use_of_any_command(
    world: World, data: st.DataObject, as_json: bool
) -> None:
    arguments = data.draw(command_lines(world.words))
    with copy_of(world) as own:
        check(attempt(own, ["--json"] * as_json + arguments), as_json)


@THOROUGH
@given(
    arguments=st.lists(st.one_of(ANYTHING, AWKWARD), max_size=5), as_json=st.booleans()
)
def test_any_words(world: World, arguments: list[str], as_json: bool) -> None:
    usable = [argument for argument in arguments if not argument.startswith("-h")]
    with copy_of(world) as own:
        check(attempt(own, ["--json"] * as_json + usable), as_json)


@BRIEF
@given(name=VARIABLES, value=POSSIBLE, as_json=st.booleans())
def test_any_setting(world: World, name: str, value: str, as_json: bool) -> None:
    flags = ["--json"] * as_json
    with copy_of(world) as own:
        for command in (["poll"], ["session", "list"], ["member", "list"]):
            check(attempt(own, flags + command, **{name: value}), as_json)


@BRIEF
@given(name=POSSIBLE.filter(lambda name: "/" not in name and ".." not in name))
def test_any_file_name_of_a_registry(world: World, name: str) -> None:
    with copy_of(world) as own:
        url = f"sqlite:///{own.file.parent}/new/{name}"
        check(attempt(own, ["session", "list"], CAFLEET_DATABASE_URL=url), False)


@BRIEF
@given(body=st.one_of(words(300), AWKWARD), limit=st.integers(0, 300))
def test_any_body_arrives_whole_and_harmless(
    world: World, body: str, limit: int
) -> None:
    with copy_of(world) as own:
        Path(own.file.parent, "body").write_bytes(body.encode("utf-8", "replace"))
        sent = attempt(own, ["send", "--to", "bob", "--file", "body"])
        check(sent, False)
        if sent.code == 0:
            full = attempt(own, ["poll", "--full", "--json"])
            check(full, True)
            assert full.document[0]["text"] == text.sanitise(text.storable(body))
            cut = attempt(own, ["poll"], CAFLEET_MAX_TEXT_LEN=str(limit))
            check(cut, False)
            assert len(re.findall(r"^\[[0-9a-f]{8} \|", cut.out, re.MULTILINE)) == 1


@BRIEF
@given(name=st.one_of(words(70), AWKWARD))
def test_any_name_is_refused_or_can_be_addressed(world: World, name: str) -> None:
    with copy_of(world) as own:
        made = attempt(own, ["register", f"--name={name}", "--description", "d"])
        check(made, False)
        if made.code == 0:
            sent = attempt(own, ["send", f"--to={name}", "--text", "x", "--json"])
            check(sent, True)
            assert sent.document["task"]["to"] == made.out.strip()
            listed = attempt(own, ["agent", "list"])
            check(listed, False)
            assert len(listed.out.splitlines()) == 1 + 5


@BRIEF
@given(label=st.one_of(words(100), AWKWARD).filter(text.is_text))
def test_any_label_is_one_line(world: World, label: str) -> None:
    with copy_of(world) as own:
        registry = open_registry(own.file)
        made = sessions.create(registry, NOWHERE, label, "claude").session
        registry.close()
        listed = attempt(own, ["session", "list"])
        shown = attempt(own, ["session", "show", made.session_id])
        for answer in (listed, shown):
            check(answer, False)
        assert len(listed.out.splitlines()) == 1 + 3
        assert len(shown.out.splitlines()) == 5
        check(attempt(own, ["--json", "session", "show", label]), True)


@settings(BRIEF, max_examples=8)
@given(
    arguments=st.lists(
        POSSIBLE.filter(lambda argument: "h" not in argument), max_size=4
    )
)
def test_any_words_to_a_real_process(world: World, arguments: list[str]) -> None:
    with copy_of(world) as own:
        check(cafleet(own.file, "--json", *arguments), True)
