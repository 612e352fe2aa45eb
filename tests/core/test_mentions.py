"""Leading mentions: whom a composed text reaches, and what is left of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core import records
from cafleet_core.broker.messages import mentions
from cafleet_core.errors import InvalidInput
from cafleet_core.states import AgentKind, AgentStatus
from tests.builders import an_agent, an_entry

TEAM = [
    an_agent("Director", AgentKind.DIRECTOR),
    an_agent("drafter"),
    an_agent("Code Reviewer"),
    an_agent("twin.one"),
    an_agent("Echo!"),
    an_agent("echo?"),
    an_agent("gone", status=AgentStatus.DEREGISTERED),
    an_agent("Administrator", AgentKind.ADMINISTRATOR),
]


def reached(words: str) -> list[str]:
    return [agent.name for agent in mentions.parse(words, TEAM).recipients]


@pytest.mark.parametrize(
    ("words", "names", "body"),
    [
        ("@drafter go on", ["drafter"], "go on"),
        ("  @drafter   go on  ", ["drafter"], "go on"),
        ("@DRAFTER go on", ["drafter"], "go on"),
        ("@drafter: go on", ["drafter"], "go on"),
        ("@drafter, @director: go on", ["drafter", "Director"], "go on"),
        ("@drafter @drafter go on", ["drafter"], "go on"),
        ("@code-reviewer look", ["Code Reviewer"], "look"),
        ("@twin.one look", ["twin.one"], "look"),
        ("@drafter\nfirst\n  second", ["drafter"], "first\n  second"),
        ("@drafter ask @director", ["drafter"], "ask @director"),
        ("@drafter mail me@host", ["drafter"], "mail me@host"),
        ("＠drafter こんにちは", ["drafter"], "こんにちは"),
        ("＠drafter、＠director、見て", ["drafter", "Director"], "見て"),
        ("@drafter：go on", ["drafter"], "go on"),
    ],
)
def test_leading_mentions_name_the_recipients(
    words: str, names: list[str], body: str
) -> None:
    parsed = mentions.parse(words, TEAM)
    assert [agent.name for agent in parsed.recipients] == names
    assert (parsed.everyone, parsed.body) == (False, body)


@pytest.mark.parametrize(
    "words", ["@all stop", "@ALL stop", "@all: stop", "@all @all stop"]
)
def test_all_reaches_everyone(words: str) -> None:
    assert mentions.parse(words, TEAM) == mentions.Mentions((), True, "stop")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Start with @name"),
        ("hello", "Start with @name"),
        ("hello @drafter", "Start with @name"),
        ("@ drafter", "Start with @name"),
        ("@drafter@director hello", "Start with @name"),
        ("@nobody hello", "No active agent is named '@nobody'"),
        ("@gone hello", "No active agent is named '@gone'"),
        ("@administrator hello", "No active agent is named '@administrator'"),
        ("@echo hello", "'@echo' may mean 2 agents"),
        ("@all @drafter hello", "leave the others out"),
        ("@drafter", "empty"),
        ("@drafter \n \t", "empty"),
        ("@all", "empty"),
    ],
)
def test_what_cannot_be_sent_is_said_in_one_line(words: str, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        mentions.parse(words, TEAM)
    assert why in refused.value.message
    assert len(refused.value.message.splitlines()) == 1


PARTS = st.one_of(
    st.sampled_from(["@", "@all", "@drafter", "@code-reviewer", " ", "\n", ":", ","]),
    st.text(max_size=5),
)


@given(st.lists(PARTS, max_size=12).map("".join))
def test_any_text_is_either_understood_or_refused(words: str) -> None:
    try:
        parsed = mentions.parse(words, TEAM)
    except InvalidInput:
        return
    assert parsed.body.strip()
    assert parsed.everyone != bool(parsed.recipients)
    assert all(agent.status == AgentStatus.ACTIVE for agent in parsed.recipients)


@given(st.sampled_from(TEAM[:4]), st.text(min_size=1, max_size=20))
def test_the_token_of_an_agent_mentions_it(agent: records.Agent, body: str) -> None:
    words = f"@{mentions.token(agent.name)} x{body}"
    assert mentions.parse(words, TEAM).recipients == (agent,)


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("@drafter, @nobody go on @drafter", [("@drafter", True), ("@nobody", False)]),
        ("@all stop", [("@all", True)]),
        ("  @drafter\n@director x", [("@drafter", True), ("@director", True)]),
        ("@draf", []),
        ("@drag", [("@drag", False)]),
        ("@gone x", [("@gone", False)]),
        ("hello @drafter", []),
    ],
)
def test_the_mentions_that_count_are_marked_and_an_unfinished_one_is_not(
    words: str, marked: list[tuple[str, bool]]
) -> None:
    marks = mentions.marks(words, TEAM)
    assert [(words[mark.start : mark.end], mark.known) for mark in marks] == marked


def test_what_was_sent_is_written_as_it_would_be_sent_again() -> None:
    entry = an_entry(to=["drafter", "Code Reviewer"], text="agree\nfirst")
    words = mentions.written(entry)
    assert words == "@drafter @code-reviewer agree\nfirst"
    assert reached(words) == ["drafter", "Code Reviewer"]
    assert mentions.written(entry._replace(broadcast=True)) == "@all agree\nfirst"
