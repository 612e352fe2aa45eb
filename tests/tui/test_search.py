"""Finding messages: by conditions and words as they are typed, by id, parent and thread."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core import clock
from cafleet_core.broker.messages import filtering, pages, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from cafleet_core.storage import outbox
from cafleet_core.views import Entry, Filter, Newest
from cafleet_tui.app import CafleetApp
from cafleet_tui.data import searches
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.model import search_terms
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from cafleet_tui.widgets.timeline import Timeline
from tests.builders import DAWN
from tests.team import Team, a_team
from tests.tui.rooms import picture, until

NAMES = {"drafter": "d", "tester": "t", "tester-2": "t2", "Administrator": "me"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the plan", Filter(words="the plan")),
        ("from:drafter plan", Filter(sender="d", words="plan")),
        ("to:DRA is:held is:unacked", Filter(recipient="d", held=True, unacked=True)),
        ("with:tester has:file", Filter(party="t", file=True)),
        ("from:me", Filter(sender="me")),
        ("http://x from", Filter(words="http://x from")),
    ],
)
def test_a_search_means_a_filter(text: str, wanted: Filter) -> None:
    assert search_terms.parse(text, NAMES, DAWN) == (wanted, None)


def test_a_time_may_be_a_span() -> None:
    two_hours_ago = clock.stamp(DAWN - timedelta(hours=2))
    for text in ("since:2h", 'since:"2h ago"'):
        assert search_terms.parse(text, {}, DAWN).wanted.since == two_hours_ago


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        *(("a1b2c3d4", "a1b2c3d4"), ("#a1b2c3d4", "a1b2c3d4")),
        *(("id:a1b2", "a1b2"), ("effaced beef", None), ("deadbeef", None)),
    ],
)
def test_an_id_is_known_as_one(text: str, reference: str | None) -> None:
    assert search_terms.parse(text, {}, DAWN).reference == reference


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *(("from:nobody", "nobody is called"), ("from:tes", "tester, tester-2")),
        *(("is:odd", "is:held"), ("since:never", "since:2h"), ("id:a", "4 letters")),
    ],
)
def test_what_means_nothing_is_said(text: str, why: str) -> None:
    with pytest.raises(search_terms.Misread, match=why):
        search_terms.parse(text, NAMES, DAWN)


@pytest.mark.parametrize(
    "text", ["see docs/plan.md", "ab.py", "~/x", "`../b/c`", "/etc"]
)
def test_a_text_that_names_a_file(text: str) -> None:
    assert filtering.names_file(text)


@pytest.mark.parametrize("text", ["https://e.org/x", "and so on.", "e.g. this", "1/ x"])
def test_a_text_that_names_none(text: str) -> None:
    assert not filtering.names_file(text)


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "tester")


def said(registry: Registry, team: Team, wanted: Filter) -> list[str]:
    """The texts of the newest messages that fit."""
    page = pages.Reader(registry, team.session.session_id, wanted).page(Newest())
    return [entry.text for entry in page.entries] if page else []


def write(
    registry: Registry, team: Team, text: str, reply_to: str | None = None
) -> Entry:
    """A message from the drafter to the tester."""
    drafter, tester = team.others["drafter"], team.others["tester"]
    send.send(registry, drafter, [tester], text, reply_to=reply_to)
    return pages.newest(registry, team.session.session_id)[-1]


def test_held_messages_and_those_that_name_a_file_are_found(
    registry: Registry, team: Team
) -> None:
    free = write(registry, team, "no path here")
    held = write(registry, team, "see docs/plan.md")
    result = PushResult(PushOutcome.HELD, PushReason.QUESTION)
    with registry.write():
        due = clock.stamp()
        registry.execute(*outbox.record([held.task_id], result, due, due))
    assert said(registry, team, Filter(held=True)) == ["see docs/plan.md"]
    assert not filtering.fits(free, Filter(held=True))
    assert said(registry, team, Filter(file=True)) == ["see docs/plan.md"]
    assert said(registry, team, Filter(file=True, words="path")) == []


def test_a_thread_is_what_a_message_answers_and_what_answers_it(
    registry: Registry, team: Team
) -> None:
    first = write(registry, team, "one")
    write(registry, team, "other")
    second = write(registry, team, "two", first.task_id)
    third = write(registry, team, "three", second.task_id)
    session_id = team.session.session_id
    for entry in (first, second, third):
        thread = pages.thread(registry, session_id, entry.task_id)
        assert said(registry, team, Filter(thread=thread)) == ["one", "two", "three"]
    later = write(registry, team, "four", third.task_id)
    assert filtering.fits(later, Filter(thread=thread))
    assert pages.place(registry, session_id, second.task_id[:8]) == second.seq
    assert pages.place(registry, session_id, "0000") is None


async def a_found(pilot: Pilot[None], *texts: str) -> None:
    """Wait until these, and no others of `one` to `three`, are in the timeline."""
    others = {"text one", "text two", "text three"} - set(texts)
    await until(
        pilot,
        lambda: (
            all(text in picture(pilot) for text in texts)
            and not any(text in picture(pilot) for text in others)
        ),
    )


def is_selected(timeline: Timeline, entry: Entry) -> bool:
    """Whether a message is selected, whatever has become of it since."""
    selected = timeline.selected
    return selected is not None and selected.task_id == entry.task_id


async def test_the_room_finds_while_one_types_and_goes_back(
    registry: Registry, registry_path: Path, tmp_path: Path, team: Team
) -> None:
    first = write(registry, team, "text one in docs/a.md")
    answer = write(registry, team, "text two", first.task_id)
    write(registry, team, "text three")
    settings = Settings(registry=str(registry_path), state_folder=str(tmp_path))
    app = CafleetApp(lambda: RegistrySource(settings), settings, team.session)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(app, pilot)
        assert isinstance(app.screen, ControlRoom)
        timeline = app.screen.regions.timeline
        await pilot.press("f5", *"has:file")
        await a_found(pilot, "text one")
        assert "Timeline with has:file" in picture(pilot)
        await pilot.press("escape")
        await a_found(pilot, "text one", "text two", "text three")
        await pilot.press("f5", *"from:x", "enter")
        await until(pilot, lambda: "nobody is called x" in picture(pilot))
        await pilot.press("escape", "f5", *answer.task_id[:8], "enter")
        await until(pilot, lambda: is_selected(timeline, answer))
        await pilot.press("circumflex_accent")
        await until(pilot, lambda: is_selected(timeline, first))
        await pilot.press("T")
        await a_found(pilot, "text one", "text two")
        await pilot.press("escape")
        await a_found(pilot, "text one", "text two", "text three")
        kept = searches.path_of(str(tmp_path))
        await until(pilot, lambda: searches.read(kept) == (answer.task_id[:8],))
        await pilot.press("f5", "up")
        await until(pilot, lambda: answer.task_id[:8] in picture(pilot))


def test_a_search_is_kept_once_and_the_oldest_are_forgotten(tmp_path: Path) -> None:
    path = searches.path_of(str(tmp_path / "state"))
    for number in range(searches.KEPT + 5):
        searches.keep(path, f"search {number}")
    kept = searches.keep(path, "search 20")
    assert len(kept) == searches.KEPT
    assert kept[-1] == "search 20"
    assert searches.read(path) == kept
    assert kept.count("search 20") == 1
