"""A client that looks and then types: one process for both, and never for longer than both take."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core.panes.reading import process_tree
from cafleet_core.panes.tmux import client, held_clients
from cafleet_core.panes.tmux.client import Reply, ServerSilent
from cafleet_core.panes.tmux.held_clients import SCRIPT, holding
from tests.core.test_client import descriptors, in_front
from tests.terminal import Terminal


def run(terminal: Terminal, script: str) -> Reply:
    return client.call(SCRIPT, socket=terminal.socket, stdin=f"{script}\n".encode())


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each client that is started."""
    all_of_them: list[list[str]] = []
    start: Callable[..., int] = os.posix_spawnp

    def starting(path: str, argv: list[str], env: object, **how: object) -> int:
        all_of_them.append(argv)
        return start(path, argv, env, **how)

    monkeypatch.setattr(os, "posix_spawnp", starting)
    return all_of_them


def test_one_client_carries_out_both_scripts(
    terminal: Terminal, started: list[list[str]]
) -> None:
    before = descriptors()
    with holding():
        assert run(terminal, "display-message -p first") == Reply(0, "first\n", "")
        assert run(terminal, "display-message -p second") == Reply(0, "second\n", "")
    assert len(started) == 1
    assert descriptors() == before


def test_a_script_that_no_pipe_holds_at_once_is_carried_out_whole(
    terminal: Terminal, started: list[list[str]]
) -> None:
    words = "é" * 8000
    with holding():
        run(terminal, "display-message -p first")
        replied = run(
            terminal, "\n".join(f"display-message -p '{words}'" for _ in range(20))
        )
    assert replied.out.split() == [words] * 20
    assert len(started) == 1


def test_a_client_that_is_given_nothing_more_ends(
    terminal: Terminal, started: list[list[str]]
) -> None:
    before = descriptors(), process_tree.children(os.getpid())
    with holding():
        run(terminal, "display-message -p first")
    assert (descriptors(), process_tree.children(os.getpid())) == before
    assert len(started) == 1


def test_what_is_asked_of_tmux_otherwise_takes_a_client_of_its_own(
    terminal: Terminal, started: list[list[str]]
) -> None:
    with holding():
        run(terminal, "display-message -p first")
        client.call(["list-sessions"], socket=terminal.socket)
        run(terminal, "display-message -p second")
    assert len(started) == 2
    run(terminal, "display-message -p third")
    assert len(started) == 3


def test_a_script_without_an_answer_says_what_is_wrong(terminal: Terminal) -> None:
    before = descriptors()
    with holding():
        replied = run(terminal, "capture-pane -p -t %77")
        assert replied.out == ""
        assert "can't find pane: %77" in replied.err
    assert descriptors() == before


def test_a_server_that_cannot_read_the_pipe_is_asked_again(
    terminal: Terminal, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_clients, "_PIPE", "/nowhere/{}/{}")  # as in a container
    before = descriptors()
    with holding():
        assert run(terminal, "display-message -p first").out == "first\n"
        assert run(terminal, "display-message -p second").out == "second\n"
    assert len(started) == 2
    assert descriptors() == before


@pytest.fixture
def held_in_spite_of_a_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_clients, "_is_wrapped", lambda: False)


@pytest.mark.usefixtures("held_in_spite_of_a_script")
def test_that_a_pipe_cannot_be_read_may_be_said_before_the_answer_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = '[ $# = 5 ] || { eval path=\\${$#}; echo "$path: No such file" >&2; }'
    in_front(tmp_path, monkeypatch, f'{path}; sleep 0.2; cat; echo "$9"')
    with holding():
        for words in ("first", "second"):
            replied = client.call(
                SCRIPT, socket="/tmp/held", stdin=f"{words}\n".encode()
            )
            assert (replied.code, replied.out.strip(), replied.err) == (0, words, "")


@pytest.mark.usefixtures("held_in_spite_of_a_script")
def test_a_first_script_without_words_is_not_repeated_where_the_pipe_cannot_be_read(
    terminal: Terminal, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_clients, "_PIPE", "/nowhere/{}/{}")
    with holding():
        assert run(terminal, "set-option -g @counted 1") == Reply(0, "", "")
    assert len(started) == 1


def test_a_script_around_tmux_is_given_the_whole_of_each_script(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    real = shutil.which("tmux")
    in_front(tmp_path, monkeypatch, f'tee -a {seen} | {real} "$@"')
    with holding():
        assert run(terminal, "display-message -p first").out == "first\n"
        assert run(terminal, "display-message -p second").out == "second\n"
    assert seen.read_text() == "display-message -p first\ndisplay-message -p second\n"


@pytest.mark.usefixtures("held_in_spite_of_a_script")
def test_what_is_wrong_is_waited_for_where_nothing_was_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = 'echo "$9"; sleep 0.2; echo "no such pane" >&2; exit 1'  # $9 is the mark
    in_front(tmp_path, monkeypatch, late)
    with holding():
        replied = client.call(SCRIPT, socket="/tmp/held", stdin=b"one\n")
    assert (replied.code, replied.err) == (1, "no such pane\n")


def test_each_server_and_each_thread_has_a_client_of_its_own(
    terminal: Terminal, started: list[list[str]], tmp_path: Path
) -> None:
    other = Terminal(tmp_path / "other.sock", terminal.registry)
    asked: dict[str, str] = {}

    def ask(name: str, server: Terminal) -> None:
        asked[name] = run(server, "display-message -p '#{socket_path}'").out.strip()

    def ask_in_a_thread() -> None:
        with holding():
            ask("thread", other)

    try:
        with holding():
            ask("first", terminal)
            ask("other", other)
            thread = threading.Thread(target=ask_in_a_thread)
            thread.start()
            thread.join()
            assert len(started) == 3
            ask("again", terminal)
        assert len(started) == 3
    finally:
        other.close()
    sockets = {name: Path(path).resolve() for name, path in asked.items()}
    mine, others = Path(terminal.socket).resolve(), Path(other.socket).resolve()
    assert sockets == {
        "first": mine,
        "other": others,
        "thread": others,
        "again": mine,
    }


@pytest.mark.usefixtures("held_in_spite_of_a_script")
@pytest.mark.parametrize("answered", [0, 1])
def test_a_client_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answered: int
) -> None:
    mark = 'echo "first"; echo "$9"; ' if answered else ""  # of its arguments
    in_front(tmp_path, monkeypatch, f"{mark}exec sleep 61")
    before, began = descriptors(), time.monotonic()
    with holding():
        for _ in range(answered):
            assert client.call(SCRIPT, socket="/tmp/held", stdin=b"one\n").out
        with pytest.raises(ServerSilent, match="did not answer within 1 s"):
            client.call(SCRIPT, socket="/tmp/held", stdin=b"two\n")
    assert time.monotonic() - began < 6
    assert descriptors() == before
