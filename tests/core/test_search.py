"""Full-text search: whole sessions, any script, and nothing of the engine's own language."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cafleet_core.broker.messages import history, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.storage import search
from cafleet_core.storage.migrations import m0002_search
from cafleet_core.views import Filter
from tests.team import Team, a_team

BODIES = (
    "The plan is in docs/plan.md, section 4.",
    "設計書を確認してください。",
    "Café au lait; SELECT * FROM tasks WHERE 1=1 --",
)


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "drafter", "reviewer")
    for body in BODIES:
        send.send(registry, team.director, [team.others["drafter"]], body)
    return team


def found(registry: Registry, team: Team, words: str) -> list[str]:
    entries = history.page(
        registry, team.session.session_id, Filter(words=words), limit=50
    )
    return [entry.text for entry in entries]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("plan", [0]),
        ("PLAN section", [0]),
        ("sect", [0]),
        ("plan reviewer", []),
        ("設計", [1]),
        ("確認", [1]),
        ("計書", [1]),
        ("認確", []),
        ("cafe", [2]),
        ("select", [2]),
        ("plan -> … §", [0]),
        ("->", []),
    ],
)
def test_words_are_found_wherever_they_stand(
    registry: Registry, team: Team, words: str, hits: list[int]
) -> None:
    assert found(registry, team, words) == [BODIES[hit] for hit in hits]


@pytest.mark.parametrize("endings", [3, 100], ids=["few", "many"])
def test_a_beginning_finds_every_word_that_goes_on_from_it(
    registry: Registry, team: Team, endings: int
) -> None:
    bodies = [f"step{number:03}x of it" for number in range(endings)]
    for body in (*bodies, "ste", "STEP", "stÉp", "stew", "a step"):
        send.send(registry, team.director, [team.others["drafter"]], body)
    begun = [*bodies[-47:], "STEP", "stÉp", "a step"]
    assert found(registry, team, "step") == begun
    assert found(registry, team, "Step") == begun
    assert found(registry, team, "step000") == [bodies[0]]
    assert found(registry, team, "steps") == []


@pytest.mark.parametrize("common", ["word", "agent"])
def test_words_of_an_agent_are_found_whichever_of_both_is_rare(
    registry: Registry, team: Team, common: str
) -> None:
    director, drafter = team.director, team.others["drafter"]
    send.send(registry, drafter, [director], "needle of the drafter")
    for number in range(250):
        sender, recipient = (
            (director, drafter) if common == "word" else (drafter, director)
        )
        body = f"needle {number}" if common == "word" else f"hay {number}"
        send.send(registry, sender, [recipient], body)
    wanted = Filter(sender=drafter.agent_id, words="needle")
    entries = history.page(registry, team.session.session_id, wanted, limit=2)
    assert [entry.text for entry in entries] == ["needle of the drafter"]


def test_another_session_is_never_searched(registry: Registry, team: Team) -> None:
    other = a_team(registry, "drafter")
    assert found(registry, other, "plan") == []


def test_a_broadcast_is_found_once(registry: Registry, team: Team) -> None:
    send.broadcast(registry, team.director, "needle for everyone")
    assert found(registry, team, "needle") == ["needle for everyone"]


def test_the_newest_come_last_and_the_limit_keeps_them(
    registry: Registry, team: Team
) -> None:
    for number in range(5):
        send.send(registry, team.director, [team.others["drafter"]], f"step {number}")
    entries = history.page(
        registry, team.session.session_id, Filter(words="step"), limit=2
    )
    assert [entry.text for entry in entries] == ["step 3", "step 4"]


@settings(max_examples=300, deadline=None)
@given(words=st.text(max_size=30))
def test_no_text_is_taken_for_an_operator(words: str) -> None:
    registry = open_registry(_EMPTY)
    try:
        clean = words.encode("utf-8", "ignore").decode().replace("\0", "")
        search.find(registry, "0" * 36, clean, 1, False, 10)
    finally:
        registry.close()


def test_an_older_registry_is_indexed_when_it_is_upgraded(tmp_path: Path) -> None:
    registry = open_registry(tmp_path / "registry.db")
    team = a_team(registry, "drafter")
    send.send(registry, team.director, [team.others["drafter"]], "an old message")
    registry.execute("DROP TABLE tasks_text")
    m0002_search.apply(registry)
    assert found(registry, team, "old") == ["an old message"]
    registry.close()


@pytest.fixture(scope="module", autouse=True)
def _an_empty_registry(tmp_path_factory: pytest.TempPathFactory) -> None:
    global _EMPTY
    _EMPTY = tmp_path_factory.mktemp("search") / "registry.db"


_EMPTY = Path()
