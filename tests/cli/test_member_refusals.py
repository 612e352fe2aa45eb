"""What `member` refuses, leaving neither row nor pane."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.registry.open import Registry
from cafleet_core.panes.tmux.facts import Here
from tests.cli.conftest import Prompt
from tests.cli.desk import Desk
from tests.team import NOWHERE, Team, a_team


def nothing_changed(desk: Desk) -> None:
    """Neither a row nor a pane has come."""
    listed = agents.listed(desk.registry, desk.team.session)
    assert {agent.name for agent in listed} == {"Director", "Administrator"}
    rows = desk.registry.rows("SELECT count(*) FROM agents")
    assert rows == [(2,)]
    assert desk.panes() == [desk.pane]
    assert desk.lingering() == []


def test_a_missing_binary_leaves_nothing(desk: Desk) -> None:
    refused = desk(
        *("member", "create", "--name", "w", "--description", "d"),
        *("--coding-agent", "codex"),
        PATH="/usr/bin:/bin",
    )
    assert refused.refusal == (1, "", "Error: binary codex not found on PATH\n")
    nothing_changed(desk)


def test_an_agent_that_dies_at_once_leaves_nothing_but_its_last_words(
    desk: Desk, tmp_path: Path
) -> None:
    binary = tmp_path / "bin" / "codex"
    binary.parent.mkdir()
    binary.write_text("#!/bin/sh\nprintf 'no licence: \\033[31mred\\n'\nexit 3\n")
    binary.chmod(0o755)
    refused = desk(
        *("member", "create", "--name", "w", "--description", "d"),
        *("--coding-agent", "codex"),
        PATH=f"{binary.parent}:/usr/bin:/bin",
    )
    assert (refused.code, refused.out) == (1, "")
    assert "codex ended at once." in refused.err
    assert "| no licence: red" in refused.err
    assert "\x1b" not in refused.err
    nothing_changed(desk)


def test_a_pane_that_cannot_be_made_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    wrapper = tmp_path / "bin" / "tmux"
    wrapper.parent.mkdir()
    wrapper.write_text(
        '#!/bin/sh\ncase " $* " in *split-window*|*new-window*) echo no >&2; exit 1;;'
        f' esac\nexec {shutil.which("tmux")} "$@"\n'
    )
    wrapper.chmod(0o755)
    refused = desk(
        *("member", "create", "--name", "w", "--description", "d"),
        *("--coding-agent", "standin", "--json"),
        PATH=f"{wrapper.parent}:{os.environ['PATH']}",
    )
    assert (refused.code, refused.out) == (1, "")
    assert refused.error["code"] == "tmux"
    nothing_changed(desk)


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("--coding-agent", "gpt"), 1, "coding agent 'gpt' is unknown; known: "),
        (("--coding-agent", "standin", "--env", "NOPE"), 2, "--env 'NOPE'"),
        (("--coding-agent", "standin", "--cwd", "{missing}"), 2, "does not exist"),
        (("--coding-agent", "standin", "--cwd", "/dev/null"), 2, "is not a directory"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(
    desk: Desk, tmp_path: Path, arguments: tuple[str, ...], code: int, why: str
) -> None:
    wish = ("member", "create", "--name", "w", "--description", "d")
    missing = str(tmp_path / "missing")
    refused = desk(*wish, *(word.replace("{missing}", missing) for word in arguments))
    assert (refused.code, refused.out) == (code, "")
    assert why in refused.err
    nothing_changed(desk)


def test_only_a_director_hires(as_agent: Prompt, team: Team) -> None:
    wish = ("member", "create", "--name", "w", "--description", "d")
    refused = as_agent("alice", *wish, "--coding-agent", "standin")
    alice = team.others["alice"].agent_id
    assert refused.refusal == (
        *(1, "", f"Error: agent {alice} is not a Director in a tmux pane.\n"),
    )


@pytest.mark.parametrize("verb", ["capture", "ping", "delete"])
@pytest.mark.parametrize("here", [None, NOWHERE])
def test_another_s_member_is_refused(
    as_agent: Prompt, team: Team, registry: Registry, verb: str, here: Here | None
) -> None:
    """Whether or not it has a pane that one could reach."""
    carol = agents.register(registry, team.session, "carol", "", here=here)
    refused = as_agent("Director", "member", verb, "--member-id", "carol")
    director = team.director.agent_id
    assert refused.refusal == (
        *(1, ""),
        f"Error: agent {carol.agent_id} is not a member of your team"
        f" (director_agent_id={director}).\n",
    )
    stranger = a_team(registry, "zoe").others["zoe"].agent_id
    unknown = as_agent("Director", "member", verb, "--member-id", stranger)
    known = "Agents here: Director, Administrator, alice, bob, carol."
    missing = f"Error: Agent {stranger} not found. {known}\n"
    assert unknown.refusal == (1, "", missing)
