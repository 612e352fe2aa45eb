"""A first prompt is words: no coding agent reads it as an option."""

from __future__ import annotations

import pytest

from cafleet_core.agents import catalog
from cafleet_core.errors import Refused

PROMPTS = ["- [ ] Tidy the README.", "--help", "-", "—dash"]
SUBCOMMANDS = ["doctor", "exec", "mcp", "setup-token", "run"]


@pytest.mark.parametrize("agent", [*catalog.load()])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_prompt_begins_like_an_option(agent: str, prompt: str) -> None:
    kind = catalog.get(agent)
    plain, given = (kind.command("drafter", None, words) for words in ("a b", prompt))
    (place,) = [number for number, word in enumerate(plain) if word == "a b"]
    assert given[place].strip() == prompt
    assert not given[place].startswith("-")


@pytest.mark.parametrize("agent", [*catalog.load()])
@pytest.mark.parametrize("prompt", SUBCOMMANDS)
def test_no_prompt_is_taken_for_a_subcommand(agent: str, prompt: str) -> None:
    given = catalog.get(agent).command("drafter", None, prompt)
    assert prompt not in given
    assert f" {prompt}" in given


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
