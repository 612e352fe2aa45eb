"""A first prompt is words: no coding agent reads it as an option."""

from __future__ import annotations

import pytest

from cafleet_core.agents import catalog

PROMPTS = ["- [ ] Tidy the README.", "--help", "-", "—dash"]


@pytest.mark.parametrize("agent", [*catalog.load()])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_prompt_begins_like_an_option(agent: str, prompt: str) -> None:
    kind = catalog.get(agent)
    plain, given = (kind.command("drafter", None, words) for words in ("x", prompt))
    (place,) = [number for number, word in enumerate(plain) if word == "x"]
    assert given[place].strip() == prompt
    assert not given[place].startswith("-")
