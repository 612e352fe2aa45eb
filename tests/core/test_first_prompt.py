"""A first prompt is words: no coding agent reads it as an option."""

from __future__ import annotations

import pytest

from cafleet_core.agents import catalog

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
