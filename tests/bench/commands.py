"""Measure commands, each as a process of its own: against Python's start, and one send against many."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from cafleet_core.broker.directory import agents
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from tests.bench.timing import BARE, CAFLEET, Figure, against
from tests.team import Team, a_team, a_team_in_panes
from tests.terminal import Terminal, environment

_OFTEN, _HOOK, _SHOWN, _REST = 1.7, 2.0, 2.2, 4.5
_CROWDS = ((20, 1.3), (100, 2.0))
_ROUNDS = 15
_COMMANDS = (
    (("message", "list"), _SHOWN),
    (("member", "list", "--activity"), _SHOWN),
    (("status",), _SHOWN),
    (("message", "list", "--search", "hello"), _REST),
    (("agent", "list"), _REST),
    (("agent", "show", "Director"), _REST),
    (("session", "list"), _REST),
    (("session", "create"), _REST),
    (("member", "scan"), _REST),
    (("config", "show"), _REST),
    (("db", "check"), _REST),
    (("doctor",), _REST),
    (("--help",), _REST),
)


def figures(registry: Registry, terminal: Terminal, folder: Path) -> Iterator[Figure]:
    """Every command against Python's own start, then broadcasts against one send."""
    env = environment(terminal.registry, HOME=str(folder))
    team = a_team_in_panes(registry, terminal, folder, "receiver")
    desk = terminal.pane(["cat"])
    inside = {**env, **terminal.inside(desk)}
    flags = _flags(team)
    mail = (registry, team.others["receiver"], [team.director])

    def write() -> None:
        send.send(*mail, "hello")

    poll, ack = (
        [CAFLEET, *flags, "message", *words] for words in (["poll"], ["ack", "--all"])
    )
    yield against(_named("message poll"), poll, BARE, env, aim=_OFTEN, before=write)
    yield against(_named("message ack --all"), ack, BARE, env, aim=_OFTEN, before=write)
    single = [CAFLEET, *flags, "message", "send", "--to", "receiver", "--text", "hello"]
    yield against(_named("message send to an idle pane"), single, BARE, env, aim=_SHOWN)
    yield _hook(flags, env, folder)
    for words, aim in _COMMANDS:
        argv = [CAFLEET, *flags, *words]
        yield against(
            _named(" ".join(words)), argv, BARE, inside, aim=aim, rounds=_ROUNDS
        )
    yield from _coming_and_going(registry, team, inside)
    yield from _broadcasts(registry, terminal, single, env)


def _hook(flags: Sequence[str], env: dict[str, str], folder: Path) -> Figure:
    """A hook that notes an edit, as an agent waits for it."""
    said = {
        "hook_event_name": "PreToolUse",
        "cwd": str(folder),
        "tool_input": {"file_path": "plan.md", "new_string": "x" * 2000},
    }
    (folder / "hook.json").write_text(json.dumps(said))
    fed = ["sh", "-c", f'exec "$@" <{folder}/hook.json', "sh"]
    argv = [*fed, CAFLEET, *flags, "file", "hook"]
    return against(_named("file hook"), argv, BARE, env, aim=_HOOK)


def _named(words: str) -> str:
    return f"{words} : python -c pass"


def _flags(team: Team) -> tuple[str, ...]:
    return ("--session-id", team.session.session_id, "--agent-id", "Director")


def _coming_and_going(
    registry: Registry, team: Team, env: dict[str, str]
) -> Iterator[Figure]:
    """Figures for an agent's registration and its end, and for a session's end."""
    here = ("--session-id", team.session.session_id)
    numbers = count()
    register = ["agent", "register", "--description", "Reads", "--name", ""]
    coming = [CAFLEET, *here, *register]
    leaving = [CAFLEET, *here, "agent", "deregister", "--agent-id", ""]
    ending = [CAFLEET, "session", "delete", ""]

    def another() -> None:
        coming[-1] = f"critic-{next(numbers)}"

    def arrived() -> None:
        name = f"guest-{next(numbers)}"
        leaving[-1] = agents.register(registry, team.session, name, "").agent_id

    def made() -> None:
        ending[-1] = a_team(registry, "reader").session.session_id

    for words, argv, before in (
        ("agent register", coming, another),
        ("agent deregister", leaving, arrived),
        ("session delete", ending, made),
    ):
        figure = _named(words)
        yield against(figure, argv, BARE, env, aim=_REST, rounds=_ROUNDS, before=before)


def _broadcasts(
    registry: Registry, terminal: Terminal, single: Sequence[str], env: dict[str, str]
) -> Iterator[Figure]:
    for size, aim in _CROWDS:
        crowd = a_team(registry)
        for number in range(size):
            place(registry, terminal, crowd, f"crowd-{number}")
        words = ("message", "broadcast", "--text", "hello")
        argv = [CAFLEET, *_flags(crowd), *words]
        name = f"broadcast to {size} panes : one send"

        def dealt_with(crowd: Team = crowd) -> None:
            """What was not typed, which the next broadcast would try again."""
            for agent in crowd.others.values():
                inbox.ack_all(registry, Caller(crowd.session, agent))

        yield against(
            name, argv, single, env, aim=aim, rounds=_ROUNDS, before=dealt_with
        )


def place(registry: Registry, terminal: Terminal, team: Team, name: str) -> None:
    """Place an agent in a pane that discards its input, and is classified like a real one's."""
    home = terminal.here(terminal.pane(["cat"]))
    team.others[name] = agents.register(
        registry, team.session, name, "", here=home, coding_agent="claude"
    )
