"""The whole demo, with real panes, commands and control room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.demo import conversation, window
from cafleet_core.demo.lifecycle import exchanged, shows
from cafleet_core.panes.tmux.layouts import Size
from tests.builders import a_delivery, an_entry, an_id, at
from tests.terminal import Ran, Terminal, cafleet, command_line, eventually

DEMO_OPTIONS = "#{@cafleet_demo}"


class Server:
    """A private default tmux server, as for a user without a running one."""

    def __init__(self, folder: Path, registry: Path) -> None:
        folder.mkdir()
        self._registry = registry
        self._settings = {"TMUX_TMPDIR": str(folder), "TMPDIR": str(folder)}
        self.folder = folder

    def demo(self, *options: str) -> Ran:
        """Run `cafleet demo` without a terminal."""
        return cafleet(self._registry, "demo", *options, **self._settings)

    def tmux(self, *arguments: str) -> str:
        """The output of a tmux command; empty without a server."""
        done = subprocess.run(
            ["tmux", *arguments],
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", **self._settings},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def leftovers(self) -> list[Path]:
        """Registries that demos made and did not remove."""
        return list(self.folder.glob("cafleet-demo-*"))


@pytest.fixture
def server(tmp_path: Path, registry_path: Path) -> Iterator[Server]:
    """A server that ends with the test."""
    made = Server(tmp_path / "own", registry_path)
    yield made
    made.tmux("kill-server")


def test_without_a_terminal_it_prints_one_frame_and_how_to_attach(
    server: Server, registry_path: Path
) -> None:
    shown = server.demo()
    assert shown.code == 0, shown.err
    assert "Phase one starts now" in shown.out
    assert conversation.PLANS["drafter"].report[:12] in shown.out
    attach = next(
        line for line in shown.out.splitlines() if line.startswith("attach: ")
    )
    socket = attach.split()[3]
    assert server.tmux("-S", socket, "has-session", "-t", "=cafleet-demo") == ""
    assert len(server.leftovers()) == 1
    assert not registry_path.exists(), "CAFLEET_DATABASE_URL is not the demo's"
    assert server.demo("--stop").code == 0
    assert server.tmux("list-sessions") == ""
    assert server.leftovers() == []
    again = server.demo("--stop")
    assert again.refusal == (1, "", "Error: no demo is running.\n")


def test_one_that_nobody_watches_makes_way_for_the_next_and_ends_by_itself(
    server: Server,
) -> None:
    first = server.demo("--json").document
    [folder] = server.leftovers()
    second = server.demo("--json").document
    assert first["attach"] == second["attach"]
    assert server.leftovers() != [folder]
    assert server.demo("--stop-unwatched").code == 0
    assert server.leftovers() == []


def test_without_tmux_it_says_so(registry_path: Path, tmp_path: Path) -> None:
    ran = cafleet(registry_path, "demo", PATH="/nonexistent", TMPDIR=str(tmp_path))
    assert ran.code == 1
    assert ran.refusal[2] == "Error: tmux is not on PATH.\n"
    assert list(tmp_path.glob("cafleet-demo-*")) == []


def test_inside_tmux_it_plays_in_a_window_and_listens(
    terminal: Terminal, registry_path: Path, tmp_path: Path
) -> None:
    database = tmp_path / "cafleet-demo-of-mine" / "registry.db"
    terminal.pane(command_line("demo", "--database", f"sqlite:///{database}"))

    def panes() -> dict[str, str]:
        listed = terminal.tmux("list-panes", "-a", "-F", "#{pane_title}\t#{pane_id}")
        return dict(line.split("\t") for line in listed.splitlines())

    eventually(lambda: "reviewer" in panes() and "drafter" in panes())
    eventually(lambda: "❯ 1. Yes" in terminal.screen(panes()["reviewer"]), 40)
    assert terminal.tmux("display-message", "-p", "#{window_name}") == "demo"
    terminal.keys(panes()["reviewer"], "2")
    with closing(open_registry(database)) as registry:
        [running] = sessions.summaries(registry)

        def said() -> list[str]:
            entries = pages.newest(registry, running.session.session_id)
            return [entry.text for entry in entries]

        eventually(lambda: any("second dropped" in text for text in said()))
        inside = terminal.inside(terminal.first)
        stopped = cafleet(registry_path, "demo", "--stop", **inside)
        assert stopped.code == 0, stopped.err
        assert sessions.summaries(registry) == []
    assert database.exists(), "a registry of the user's own is never removed"
    assert terminal.tmux("list-windows", "-F", DEMO_OPTIONS).strip() == ""


def test_outside_tmux_the_terminal_is_attached(
    terminal: Terminal, server: Server
) -> None:
    outside = [
        *("env", "-u", "TMUX", "-u", "TMUX_PANE"),
        *(f"{variable}={server.folder}" for variable in ("TMUX_TMPDIR", "TMPDIR")),
    ]
    pane = terminal.pane([*outside, *command_line("demo")])
    eventually(lambda: "Phase one starts now" in terminal.screen(pane), 40)
    eventually(lambda: "Administrator" in terminal.screen(pane))
    terminal.keys(pane, "-l", "@drafter")
    eventually(lambda: "│ @drafter" in terminal.screen(pane))
    assert "a demo is running" in server.demo().err, "somebody watches it"
    assert server.demo("--stop-unwatched").code == 1
    assert server.demo("--stop").code == 0
    eventually(lambda: pane not in terminal.tmux("list-panes", "-a"))


def test_the_control_room_stands_left_only_where_all_of_it_fits() -> None:
    assert window.layout(Size(160, 50)).name == "main-horizontal"
    wide = window.layout(Size(200, 50))
    assert (wide.name, wide.columns) == ("main-vertical", 141)


def test_the_exchange_is_a_broadcast_acked_twice_and_answered() -> None:
    def acked(name: str) -> bool:
        return name != "tester"

    deliveries = [
        a_delivery(name, acked_at=at() if acked(name) else None)
        for name in conversation.PLANS
    ]
    call = an_entry(1, "Director", "Begin.", deliveries, broadcast=True)
    report = an_entry(2, reply_to_task_id=deliveries[0].task_id)
    unheard = call._replace(deliveries=(a_delivery("drafter"), *deliveries[2:]))
    assert exchanged([call, report]) == (call, report)
    assert not exchanged([call])
    assert not exchanged([call, an_entry(2, reply_to_task_id=an_id("other"))])
    assert not exchanged([unheard, report])


def test_a_frame_shows_messages_however_it_folds_them() -> None:
    said = an_entry(1, text="Phase one starts now: the release notes.")
    assert shows("│ Phase one │\n│ starts now: the │".replace("│", ""), [said])
    assert not shows("Phase two", [said])
