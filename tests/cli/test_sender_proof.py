"""Who speaks is proven by the process: what is recorded as proven is so, all else is a claim."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.cli.sender_office import BACKGROUND, KEPT, ROOT, Office
from tests.team import a_team
from tests.terminal import Terminal, cafleet, command_line

SANDBOX = "unshare --pid --fork --mount-proc"


@pytest.fixture
def office(registry: Registry, terminal: Terminal, tmp_path: Path) -> Office:
    return Office(registry, terminal, tmp_path)


@pytest.mark.parametrize(
    "wrap",
    [
        "{}",
        "bash -c 'sh -c \"$(cat)\"' <<'END'\n{}\nEND\n",
        "setsid --wait bash -c '{}'",
        f"env -i {KEPT} bash -c '{{}}'",
        "script --quiet --return --command '{}' /dev/null",
    ],
    ids=["itself", "nested shells", "setsid", "no variables", "a terminal of its own"],
)
def test_what_runs_below_a_pane_is_its_agent_s(office: Office, wrap: str) -> None:
    wrapped = wrap if wrap == "{}" else f"cd {ROOT}; {wrap}"
    done = office.desks["alice"].cafleet(
        *("message", "send", "--to", "clerk", "--text", "words"), wrap=wrapped
    )
    assert (done.code, done.err) == (0, "")
    assert office.recorded() == [("alice", "pane")]


def test_no_variable_makes_one_another(office: Office) -> None:
    forged = f"{office.variables('bob')} TMUX_PANE={office.desks['bob'].pane}"
    done = office.says("alice", before=forged)
    assert done.err.startswith("Note: CAFLEET_SESSION_ID and CAFLEET_AGENT_ID are")
    assert office.agent("alice").agent_id in done.err
    assert office.says("alice", before=forged).err == ""
    assert office.recorded() == [("alice", "pane")] * 2


def test_no_variable_takes_one_to_another_team(office: Office) -> None:
    other = a_team(office.registry)
    team = f"CAFLEET_SESSION_ID={other.session.session_id}"
    for forged in (team, f"{team} CAFLEET_AGENT_ID={other.director.agent_id}"):
        assert office.says("alice", before=forged).code == 0
    assert office.recorded() == [("alice", "pane")] * 2


def test_an_id_on_the_command_line_wins_and_is_a_claim(office: Office) -> None:
    office.says("alice", "--agent-id", "bob")
    office.says("alice", "--agent-id", "alice")
    assert office.recorded() == [("bob", "claimed"), ("alice", "pane")]


def test_outside_of_the_panes_it_is_a_claim(
    office: Office, registry_path: Path
) -> None:
    inherited = dict(word.split("=") for word in office.variables("bob").split())
    inside = office.terminal.inside(office.desks["alice"].pane)
    send = ("message", "send", "--to", "clerk", "--text", "words")
    cafleet(registry_path, *send, **inherited)
    cafleet(registry_path, *send, **inside)
    assert office.recorded() == [("bob", "claimed"), ("alice", "claimed")]


def test_a_process_whose_parents_have_ended_is_a_claim(office: Office) -> None:
    done = office.says("alice", wrap=f"{BACKGROUND} orphan bash -c '{{}}'")
    assert done.code == 0
    assert office.recorded() == [("alice", "claimed")]


def test_a_client_of_a_background_program_has_to_say_who_it_is(office: Office) -> None:
    served = f"cd {ROOT}; {BACKGROUND} served bash -c '{{}}'"
    inherited = f"export {office.variables('alice')};"
    refused = office.says("alice", wrap=f"{inherited} {served}")
    assert refused.code == 1
    assert refused.err.startswith("Error: --agent-id <id> is required here")
    assert office.says("alice", "--agent-id", "bob", wrap=served).code == 0
    assert office.recorded() == [("bob", "claimed")]


def test_a_pane_that_was_started_anew_proves_nothing(office: Office) -> None:
    with office.registry.write():
        office.registry.execute("UPDATE agent_placements SET pane_started = '1'")
    office.says("alice")
    assert office.recorded() == [("alice", "claimed")]


def a_member(office: Office) -> str:
    """A member that writes its variables down; its id."""
    made = office.desks["Director"].cafleet(
        *("member", "create", "--name", "carol", "--description", "works", "--json"),
        *("--coding-agent", "standin"),
    )
    agent_id: str = made.document["agent_id"]
    return agent_id


def variables_of(office: Office, name: str) -> dict[str, str]:
    placement = office.agent(name).placement
    assert placement is not None
    words = Path(f"/proc/{placement.pane_pid}/environ").read_text().split("\0")
    return dict(word.split("=", 1) for word in words if "=" in word)


def test_the_key_is_kept_as_its_hash_and_is_on_no_command_line(office: Office) -> None:
    a_member(office)
    key = variables_of(office, "carol")["CAFLEET_PROOF"]
    assert len(bytes.fromhex(key)) == 32
    kept = office.registry.rows("SELECT sender_key FROM agent_placements")
    assert key not in str(kept)
    lines = subprocess.run(
        ["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True
    ).stdout
    assert "carol" in lines
    assert key not in lines


def test_the_key_proves_who_cannot_be_followed_and_nobody_else(
    office: Office, registry_path: Path
) -> None:
    if shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("no pid namespace can be made here")
    a_member(office)
    ours = ("CAFLEET_SESSION_ID", "CAFLEET_AGENT_ID", "CAFLEET_PROOF")
    carol = {name: variables_of(office, "carol")[name] for name in ours}
    send = ("message", "send", "--to", "clerk", "--text", "words")

    def sent(command: list[str], **variables: str) -> None:
        environ = {
            **os.environ,
            "CAFLEET_DATABASE_URL": f"sqlite:///{registry_path}",
            **variables,
        }
        subprocess.run(command, env=environ, check=True, capture_output=True)

    sandboxed = [*shlex.split(SANDBOX), *command_line(*send)]
    sent(sandboxed, **carol)
    sent(sandboxed, **{**carol, "CAFLEET_PROOF": "0" * 64})
    sent([*sandboxed, "--agent-id", "bob"], **carol)
    sent(command_line(*send), **carol)
    assert office.recorded() == [
        *(("carol", "key"), ("carol", "claimed")),
        *(("bob", "claimed"), ("carol", "claimed")),
    ]


def test_a_claim_is_shown_wherever_the_message_is(office: Office) -> None:
    office.says("alice", "--agent-id", "bob")
    polled = office.desks["alice"].cafleet("message", "poll", "--agent-id", "clerk")
    assert " | sender:claimed]" in polled.out
    listed = office.desks["alice"].cafleet("message", "list")
    assert " | sender:claimed | to:" in listed.out
    document = office.desks["alice"].cafleet("message", "list", "--json").document
    assert document[0]["sender_proof"] == "claimed"
    task_id = document[0]["id"]
    shown = office.desks["bob"].cafleet("message", "show", "--task-id", task_id)
    assert " | sender:claimed]" in shown.out
    office.says("bob")
    assert (
        "sender:claimed"
        not in office.desks["bob"].cafleet(*("message", "list", "--limit", "1")).out
    )
