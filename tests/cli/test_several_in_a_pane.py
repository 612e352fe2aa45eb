"""Several agents in one pane: each is reached there, speaks for itself, and leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.panes.tmux import facts
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from tests.cli.pane_shell import PaneShell
from tests.terminal import Terminal, cafleet

NEWEST = "Note: several agents live in this pane; this is the newest, "


@pytest.fixture
def shell(terminal: Terminal, tmp_path: Path) -> PaneShell:
    return PaneShell(terminal, tmp_path)


def a_session(shell: PaneShell, label: str) -> tuple[str, str]:
    """The ids of a session made in the pane, and of its Director."""
    made = shell.cafleet("session", "create", "--label", label, "--json")
    assert made.err == ""
    return made.document["session_id"], made.document["director"]["agent_id"]


def borne(shell: PaneShell) -> tuple[str, ...]:
    return facts.panes(shell.terminal.socket)[shell.pane].agent_ids


def sent(path: Path, session: str, *recipients: str, words: str) -> str:
    """What becomes of the push of a message from a further agent of a session."""
    name = f"writer-{words}"
    cafleet(
        path,
        *("agent", "register", "--name", name, "--description", "w"),
        *("--session-id", session),
    )
    done = cafleet(
        path,
        *("message", "send", "--text", words, "--session-id", session, "--json"),
        *("--agent-id", name, *(f"--to={name}" for name in recipients)),
    )
    outcome: str = done.document["push"]["outcome"]
    return outcome


def test_each_is_marked_reached_and_spoken_for_by_its_session(
    shell: PaneShell, registry_path: Path
) -> None:
    (first, alice), (second, bob) = a_session(shell, "a"), a_session(shell, "b")
    assert borne(shell) == (alice, bob)
    for session in (first, second):
        words = f"for-{session}"
        assert sent(registry_path, session, "Director", words=words) == "shown"
        polled = shell.cafleet("message", "poll", "--session-id", session)
        assert words in polled.out
        assert polled.err == ""


def test_without_a_session_it_is_the_newest_and_that_is_said_once(
    shell: PaneShell,
) -> None:
    a_session(shell, "a")
    _, bob = a_session(shell, "b")
    first = shell.cafleet("message", "poll")
    assert first.err.startswith(f"{NEWEST}Director {bob} of session ")
    assert shell.cafleet("message", "poll") == (0, "No messages found.\n", "")


def test_one_that_registers_there_takes_nothing_from_who_lives_there(
    shell: PaneShell, registry_path: Path
) -> None:
    session, director = a_session(shell, "a")
    made = shell.cafleet(
        *("agent", "register", "--name", "helper", "--description", "h", "--here")
    )
    helper = made.out.strip()
    assert borne(shell) == (director, helper)
    for name in ("Director", "helper"):
        assert sent(registry_path, session, name, words=name) == "shown"
    inherited = f"CAFLEET_SESSION_ID={session} CAFLEET_AGENT_ID={director}"
    polled = shell.cafleet("message", "poll", before=inherited)
    assert ("Director" in polled.out, polled.err) == (True, "")


def test_who_leaves_takes_only_its_own_mark_along(shell: PaneShell) -> None:
    first, alice = a_session(shell, "a")
    helper = shell.cafleet(
        *("agent", "register", "--name", "helper", "--description", "h", "--here")
    ).out.strip()
    _, bob = a_session(shell, "b")
    assert borne(shell) == (alice, helper, bob)
    left = shell.cafleet("agent", "deregister", "--agent-id", helper)
    assert left.code == 0
    assert borne(shell) == (alice, bob)
    assert shell.cafleet("session", "delete", first).code == 0
    assert borne(shell) == (bob,)


def test_doctor_tells_a_lost_mark_from_a_dead_pane_and_marks_again(
    shell: PaneShell, registry_path: Path
) -> None:
    session, director = a_session(shell, "a")
    tmux = shell.terminal.tmux
    tmux("set-option", "-p", "-u", "-t", shell.pane, IDENTITY_OPTION)
    assert "lost its mark: Director" in cafleet(registry_path, "doctor").out
    assert sent(registry_path, session, "Director", words="lost") == "none"
    fixed = cafleet(registry_path, "doctor", "--fix").out
    assert "+ marked the pane of Director again" in fixed
    assert "lost its mark" not in fixed
    assert borne(shell) == (director,)
    tmux("kill-pane", "-t", shell.pane)
    gone = cafleet(registry_path, "doctor", "--fix").out
    assert "without a live pane: Director" in gone
    assert "marked the pane" not in gone


@pytest.mark.parametrize("column", ["pane_started", "tmux_server_started"])
def test_a_pane_that_may_be_another_is_not_marked_again(
    shell: PaneShell, registry_path: Path, registry: Registry, column: str
) -> None:
    a_session(shell, "a")
    with registry.write():
        registry.execute(f"UPDATE agent_placements SET {column} = 1")
    option = ("set-option", "-p", "-u", "-t", shell.pane, IDENTITY_OPTION)
    shell.terminal.tmux(*option)
    fixed = cafleet(registry_path, "doctor", "--fix").out
    assert "lost its mark: Director" in fixed
    assert borne(shell) == ()


def test_a_member_that_lost_its_mark_is_never_taken_for_gone(
    shell: PaneShell, registry_path: Path
) -> None:
    session, _ = a_session(shell, "a")
    made = shell.cafleet(
        *("member", "create", "--name", "alice", "--description", "works"),
        *("--coding-agent", "standin", "--json"),
    )
    pane = made.document["placement"]["tmux_pane_id"]
    option = ("set-option", "-p", "-u", "-t", pane, IDENTITY_OPTION)
    shell.terminal.tmux(*option)
    fixed = cafleet(registry_path, "doctor", "--fix").out
    assert "+ marked the pane of alice again" in fixed
    assert sent(registry_path, session, "alice", words="there") == "delivered"
