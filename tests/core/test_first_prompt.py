"""A first prompt is words: no coding agent reads it as an option."""

from __future__ import annotations

import pytest

from cafleet_core.agents import catalog
from cafleet_core.errors import Refused

PROMPTS = ["- [ ] Tidy the README.", "--help", "-", "—dash"]
SUBCOMMANDS = ["doctor", "exec", "mcp", "setup-token", "run"]


PLAIN = "a b"


def places(agent: str) -> list[str]:
    """The words of a command that hold the first prompt; none where that is typed."""
    started = catalog.get(agent).command("drafter", None, PLAIN)
    return [word for word in started if PLAIN in word]


STARTED_WITH_IT = [agent for agent in catalog.load() if places(agent)]


def given(agent: str, prompt: str) -> str:
    """The one word that holds this first prompt."""
    kind = catalog.get(agent)
    [place] = places(agent)
    at = kind.command("drafter", None, PLAIN).index(place)
    return kind.command("drafter", None, prompt)[at]


@pytest.mark.parametrize("agent", STARTED_WITH_IT)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_prompt_begins_like_an_option(agent: str, prompt: str) -> None:
    [place] = places(agent)
    if place == PLAIN:
        assert given(agent, prompt).strip() == prompt
        assert not given(agent, prompt).startswith("-")
    else:  # it is a part of an option's word
        assert given(agent, prompt) == place.replace(PLAIN, prompt)


@pytest.mark.parametrize("agent", STARTED_WITH_IT)
@pytest.mark.parametrize("prompt", SUBCOMMANDS)
def test_no_prompt_is_taken_for_a_subcommand(agent: str, prompt: str) -> None:
    [place] = places(agent)
    apart = f" {prompt}" if place == PLAIN else place.replace(PLAIN, prompt)
    assert given(agent, prompt) == apart
    assert prompt not in catalog.get(agent).command("drafter", None, prompt)


def test_agents_of_every_way_to_be_given_it_are_known() -> None:
    ways = {place for agent in STARTED_WITH_IT for place in places(agent)}
    assert {PLAIN, f"--prompt={PLAIN}"} <= ways
    assert {"kimi", "aider"}.isdisjoint(STARTED_WITH_IT), "these are typed to"


def test_words_and_commands_of_the_agent_s_own_stay_as_they_are() -> None:
    for prompt in ("Read docs/plan.md.", "/review", "two words", "Go."):
        assert prompt in catalog.get("claude").command("drafter", None, prompt)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("claude", ["--effort", "high"]),
        ("codex", ["-c", "model_reasoning_effort=high"]),
    ],
)
def test_an_effort_is_said_in_the_agent_s_own_way(agent: str, words: list[str]) -> None:
    started = catalog.get(agent).command("drafter", None, "go on", effort="high")
    place = started.index(words[-1])
    assert started[place - 1 : place + 1] == words


@pytest.mark.parametrize("agent", ["opencode", "standin"])
def test_some_take_no_effort(agent: str) -> None:
    with pytest.raises(Refused, match="takes no --effort"):
        catalog.get(agent).command("drafter", None, "", effort="high")


@pytest.mark.parametrize(
    ("agent", "model"),
    [
        ("claude", "opus"),
        ("claude", "us.anthropic.claude-opus-v1:0"),
        ("codex", "gpt-6"),
        ("opencode", "mock/mock"),
        ("opencode", "a/b/c"),
    ],
)
def test_a_model_that_may_be_one_is_passed_on(agent: str, model: str) -> None:
    assert model in catalog.get(agent).command("drafter", model, "")


@pytest.mark.parametrize(
    ("agent", "model", "effort", "why"),
    [
        ("opencode", "gpt-6", None, "takes no --model 'gpt-6'"),
        ("opencode", "/gpt-6", None, "takes no --model '/gpt-6'"),
        ("claude", "--help", None, "takes no --model '--help'"),
        ("claude", None, "bogus", "takes no --effort 'bogus'"),
        ("codex", "-c", None, "takes no --model '-c'"),
        ("opencode", "--x/y", None, "takes no --model '--x/y'"),
    ],
)
def test_what_is_known_to_be_none_is_refused(
    agent: str, model: str | None, effort: str | None, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        catalog.get(agent).command("drafter", model, "", effort=effort)


def test_a_refusal_lists_what_is_taken() -> None:
    with pytest.raises(Refused) as refused:
        catalog.get("claude").command("drafter", None, "", effort="most")
    assert refused.value.way_out == "It takes low, medium, high, xhigh, max."
