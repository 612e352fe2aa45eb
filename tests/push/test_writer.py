"""The one writer on real panes: the whole turn into the right pane, or nothing at all."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cafleet_core import text
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.panes.tmux import client, facts, servers
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION, STATE_OPTION, TYPED_OPTION
from cafleet_core.push import writer
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.builders import an_id
from tests.push.panes import a_turn, an_agent, stamp, type_one
from tests.team import a_team_in_panes
from tests.terminal import Terminal, eventually, turns

DELIVERED = PushResult(PushOutcome.DELIVERED)


def proof_of_nothing(terminal: Terminal, pane: str, log: Path) -> None:
    """A last turn arrives, and it is the only one: nothing else was on its way."""
    assert type_one(a_turn(terminal, pane, "last")) == DELIVERED
    eventually(lambda: turns(log))
    assert turns(log) == ["last"]
    assert terminal.tmux("list-buffers") == ""


HOSTILE = [
    *("trailing ;", ";", "-leading", "--", "'\"`", "$(touch x) ${HOME} `id`", "a\\"),
    *(
        "#{pid} #(id) %if 1",
        "first\nsecond\n\nfourth",
        "日本語 評価",
        "👩‍👩‍👧 👍🏽 é",
        "~",
    ),
    *("Enter", "C-c", "\\x03 \\033[A", "! rm -r x", "/exit now", "tab\there"),
]


def test_a_text_arrives_exactly_and_as_one_turn(
    terminal: Terminal, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    pane = an_agent(terminal, log)
    for words in HOSTILE:
        assert type_one(a_turn(terminal, pane, words)) == DELIVERED
    eventually(lambda: len(turns(log)) >= len(HOSTILE))
    assert turns(log) == HOSTILE
    assert terminal.tmux("list-buffers") == ""


def test_fifty_kilobytes_arrive_whole(terminal: Terminal, tmp_path: Path) -> None:
    log = tmp_path / "log"
    pane = an_agent(terminal, log)
    words = "\n".join(f"{number:05} 評価 $(x); '\"" for number in range(2500))
    assert len(words.encode()) > 50_000
    assert type_one(a_turn(terminal, pane, words)) == DELIVERED
    eventually(lambda: turns(log))
    assert turns(log) == [words]


def test_control_bytes_are_never_keys(terminal: Terminal, tmp_path: Path) -> None:
    log = tmp_path / "log"
    pane = an_agent(terminal, log)
    words = "one\x03\x04\x1b[201~\x1b\r two\x7f\x9b2J \u202ethree\u2028\0end"
    assert type_one(a_turn(terminal, pane, words)) == DELIVERED
    eventually(lambda: turns(log))
    assert turns(log) == [text.sanitise(words)] == ["one[201~\n two2J threeend"]


@pytest.mark.parametrize("agent_id", ["", an_id("another")])
def test_a_pane_that_is_not_provably_the_agent_s_gets_nothing(
    terminal: Terminal, tmp_path: Path, agent_id: str
) -> None:
    log = tmp_path / "log"
    pane = an_agent(terminal, log, agent_id)
    refused = PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
    assert type_one(a_turn(terminal, pane, "not for you")) == refused
    stamp(terminal, pane)
    proof_of_nothing(terminal, pane, log)


SERVER_GONE = PushResult(PushOutcome.NONE, PushReason.SERVER_GONE)
NO_ANSWER = PushResult(PushOutcome.NONE, PushReason.NO_ANSWER)


def test_a_restarted_server_reuses_pane_ids_and_gets_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    first_log, log = tmp_path / "first", tmp_path / "second"
    turn = a_turn(terminal, an_agent(terminal, first_log), "for the one before")
    terminal.close()
    eventually(lambda: servers.ended(turn.server_pid))
    again = Terminal(Path(terminal.socket), terminal.registry)
    pane = an_agent(again, log)
    assert pane == turn.pane_id
    assert type_one(turn) == SERVER_GONE
    proof_of_nothing(again, pane, log)
    assert turns(first_log) == []


def test_a_dead_pane_gets_nothing(terminal: Terminal, tmp_path: Path) -> None:
    log = tmp_path / "log"
    pane = an_agent(terminal, log)
    turn = a_turn(terminal, pane, "too late")
    terminal.tmux("set-option", "-p", "-t", pane, "remain-on-exit", "on")
    terminal.keys(pane, "C-d")
    eventually(lambda: facts.panes(terminal.socket)[pane].dead)
    assert type_one(turn) == PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    assert terminal.tmux("list-buffers") == ""


def test_a_killed_pane_is_gone_and_the_others_are_served(
    terminal: Terminal, tmp_path: Path
) -> None:
    panes = [an_agent(terminal, tmp_path / name) for name in "abc"]
    written = [a_turn(terminal, pane, f"for {pane}") for pane in panes]
    terminal.tmux("kill-pane", "-t", panes[0])
    terminal.tmux("copy-mode", "-t", panes[1])
    assert writer.type_turns(written) == [
        PushResult(PushOutcome.NONE, PushReason.PANE_GONE),
        PushResult(PushOutcome.HELD, PushReason.COPY_MODE),
        DELIVERED,
    ]
    eventually(lambda: turns(tmp_path / "c"))
    assert turns(tmp_path / "c") == [f"for {panes[2]}"]
    assert terminal.tmux("list-buffers") == ""


def test_copy_mode_holds_and_is_left_alone(terminal: Terminal, tmp_path: Path) -> None:
    log = tmp_path / "log"
    pane = an_agent(terminal, log)
    terminal.tmux("copy-mode", "-t", pane)
    held = PushResult(PushOutcome.HELD, PushReason.COPY_MODE)
    assert type_one(a_turn(terminal, pane, "while reading")) == held
    mode = ("display-message", "-p", "-t", pane, "#{pane_in_mode}")
    assert terminal.tmux(*mode) == "1"
    terminal.tmux("send-keys", "-t", pane, "-X", "cancel")
    proof_of_nothing(terminal, pane, log)


def test_a_server_that_is_gone_is_told(terminal: Terminal, tmp_path: Path) -> None:
    turn = a_turn(terminal, an_agent(terminal, tmp_path / "log"), "hello")
    never = turn._replace(socket=str(tmp_path / "never.sock"))
    assert type_one(never) == NO_ANSWER
    terminal.close()
    eventually(lambda: servers.ended(turn.server_pid))
    assert type_one(turn) == type_one(never) == SERVER_GONE
    assert not (tmp_path / "never.sock").exists()


@pytest.mark.parametrize("there", [False, True])
def test_a_missing_tmux_is_told(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    turn = a_turn(terminal, an_agent(terminal, tmp_path / "log"), "hello")
    if there:
        (tmp_path / "tmux").touch(0o644)
    monkeypatch.setenv("PATH", str(tmp_path))
    descriptors = os.listdir("/proc/self/fd")
    assert type_one(turn) == PushResult(PushOutcome.NONE, PushReason.TMUX_MISSING)
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)


def test_a_process_that_ignores_its_children_is_told_all_the_same(
    terminal: Terminal, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    turn = a_turn(terminal, an_agent(terminal, log), "hello")
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert type_one(turn) == DELIVERED
        never = turn._replace(socket=str(tmp_path / "never.sock"))
        assert type_one(never) == NO_ANSWER
    finally:
        signal.signal(signal.SIGCHLD, before)
    eventually(lambda: turns(log) == ["hello"])


def test_twenty_writers_to_two_panes_never_interleave(
    terminal: Terminal, tmp_path: Path
) -> None:
    logs = [tmp_path / "a", tmp_path / "b"]
    panes = [an_agent(terminal, log) for log in logs]
    written = [
        a_turn(terminal, panes[number % 2], f"[head {number}]\n{str(number) * 900}")
        for number in range(20)
    ]
    with ThreadPoolExecutor(20) as writers:
        assert list(writers.map(type_one, written)) == [DELIVERED] * 20
    for parity, log in enumerate(logs):
        eventually(lambda log=log: len(turns(log)) >= 10)  # type: ignore[misc]
        assert Counter(turns(log)) == Counter(turn.text for turn in written[parity::2])
    assert terminal.tmux("list-buffers") == ""


def test_a_human_s_own_paste_buffer_is_left_alone(
    terminal: Terminal, tmp_path: Path
) -> None:
    pane = an_agent(terminal, tmp_path / "log")
    terminal.tmux("set-buffer", "mine")
    assert type_one(a_turn(terminal, pane, "hello")) == DELIVERED
    assert terminal.tmux("show-buffer") == "mine"


def test_one_call_serves_every_pane_of_a_server(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panes = [an_agent(terminal, tmp_path / name) for name in "abc"]
    written = [a_turn(terminal, pane, "to all") for pane in panes]
    calls = []
    call = client.call

    def counted(arguments: Sequence[str], **more: Any) -> client.Reply:
        calls.append(arguments)
        return call(arguments, **more)

    monkeypatch.setattr(client, "call", counted)
    assert writer.type_turns(written) == [DELIVERED] * 3
    assert len(calls) == 1
    assert writer.type_turns([]) == []
    for name in "abc":
        eventually(lambda name=name: turns(tmp_path / name))  # type: ignore[misc]


FORGED = "1\n\x1ecafleet glimpse %0 %0\t1 1 1\t1\t\tidle\n1 refused 7\t"


@pytest.mark.parametrize("option", [IDENTITY_OPTION, STATE_OPTION, TYPED_OPTION])
def test_what_a_program_leaves_on_its_pane_is_no_answer_of_tmux_s(
    registry: Registry, terminal: Terminal, tmp_path: Path, option: str
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice", "bob")
    placement = team.others["alice"].placement
    assert placement is not None
    alice = placement.tmux_pane_id or ""
    terminal.tmux("set-option", "-p", "-t", alice, option, FORGED)
    sent = send.broadcast(registry, team.others["bob"], "to all")
    pushes = {task.to_agent_id: push for task, push in sent.deliveries}
    refused = PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
    expected = refused if option == IDENTITY_OPTION else DELIVERED
    assert pushes[team.others["alice"].agent_id] == expected
    assert pushes[team.director.agent_id] == DELIVERED
    seen = facts.panes(terminal.socket)
    assert {alice, terminal.first} < seen.keys()
