"""`make tokens`: how many characters a working day prints to its agents, thing by thing.

Each is a model's token or a part of one, which is paid for; what is counted is the same on
every machine.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cafleet_core import assets
from cafleet_core.broker.directory import agents
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import prompts
from cafleet_core.cli.main import run
from cafleet_core.panes.tmux.facts import Here
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, this_host_in, turns

BODY, ANSWER = "Please draft docs/plan.md.", "It is done."
MEMBERS = 30
_IDS = re.compile(r"\b[0-9a-f]{8}\b(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?")
_PLACEHOLDER = re.compile(r"\{\{\w+\}\}")


class Count(NamedTuple):
    """What is printed, in characters, and the most that it may be."""

    what: str
    characters: int
    most: int

    def line(self) -> str:
        """The count as a line of a table."""
        mark = "" if self.characters <= self.most else f"  more than {self.most}"
        return f"{self.characters:>7}  {self.what}{mark}"


class Day:
    """A Director and a member at work in panes, in a registry of their own."""

    def __init__(self, registry: Registry, terminal: Terminal, logs: Path) -> None:
        self.registry = registry
        self.logs = logs
        self.team = a_team_in_panes(registry, terminal, logs, "drafter")

    def prints(self, name: str, *arguments: str) -> str:
        """What a command of this agent prints, and notes."""
        session = ("--session-id", self.team.session.session_id)
        agent = ("--agent-id", self.team.caller(name).agent.agent_id)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = run([*session, *arguments, *agent])
        assert code == 0, printed.getvalue()
        return printed.getvalue()

    def told(self, name: str) -> str:
        """The turn that was typed for the only message to an agent."""
        log = log_of(self.logs, name)
        [turn] = eventually(lambda: turns(log))
        return turn


def counts(registry: Registry, terminal: Terminal, logs: Path) -> Iterator[Count]:
    """Every count of a day; the most of each is little more than what it is."""
    day = Day(registry, terminal, logs)
    yield Count("assignment, ack and answer, without bodies and ids", _cycle(day), 145)
    yield Count("poll without news", len(day.prints("drafter", "message", "poll")), 19)
    _hire(registry, day.team, terminal.here(terminal.standin(logs / "workers.jsonl")))
    for most, options in ((2_600, ""), (2_300, " --activity"), (26, " --news")):
        command = f"member list{options}"
        listed = day.prints("Director", *command.split())
        yield Count(f"{command} of {MEMBERS}", len(listed), most)
        widest = max(map(len, listed.splitlines()))
        yield Count(f"{command} of {MEMBERS}, its widest line", widest, 80)
    for role, prompt in (
        ("a member", prompts.FOR_MEMBERS),
        ("a Director", prompts.FOR_DIRECTORS),
    ):
        shown = _PLACEHOLDER.sub("", prompt)
        yield Count(f"first prompt of {role}, without ids", len(shown), 580)
    for name, folder in assets.skills().items():
        files = sorted(folder.rglob("*.md"))
        size = sum(len(path.read_text("utf-8")) for path in files)
        yield Count(f"skill {name}, all files", size, 10_000)


def _cycle(day: Day) -> int:
    """A message is sent, typed whole, acked and answered, and the answer typed whole."""
    printed = [day.prints("Director", "message", "send", "drafter", BODY)]
    printed.append(assigned := day.told("drafter"))
    [task_id, _] = _IDS.findall(assigned)
    printed.append(day.prints("drafter", "message", "ack", task_id))
    printed.append(day.prints("drafter", "message", "send", "Director", ANSWER))
    printed.append(answered := day.told("Director"))
    assert BODY in assigned
    assert ANSWER in answered
    words = _IDS.sub("", "".join(printed))
    return len(words.replace(BODY, "").replace(ANSWER, ""))


def _hire(registry: Registry, team: Team, here: Here) -> None:
    """Thirty members at rest, who share a pane."""
    for number in range(MEMBERS):
        agents.register(
            *(registry, team.session, f"worker-{number}", "d"),
            here=here,
            coding_agent="standin",
        )
    with registry.write():
        registry.execute("UPDATE agents SET kind = 'member' WHERE name LIKE 'worker-%'")
        registry.execute(
            "UPDATE agent_placements SET director_agent_id = ? WHERE agent_id <> ?",
            (team.director.agent_id, team.director.agent_id),
        )


def main() -> int:
    """Print the counts of a day; 1 where one is more than it may be."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.db"
        os.environ["CAFLEET_DATABASE_URL"] = f"sqlite:///{path}"
        os.environ["CAFLEET_DELIVERY_BACKGROUND"] = "false"
        os.environ["XDG_STATE_HOME"] = str(this_host_in(Path(folder) / "state"))
        terminal = Terminal(Path(folder) / "tmux.sock", path)
        registry = open_registry(path)
        try:
            counted = list(counts(registry, terminal, Path(folder)))
        finally:
            registry.close()
            terminal.close()
    for count in counted:
        print(count.line())
    return int(any(count.characters > count.most for count in counted))


if __name__ == "__main__":
    raise SystemExit(main())
