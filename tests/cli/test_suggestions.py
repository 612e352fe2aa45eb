"""A word that is nearly known: the refusal names what was probably meant, and nobody else's."""

from __future__ import annotations

import pytest

from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.suggestion import nearest
from cafleet_core.text import cut, one_line
from tests.cli.conftest import Prompt
from tests.team import NOWHERE, Team, a_team


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (("mess",), "No such command 'mess'; did you mean 'message'?"),
        (("docter",), "No such command 'docter'; did you mean 'doctor'?"),
        (("message", "pol"), "No such command 'pol'; did you mean 'poll'?"),
        (("fleet", "lsit"), "No such command 'lsit'; did you mean 'list'?"),
        (("xyzzy",), "No such command 'xyzzy'."),
        (("member", "xyzzy"), "No such command 'xyzzy'."),
        (
            ("poll", "--sinze", "1h"),
            "No such option '--sinze'; did you mean '--since'?",
        ),
        (("--jsom", "poll"), "No such option '--jsom'; did you mean '--json'?"),
        (("poll", "--xyzzy"), "No such option '--xyzzy'."),
    ],
)
def test_commands_and_options(
    cli: Prompt, wrong: tuple[str, ...], expected: str
) -> None:
    assert cli(*wrong) == (2, "", f"Error: {expected}\n")
    assert cli(*wrong, "--json").error == {"code": "usage", "message": expected}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("alcie", "; did you mean 'alice'?"),
        ("ALICE", "; did you mean 'alice'?"),
        ("Directr", "; did you mean 'Director'?"),
        ("nobody", ""),
        ("", ""),
        ("a" * 100_000, ""),
        ("two\nlines", ""),
    ],
)
def test_agents_by_name(as_agent: Prompt, name: str, hint: str) -> None:
    expected = f"Error: Agent {cut(one_line(name), 80)} not found{hint}\n"
    for command in (
        ("message", "send", "--to", name, "--text", "x"),
        ("message", "list", "--from", name),
        ("agent", "show", "--id", name),
        ("member", "ping", "--member-id", name),
    ):
        assert as_agent("Director", *command) == (1, "", expected)


def test_only_active_agents_of_the_own_session_are_named(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    a_team(registry, "stranger")
    asked = as_agent("Director", "agent", "show", "--id", "strangr")
    assert asked == (1, "", "Error: Agent strangr not found\n")
    agents.deregister(registry, team.others["alice"])
    gone = as_agent("Director", "agent", "show", "--id", "alicf")
    assert gone == (1, "", "Error: Agent alicf not found\n")


@pytest.mark.parametrize("reference", ["release", "relase", "Release"])
def test_sessions_by_label(cli: Prompt, registry: Registry, reference: str) -> None:
    sessions.create(registry, NOWHERE, "release", "claude")
    made = sessions.create(registry, NOWHERE, "release", "claude").session
    refused = cli("session", "show", reference)
    assert refused == (
        *(1, ""),
        f"Error: session '{reference}' not found."
        f" Did you mean {made.session_id} 'release'?\n",
    )
    sessions.delete(registry, made.session_id)
    assert made.session_id not in cli("session", "show", reference).err
    assert cli("session", "show", "xyzzy").err == "Error: session 'xyzzy' not found.\n"


def test_a_hostile_label_is_named_in_one_plain_line(
    cli: Prompt, registry: Registry
) -> None:
    sessions.create(registry, NOWHERE, "rel\x1b[31m\nease\u202e", "claude")
    refused = cli("session", "show", "rel[31m eas")
    assert refused.err.count("\n") == 1
    assert refused.err.endswith(" 'rel[31m ease'?\n")


def test_the_nearest_is_near() -> None:
    known = ["drafter", "reviewer", "tester"]
    assert nearest("draftre", known) == "drafter"
    assert nearest("test", known) == "tester"
    assert nearest("z", known) is None
    assert nearest("anything", []) is None
