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
        (("sned",), "No such command 'sned'; did you mean 'send'?"),
        (("brodcast",), "No such command 'brodcast'; did you mean 'broadcast'?"),
        (
            ("capture",),
            "No such command 'capture'; did you mean 'cafleet member capture'?",
        ),
        (("member", "send"), "No such command 'send'; did you mean 'cafleet send'?"),
        (("help", "sned"), "No such command 'sned'; did you mean 'send'?"),
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
    assert cli(*wrong).refusal == (2, "", f"Error: {expected}\n")
    assert cli(*wrong, "--json").error == {"code": "usage", "message": expected}


HERE = "Agents here: Director, Administrator, alice, bob."
BROADCAST = "a message to everyone is 'cafleet message broadcast'."


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("alcie", ". Did you mean alice?"),
        ("ALICF", ". Did you mean alice?"),
        ("Directr", ". Did you mean Director?"),
        ("nobody", f". {HERE}"),
        ("", f". {HERE}"),
        ("a" * 100_000, f". {HERE}"),
        ("two\nlines", f". {HERE}"),
        ("all", f"; {BROADCAST}"),
        ("@All", f"; {BROADCAST}"),
        ("*", f"; {BROADCAST}"),
    ],
    ids=lambda words: words[:12],
)
def test_agents_by_name(as_agent: Prompt, name: str, hint: str) -> None:
    expected = f"Error: Agent {cut(one_line(name), 80)} not found{hint}\n"
    for command in (
        ("message", "send", "--to", name, "--text", "x"),
        ("message", "list", "--from", name),
        ("agent", "show", "--id", name),
        ("member", "ping", "--member-id", name),
    ):
        refused = as_agent("Director", *command)
        assert refused.refusal == (1, "", expected)
        assert refused.err == expected + "`cafleet agent list` has the active ones.\n"


def test_of_many_agents_only_some_are_listed(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    for number in range(30):
        agents.register(registry, team.session, f"worker {number}", "")
    refused = as_agent("Director", "agent", "show", "--id", "nobody").refusal[2]
    assert "Director, Administrator, alice, bob, worker 0" in refused
    assert refused.endswith("worker 15 and 14 more.\n")


def test_only_active_agents_of_the_own_session_are_named(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    a_team(registry, "stranger")
    asked = as_agent("Director", "agent", "show", "--id", "strangr")
    assert asked.refusal == (1, "", f"Error: Agent strangr not found. {HERE}\n")
    agents.deregister(registry, team.others["alice"])
    gone = as_agent("Director", "agent", "show", "--id", "alicf")
    left = HERE.replace(" alice,", "")
    assert gone.refusal == (1, "", f"Error: Agent alicf not found. {left}\n")


def test_who_names_no_session_is_shown_the_live_ones(
    cli: Prompt, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [
        sessions.create(registry, NOWHERE, label, "claude").session
        for label in ("over", "release", None)
    ]
    sessions.delete(registry, made[0].session_id)
    refused = cli("poll")
    [needed, live] = refused.err.splitlines()
    assert (refused.code, refused.out) == (1, "")
    assert needed.startswith("Error: --session-id <id> is required for this")
    assert live == (
        f"Live sessions: {made[2].session_id}, {made[1].session_id} 'release'."
    )
    monkeypatch.setenv("CAFLEET_SESSION_ID", made[1].session_id)
    [needed, here] = cli("poll").err.splitlines()
    assert needed.startswith("Error: --agent-id <id> is required for this subcommand.")
    assert here == "Agents here: Director, Administrator."


@pytest.mark.parametrize("reference", ["relase", "Release"])
def test_sessions_by_label(cli: Prompt, registry: Registry, reference: str) -> None:
    made = sessions.create(registry, NOWHERE, "release", "claude").session
    assert cli("session", "show", "release").code == 0
    refused = cli("session", "show", reference)
    assert refused.refusal == (
        *(1, ""),
        f"Error: session '{reference}' not found."
        f" Did you mean {made.session_id} 'release'?\n",
    )
    sessions.delete(registry, made.session_id)
    assert made.session_id not in cli("session", "show", reference).err
    assert (
        cli("session", "show", "xyzzy").refusal[2]
        == "Error: session 'xyzzy' not found.\n"
    )


def test_a_hostile_label_is_named_in_one_plain_line(
    cli: Prompt, registry: Registry
) -> None:
    sessions.create(registry, NOWHERE, "rel\x1b[31m\nease\u202e", "claude")
    refused = cli("session", "show", "rel[31m eas")
    assert refused.refusal[2].endswith(" 'rel[31m ease'?\n")


@pytest.mark.parametrize(
    ("wrong", "way_out"),
    [
        (("message", "snd"), "Commands: ack, broadcast, cancel, list, poll, send,"),
        (("poll", "--xyzzy"), "Usage: cafleet poll [OPTIONS] [ID]; see 'cafleet poll"),
        (("send",), "Usage: cafleet send [OPTIONS] [ID|NAME] [TEXT]; see 'cafleet"),
        (("ack", "x", "--limit"), "Usage: cafleet ack [OPTIONS] [ID]...; see"),
    ],
)
def test_wrong_usage_says_below_what_would_be_right(
    cli: Prompt, wrong: tuple[str, ...], way_out: str
) -> None:
    assert cli(*wrong).err.splitlines()[1].startswith(way_out)
    as_json = cli(*wrong, "--json")
    assert (len(as_json.err.splitlines()), set(as_json.error)) == (
        *(1, {"code", "message"}),
    )


def test_the_nearest_is_near() -> None:
    known = ["drafter", "reviewer", "tester"]
    assert nearest("draftre", known) == "drafter"
    assert nearest("test", known) == "tester"
    assert nearest("z", known) is None
    assert nearest("anything", []) is None
