"""A message for an agent on another machine: typed there, told here, whoever is away."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.hosts.crew import Crew
from tests.machines import Machine
from tests.terminal import eventually


def test_it_is_typed_on_the_other_machine_and_the_sender_learns_of_it(
    crew: Crew,
) -> None:
    crew.lab.start_host()
    assert crew.send("hello there") == "push: delivered"
    eventually(crew.bob_was_told)
    assert "hello there" in crew.bob_was_told()[0]
    eventually(lambda: "submitted" in crew.as_director("event", "list").out)


def test_what_was_sent_while_it_was_away_is_typed_once_it_is_back(crew: Crew) -> None:
    assert crew.send("one") == "push: held (host_away)"
    process = crew.lab.start_host()
    eventually(crew.bob_was_told)
    assert crew.send("two") == "push: delivered"
    process.send_signal(signal.SIGTERM)
    process.wait()
    assert crew.send("three") == "push: held (host_away)"
    crew.lab.start_host()
    eventually(lambda: "three" in crew.bob_was_told()[-1])
    assert len(crew.bob_was_told()) == 3


def test_only_the_first_host_process_serves_and_the_next_one_takes_over(
    crew: Crew,
) -> None:
    first = crew.lab.start_host()
    waiting = crew.lab.begin("host")
    assert waiting.stderr is not None
    assert "waiting for its end" in waiting.stderr.readline()
    assert crew.lab.run("host", "--background").code == 0  # it ends at once
    first.kill()
    assert "runs" in waiting.stderr.readline()
    assert crew.send("hello") == "push: delivered"


def test_the_two_that_are_alike_in_all_but_their_machine_are_told_apart(
    crew: Crew,
) -> None:
    """The same socket, server process and pane in two containers, say."""
    with connected(crew) as database:
        database.execute(
            "UPDATE agent_placements b SET tmux_socket = d.tmux_socket,"
            " tmux_server_pid = d.tmux_server_pid, tmux_server_started ="
            " d.tmux_server_started, pane_pid = d.pane_pid, pane_started = d.pane_started"
            " FROM agent_placements d WHERE d.agent_id <> b.agent_id AND b.agent_id = %s",
            (crew.bob_id,),
        )
    listed = crew.office.says("message", "list", "--json", pane=crew.director_pane)
    assert listed.strip() == "[]"
    sent = ("message", "send", "--to", "bob", "--text", "who am I?")
    crew.office.says(*sent, pane=crew.director_pane)
    assert "from:Director" in crew.as_bob("message", "poll").out


def test_what_is_started_with_the_first_agent_serves_the_machine(crew: Crew) -> None:
    again = ("--name", "carol", "--description", "x", "--here")
    register = ("agent", "register", *again, "--coding-agent", "standin")
    pane = crew.lab.terminal.standin(crew.lab.folder / "carol.jsonl", name="carol")
    done = crew.lab.run(
        *("--session-id", crew.session_id, *register),
        pane=pane,
        CAFLEET_DELIVERY_BACKGROUND="true",
    )
    assert done.code == 0, done
    try:
        eventually(lambda: crew.send("hello", CAFLEET_REMOTE_WAIT="20").endswith("red"))
        eventually(crew.bob_was_told)
    finally:
        for pid in host_processes(crew.lab):
            os.kill(pid, signal.SIGTERM)


@contextmanager
def connected(crew: Crew) -> Iterator[psycopg.Connection]:
    with psycopg.connect(crew.office.url, autocommit=True) as connection:
        yield connection


def host_processes(machine: Machine) -> list[int]:
    """The processes that this machine's commands have left, by their state folder."""
    state = f"XDG_STATE_HOME={machine.environ['XDG_STATE_HOME']}".encode()
    pids = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as words:
                is_host = b"\0host\0--background\0" in words.read()
            with open(f"/proc/{name}/environ", "rb") as environ:
                is_ours = state in environ.read().split(b"\0")
        except OSError:
            continue
        if is_host and is_ours:
            pids.append(int(name))
    return pids
