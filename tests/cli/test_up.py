"""`up`: a session, its Director and the control room in one command, or nothing of them."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry, open_registry
from tests.cli.pretender import PROMPTED, TRUST, Pretender
from tests.terminal import Ran, Terminal, cafleet, command_line, eventually

CODEX_AT_REST = "● Done.\n\n› "
PANES = ("list-panes", "-F", "#{pane_id} #{pane_width} #{pane_height}", "-t")


class Outside:
    """A default tmux server of its own, as a user who is not inside tmux would get it."""

    def __init__(self, folder: Path, registry: Path, agent: Pretender) -> None:
        folder.mkdir()
        self.settings = {"TMUX_TMPDIR": str(folder), **agent.configured(PROMPTED)}
        self._registry = registry

    def up(self, *more: str, **extra: str) -> Ran:
        """Run `cafleet up` with the pretender as Director, without a terminal."""
        asked = ("up", "--coding-agent", "pretender", *more)
        return cafleet(self._registry, *asked, **self.settings, **extra)

    def tmux(self, *arguments: str) -> str:
        """What a tmux command prints; nothing where no server runs."""
        return subprocess.run(
            ["tmux", *arguments],
            env={**os.environ, **self.settings},
            capture_output=True,
            text=True,
            check=False,
        ).stdout


@pytest.fixture
def outside(
    tmp_path: Path, registry_path: Path, pretender: Pretender
) -> Iterator[Outside]:
    server = Outside(tmp_path / "own", registry_path, pretender)
    yield server
    server.tmux("kill-server")


def rows(registry: Registry) -> list[tuple[int, int, int]]:
    """How many sessions, agents and placements the registry holds."""
    tables = ("sessions", "agents", "agent_placements")
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    return registry.rows(f"SELECT {counts}")


def files_left(folder: str | Path) -> list[Path]:
    return list(Path(folder).glob(".cafleet-*"))


@pytest.mark.parametrize(
    ("columns", "panes"),
    [(160, ["160 25", "160 24"]), (161, ["80 50", "80 50"])],
)
def test_inside_tmux_it_is_a_new_window_that_is_selected(
    terminal: Terminal,
    registry: Registry,
    registry_path: Path,
    pretender: Pretender,
    columns: int,
    panes: list[str],
) -> None:
    terminal.tmux("set-option", "default-size", f"{columns}x50")
    inside = terminal.inside(terminal.shell())
    known = pretender.configured(PROMPTED)
    made = cafleet(
        registry_path,
        *("up", "--label", "release #(touch pwned)", "--json"),
        *("--coding-agent", "pretender", "--", "lead", "{{name}}"),
        **inside,
        **known,
    )
    assert (made.code, made.err) == (0, "")
    document = made.document
    assert (document["ready"], document["state"]) == (True, "idle")
    assert document["attach"] is None
    director, room = document["tmux_pane_id"], document["control_room_pane_id"]
    shown = terminal.tmux("display-message", "-p", "#{window_id} #{pane_id}")
    assert shown == f"{document['tmux_window_id']} {director}"
    assert terminal.tmux(*PANES, document["tmux_window_id"]).splitlines() == [
        f"{director} {panes[0]}",
        f"{room} {panes[1]}",
    ]
    given = pretender.started
    assert given["argv"] == ["lead Director"]
    assert given["env"]["CAFLEET_SESSION_ID"] == document["session_id"]
    assert given["env"]["CAFLEET_AGENT_ID"] == document["director_agent_id"]
    assert given["env"]["CAFLEET_DATABASE_URL"] == f"sqlite:///{registry_path}"
    stamp = ("display-message", "-p", "-t", director, "#{@cafleet_agent_id}")
    assert terminal.tmux(*stamp) == document["director_agent_id"]
    eventually(lambda: "Sending as Administrator" in terminal.screen(room))
    assert rows(registry) == [(1, 2, 1)]
    assert files_left(registry_path.parent) == []


def test_a_director_may_ask_the_human_at_its_pane_where_a_member_may_not(
    outside: Outside, tmp_path: Path
) -> None:
    codex = Pretender(tmp_path, "codex").plays(CODEX_AT_REST)
    path = codex.on_path(os.environ["PATH"])
    made = outside.up("--coding-agent", "codex", "--json", **path)
    assert made.document["state"] == "idle", made.err
    assert codex.started["argv"][:2] == ["--ask-for-approval", "on-request"]


def test_whoever_says_how_to_start_an_agent_says_it_for_its_director(
    outside: Outside, tmp_path: Path
) -> None:
    codex = Pretender(tmp_path, "codex").plays(CODEX_AT_REST)
    codex.configured()
    made = outside.up("--coding-agent", "codex", "--json", "--", "lead")
    assert made.document["state"] == "idle", made.err
    assert codex.started["argv"] == [" lead"], "no subcommand"


def test_its_director_hires_and_is_written_to(
    terminal: Terminal, registry_path: Path, pretender: Pretender
) -> None:
    inside = terminal.inside(terminal.shell())
    known = pretender.configured(PROMPTED)
    arguments = ("up", "--coding-agent", "pretender", "--json")
    document = cafleet(registry_path, *arguments, **inside, **known).document
    here = {**terminal.inside(document["tmux_pane_id"]), **known}
    hired = cafleet(
        registry_path,
        *("member", "create", "--name", "m", "--description", "d"),
        *("--coding-agent", "standin", "--json"),
        **here,
    )
    placed = hired.document["placement"]
    assert placed["tmux_window_id"] != document["tmux_window_id"], (
        "the room keeps its size"
    )
    sent = cafleet(
        registry_path,
        *("--session-id", document["session_id"], "send", "--to"),
        *("Director", "--text", "news;", "--agent-id", "m", "--json"),
        **known,
    )
    assert sent.document["push"] == {"outcome": "delivered"}
    eventually(lambda: pretender.keys.endswith("news;\r"))


def test_outside_without_a_terminal_it_says_how_to_attach(outside: Outside) -> None:
    first = outside.up("--label", "night: shift.1").out.splitlines()
    heads = [line.split(":")[0] for line in first]
    assert heads == ["session", "director", "control room", "attach"]
    attach = shlex.split(first[3].partition(":")[2])
    assert attach[-2:] == ["-t", "=night- shift-1"]
    sized = outside.tmux("list-windows", "-a", "-F", "#{window_width} #{window_height}")
    assert sized == "160 50\n"
    assert outside.up("--new").code == 0
    assert outside.up("--new").code == 0
    names = outside.tmux("list-sessions", "-F", "#{session_name}").split("\n")
    assert sorted(names) == ["", "cafleet", "cafleet-2", "night- shift-1"]


def test_outside_with_a_terminal_it_is_attached(
    terminal: Terminal, outside: Outside, registry_path: Path
) -> None:
    settings = [f"{name}={value}" for name, value in outside.settings.items()]
    without = ["env", "-u", "TMUX", "-u", "TMUX_PANE", *settings]
    command = command_line("up", "--coding-agent", "pretender")
    pane = terminal.pane([*without, *command])
    eventually(lambda: "● Done." in terminal.screen(pane), 40)
    eventually(lambda: "Administrator" in terminal.screen(pane))
    assert outside.tmux("list-clients", "-F", "#{session_name}") == "cafleet\n"


def test_a_folder_in_which_a_session_works_gets_no_other_one_unasked(
    outside: Outside, tmp_path: Path
) -> None:
    made = outside.up("--label", "docs", "--json").document
    refused = outside.up("--json")
    assert refused.code == 1
    assert refused.error["code"] == "refused"
    said = refused.error["message"]
    assert said == f"session 'docs' works in this folder: {made['attach']}"
    assert outside.up("--json", "--cwd", str(tmp_path)).code == 0
    outside.tmux("kill-session", "-t", "=docs")
    assert outside.up().code == 0


def test_a_label_of_a_live_session_is_refused_before_a_window_is_opened(
    outside: Outside, tmp_path: Path
) -> None:
    made = outside.up("--label", "docs", "--json").document
    refused = outside.up("--label", "docs", "--cwd", str(tmp_path))
    assert (refused.code, refused.out) == (1, "")
    assert "is called 'docs' and is still open" in refused.err
    opened = outside.tmux("new-window", "-P", "-F", "#{window_id}").strip()
    assert int(opened[1:]) == int(made["tmux_window_id"][1:]) + 1


def test_with_a_terminal_it_asks_whether_to_attach_to_the_one_that_works_there(
    terminal: Terminal, outside: Outside
) -> None:
    assert outside.up("--label", "docs").code == 0
    settings = [f"{name}={value}" for name, value in outside.settings.items()]
    without = ["env", "-u", "TMUX", "-u", "TMUX_PANE", *settings]
    command = [*without, *command_line("up", "--coding-agent", "pretender")]
    pane, other = terminal.pane(command), terminal.pane(command)
    for each in (pane, other):
        eventually(
            lambda each=each: "Attach to it? [Y/n]" in terminal.screen(each)  # type: ignore[misc]
        )
    terminal.keys(pane, "Enter")
    clients = ("list-clients", "-F", "#{session_name}")
    eventually(lambda: outside.tmux(*clients) == "docs\n")
    terminal.keys(other, "n", "Enter")
    eventually(lambda: "cafleet\n" in outside.tmux(*clients), 40)


def test_a_director_that_asks_first_is_left_to_the_human(
    outside: Outside, pretender: Pretender
) -> None:
    pretender.plays(TRUST)
    made = outside.up("--json")
    assert (made.code, made.document["ready"]) == (0, False)
    assert made.document["state"] == "waiting"
    assert "| ❯ No, exit" in made.err


@pytest.mark.parametrize("why", ["dies", "missing", "model", "unknown"])
def test_what_fails_leaves_nothing(
    outside: Outside, pretender: Pretender, registry: Registry, why: str
) -> None:
    more: tuple[str, ...] = ()
    if why == "dies":
        pretender.breaks("out of licences")
    elif why == "missing":
        pretender.vanishes()
    elif why == "model":
        more = ("--model", "large")
    else:
        more = ("--coding-agent", "gpt")
    refused = outside.up(*more)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("Error: ")
    assert ("| out of licences" in refused.err) == (why == "dies")
    assert rows(registry) == [(0, 0, 0)]
    assert outside.tmux("list-panes", "-a") == ""
    assert files_left(registry.folder) == []


def test_inside_a_failure_leaves_the_window_that_was_shown(
    terminal: Terminal, registry: Registry, registry_path: Path, pretender: Pretender
) -> None:
    pretender.breaks("out of licences")
    before = terminal.tmux("list-panes", "-a")
    refused = cafleet(
        registry_path,
        *("up", "--coding-agent", "pretender"),
        **terminal.inside(terminal.first),
        **pretender.configured(PROMPTED),
    )
    assert refused.code == 1
    assert "| out of licences" in refused.err
    assert terminal.tmux("list-panes", "-a") == before
    assert rows(registry) == [(0, 0, 0)]


def test_without_tmux_it_says_so(registry_path: Path, pretender: Pretender) -> None:
    refused = cafleet(
        registry_path,
        *("up", "--coding-agent", "pretender"),
        **pretender.configured(PROMPTED),
        PATH="/nonexistent",
    )
    assert refused.refusal == (1, "", "Error: tmux is not on PATH.\n")
    with closing(open_registry(registry_path)) as opened:
        assert rows(opened) == [(0, 0, 0)]
