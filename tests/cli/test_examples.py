"""Every example of the documentation, run word for word by a shell in a Director's pane."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from mcp import Client, StdioServerParameters

from cafleet_core import ids
from cafleet_core.broker.directory import placements
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.cli.examples import EXAMPLES
from cafleet_core.reference import commands
from tests.earlier import EarlierRegistry
from tests.postgres import Server
from tests.team import Team, a_team_in_panes
from tests.terminal import Ran, Terminal, environment, eventually, in_shell
from tests.worktrees.repositories import Workshop, a_repository

SESSION = "7c1e52d0-4f3b-4c7e-9d5a-0b1e2f3a4c5d"
RECEIVED = "3f0c9a1e-8a6d-4a52-b1c3-5d7e9f0a1b2c"
SENT = "8b2d47c6-1e9f-4d38-a0b5-6c7d8e9f0a1b"
"""The ids that the examples speak of, whole."""

QUESTION = "Apply both remarks?\n❯ 1. Yes\n  2. No\n  a digit answers"

BIN = Path(sys.executable).parent

COMMANDS = sorted(
    page.words for page in commands.documented() if " ".join(page.words) in EXAMPLES
)


class Office(NamedTuple):
    """A Director in a pane with a member called drafter, and a message each way."""

    terminal: Terminal
    registry: Registry
    place: Path | str
    team: Team
    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """What a process in the Director's pane would have around it."""
        placement = self.team.director.placement
        assert placement is not None
        assert placement.tmux_pane_id is not None
        return environment(
            self.place,
            **self.terminal.inside(placement.tmux_pane_id),
            HOME=str(self.folder),
            PATH=f"{self.folder}:{BIN}:/usr/bin:/bin",
        )

    def shell(self, line: str, **extra: str) -> Ran:
        """Run one line of shell as somebody in the Director's pane would."""
        return in_shell(line, self.folder, self.variables | extra)


@pytest.fixture
def office(
    registry: Registry,
    place: Path | str,
    terminal: Terminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    coming = [SESSION]
    anew = ids.new
    monkeypatch.setattr(ids, "new", lambda: coming.pop() if coming else anew())
    team = a_team_in_panes(registry, terminal, tmp_path, "drafter")
    drafter = team.others["drafter"]
    make_member(registry, team)
    for task_id, sender, recipient in (
        (RECEIVED, drafter, team.director),
        (SENT, team.director, drafter),
    ):
        coming.append(task_id)
        send.send(registry, sender, [recipient], "How far is the plan?")
    (tmp_path / "review.txt").write_text("docs/plan.md:12 Say which database.")
    return Office(terminal, registry, place, team, tmp_path)


def make_member(registry: Registry, team: Team) -> None:
    """As if the Director had spawned the drafter."""
    drafter = team.others["drafter"].agent_id
    with registry.write():
        registry.execute(
            "UPDATE agents SET kind = 'member' WHERE agent_id = ?", (drafter,)
        )
        registry.execute(
            "UPDATE agent_placements SET director_agent_id = ? WHERE agent_id = ?",
            (team.director.agent_id, drafter),
        )


def show_question(office: Office) -> None:
    """The drafter asks something."""
    restart_drafter(office, "-c", f"print({QUESTION!r}); input()", shows="2. No")


def be_at_work(office: Office) -> None:
    """The drafter runs a command that takes a minute."""
    standin = ("-m", "cafleet_core.demo.standin", "--name", "drafter")
    work = ("--behaviour", "ack", "! sleep 60")
    restart_drafter(office, *standin, *work, shows="✻ ")


def restart_drafter(office: Office, *python: str, shows: str) -> None:
    """Start another program of Python's in the drafter's pane, and wait until it shows that."""
    placement = office.team.others["drafter"].placement
    assert placement is not None
    pane = placement.tmux_pane_id or ""
    office.terminal.tmux(
        *("respawn-pane", "-k", "-t", pane, "--", sys.executable, *python)
    )
    eventually(lambda: shows in office.terminal.screen(pane))
    placements.adopt(office.registry, office.team.others["drafter"])


_CLAUDE = """import json, os, pathlib
sessions = pathlib.Path.home() / ".claude" / "sessions"
sessions.mkdir(parents=True, exist_ok=True)
born = pathlib.Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
record = {"sessionId": "7c1e52d0-1", "procStart": born, "cwd": os.getcwd()}
(sessions / f"{os.getpid()}.json").write_text(json.dumps(record))
print("─" * 40, "❯", "─" * 40, sep="\\n")
input()
"""


def install_agent(office: Office) -> None:
    """A `claude` that shows what the real one shows when it is ready, and keeps its record."""
    binary = office.folder / "claude"
    binary.write_text(f"#!{sys.executable}\n{_CLAUDE}")
    binary.chmod(0o755)


def leave_earlier_registry(office: Office) -> None:
    """What is left of an earlier cafleet in the user's home."""
    source = EarlierRegistry(office.folder / "registry-2026.db")
    source.team("drafter")
    source.close()


def write_rule(office: Office) -> None:
    """A rule called phone in the user's settings."""
    folder = office.folder / ".config" / "cafleet"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(
        '[[on]]\nname = "phone"\nevent = "asked"\nrun = ["true"]\n'
    )


def ack(office: Office) -> None:
    """The drafter acks what the Director has sent."""
    inbox.ack(office.registry, office.team.caller("drafter"), [SENT])


def make_tree(office: Office) -> None:
    """The drafter has a worktree, in which nothing was done."""
    Workshop(office.registry, office.team, a_repository(office.folder)).tree("drafter")


def hire_anew(office: Office) -> None:
    """The drafter is a Claude Code that a command has started."""
    install_agent(office)
    create = (
        "cafleet member create --name drafter --description d --coding-agent claude"
    )
    for line in ("cafleet member delete drafter --force", create):
        assert office.shell(line).code == 0


def record_screen(office: Office) -> None:
    """An agent of the user's own, and a screen of it at rest."""
    settings = office.folder / ".config" / "cafleet"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "config.toml").write_text(
        "[agents.mine]\nargv = ['mine']\ncues.idle = ['^> ']\n"
    )
    screens = settings / "screens" / "mine"
    screens.mkdir(parents=True)
    (screens / "idle-1.txt").write_text("# expected: idle\n#\nDone.\n> \n")


NEEDS = {
    ("agent-kind", "check"): record_screen,
    ("member", "restart"): hire_anew,
    ("worktree", "finish"): make_tree,
    ("event", "test"): write_rule,
    ("message", "status"): ack,
    ("member", "send-input"): show_question,
    ("member", "interrupt"): be_at_work,
    ("member", "create"): install_agent,
    ("up",): install_agent,
    ("db", "import"): leave_earlier_registry,
}
"""What an example needs beside a Director, a member and their messages."""

ON_A_TERMINAL: dict[tuple[str, ...], str] = {
    ("tui",): "drafter",
    ("replay",): "Replay  20",
    ("server",): "http://127.0.0.1:",
    ("event", "follow"): "drafter joined",
}
"""Examples that do not end by themselves, and what is on the screen when they work."""

SILENT = {("completion",), ("file", "hook")}
"""Examples that print nothing: the shell takes it all."""

AT_A_SERVER = {("db", "grant"), ("db", "revoke"), ("host",)}
"""Examples that need a registry at a PostgreSQL server."""

APART = {("demo",), ("tour",), ("popup",), ("mcp",), ("db", "copy"), *AT_A_SERVER}
"""Examples that are run by their own test."""

A_ROLE = "CREATE ROLE cafleet_host LOGIN;"  # other tests make it, too
AT_POSTGRES = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.mark.parametrize(
    "words",
    [words for words in COMMANDS if words not in {*ON_A_TERMINAL, *APART}],
    ids=" ".join,
)
def test_an_example_works_as_it_is_written(
    office: Office, words: tuple[str, ...]
) -> None:
    NEEDS.get(words, lambda _: None)(office)
    printed = ""
    for line in EXAMPLES[" ".join(words)].splitlines():
        ran = office.shell(line)
        assert (ran.code, "Error" in ran.err) == (0, False), ran
        printed += ran.out
    assert printed or words in SILENT


@pytest.mark.parametrize("words", ON_A_TERMINAL, ids=" ".join)
def test_an_example_that_stays_shows_its_screen(
    office: Office, words: tuple[str, ...]
) -> None:
    path = f"PATH={office.variables['PATH']}"
    pane = office.terminal.pane(["env", path, "bash", "-c", EXAMPLES[" ".join(words)]])
    eventually(lambda: ON_A_TERMINAL[words] in office.terminal.screen(pane))


def test_the_demo_s_example_works(office: Office) -> None:
    own = office.folder / "own"
    own.mkdir()
    apart = {"TMUX": "", "TMUX_PANE": "", "TMUX_TMPDIR": str(own), "TMPDIR": str(own)}
    try:
        shown = office.shell(EXAMPLES["demo"], **apart)
        assert (shown.code, "attach: " in shown.out) == (0, True), shown
    finally:
        assert office.shell("cafleet demo --stop", **apart).code == 0


async def test_the_mcp_s_example_serves_a_client(office: Office) -> None:
    program = StdioServerParameters(
        command="bash", args=["-c", EXAMPLES["mcp"]], env=office.variables
    )
    async with Client(program) as client:
        members = await client.call_tool("members", {})
    assert not members.is_error
    assert "drafter" in str(members.content)


@pytest.mark.sqlite
def test_the_copy_s_example_fills_a_server(office: Office, server: Server) -> None:
    address = "postgresql://cafleet_owner@db.example/cafleet?sslmode=verify-full"
    url = server.new_schema()
    assert address in EXAMPLES["db copy"]
    ran = office.shell(EXAMPLES["db copy"].replace(address, url))
    assert (ran.code, ran.err) == (0, ""), ran
    names = "SELECT name FROM agents ORDER BY agent_id"
    with closing(open_registry(url)) as copied:
        assert copied.rows(names) == office.registry.rows(names)


@AT_POSTGRES
def test_the_examples_of_roles_let_one_in_and_out_again(
    office: Office, server: Server
) -> None:
    server.sql(f"DO $$ BEGIN {A_ROLE} EXCEPTION WHEN OTHERS THEN NULL; END $$")
    assert office.shell(EXAMPLES["db grant"])[::2] == (0, "")
    assert office.shell(EXAMPLES["db revoke"]).out.startswith("Revoked session")


@AT_POSTGRES
def test_the_host_s_example_runs_until_it_is_ended(office: Office) -> None:
    path = f"PATH={office.variables['PATH']}"
    pane = office.terminal.pane(["env", path, "bash", "-c", EXAMPLES["host"]])
    eventually(lambda: " runs" in office.terminal.screen(pane))
