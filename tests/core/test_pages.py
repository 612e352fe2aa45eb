"""Pages of the messages at any place, beside a plain list of them."""

from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cafleet_core.broker.messages import filtering, history, inbox, send
from cafleet_core.broker.messages.pages import Reader
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage.keyset import END, Edge
from cafleet_core.views import (
    EVERYTHING,
    Around,
    AtTime,
    Entry,
    Filter,
    Newer,
    Newest,
    Older,
    Page,
    Unacked,
)
from tests.builders import at
from tests.team import Team, a_team

LIMIT = 4
NAMES = ("alice", "bob", "carol")
WORDS = ("red", "green", "blue")
EVER = Edge(0, newer=True)


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, *NAMES)


def say(registry: Registry, team: Team, to: str, words: str, acked: bool) -> None:
    """One message of the Director, `to` one agent or, empty, to all; acked by all or by none."""
    if to:
        send.send(registry, team.director, [team.others[to]], words)
    else:
        send.broadcast(registry, team.director, words)
    [entry] = history.page(registry, team.session.session_id, EVERYTHING, 1)
    for delivery in entry.deliveries if acked else ():
        inbox.ack(registry, team.caller(delivery.recipient_name), [delivery.task_id])


def minutes_apart(registry: Registry) -> None:
    """Pretend that each task was stored a minute after the one before."""
    for (seq,) in registry.rows("SELECT seq FROM tasks"):
        registry.execute(
            "UPDATE tasks SET created_at = ? WHERE seq = ?", (at(seq), seq)
        )


someone = st.sampled_from((None, "Director", *NAMES))
some_filter = st.builds(
    Filter,
    party=someone,
    sender=someone,
    recipient=someone,
    words=st.sampled_from((None, *WORDS)),
    unacked=st.booleans(),
    thread=st.just(()),
)
some_messages = st.lists(
    st.tuples(st.sampled_from(("", *NAMES)), st.sampled_from(WORDS), st.booleans()),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    some_messages,
    st.lists(some_filter, min_size=4, max_size=4),
)
def test_any_filter_and_any_edge_give_what_a_list_gives(
    registry: Registry, said: list[tuple[str, str, bool]], filters: list[Filter]
) -> None:
    team = a_team(registry, *NAMES)
    for to, words, acked in said:
        say(registry, team, to, words, acked)
    for wanted in filters:
        reads_as_from_a_list(registry, team, wanted)


def reads_as_from_a_list(registry: Registry, team: Team, wanted: Filter) -> None:
    """Compare the pages at every edge with what a list of all messages has there."""
    session_id = team.session.session_id
    party, sender, recipient = (
        name and team.caller(name).agent.agent_id for name in wanted[:3]
    )
    wanted = wanted._replace(party=party, sender=sender, recipient=recipient)
    every = history.page(registry, session_id, EVERYTHING, 100)
    fitting = [entry for entry in every if filtering.fits(entry, wanted)]
    for edge in (*(Edge(entry.seq) for entry in every), END):
        beyond = [entry for entry in fitting if entry.seq < edge.seq]
        assert history.page(registry, session_id, wanted, 3, edge) == beyond[-3:]
        after = [entry for entry in fitting if entry.seq > edge.seq]
        newer = edge._replace(newer=True)
        assert history.page(registry, session_id, wanted, 3, newer) == after[:3]
    assert list(history.everything(registry, session_id, wanted)) == fitting


class TestReader:
    """Twelve messages with a filter that keeps every third, and pages of four."""

    @pytest.fixture(autouse=True)
    def story(self, registry: Registry, team: Team) -> None:
        for number in range(12):
            to = NAMES[number % 3]
            say(registry, team, to, f"number {number}", acked=number not in (1, 4, 10))
        minutes_apart(registry)

    def read(
        self, registry: Registry, team: Team, reach: object, wanted: Filter = EVERYTHING
    ) -> Page:
        page = Reader(registry, team.session.session_id, wanted, LIMIT).page(reach)  # type: ignore[arg-type]
        assert page is not None
        return page

    def every(self, registry: Registry, team: Team) -> list[Entry]:
        return history.page(registry, team.session.session_id, EVERYTHING, 100)

    def numbers(self, page: Page) -> list[int]:
        return [int(entry.text.split()[1]) for entry in page.entries]

    def test_the_newest_page_ends_and_the_others_say_whether_they_do(
        self, registry: Registry, team: Team
    ) -> None:
        every = self.every(registry, team)
        for reach, numbers, begins, ends in [
            (Newest(), [8, 9, 10, 11], False, True),
            (Older(every[3].seq), [0, 1, 2], True, False),
            (Older(every[8].seq), [4, 5, 6, 7], False, False),
            (Newer(every[3].seq), [4, 5, 6, 7], False, False),
            (Newer(every[8].seq), [9, 10, 11], False, True),
            (Around(every[5].seq), [3, 4, 5, 6], False, False),
            (Around(every[1].seq), [0, 1, 2], True, False),
            (Around(every[11].seq), [9, 10, 11], False, True),
        ]:
            page = self.read(registry, team, reach)
            assert (self.numbers(page), page.begins, page.ends) == (
                *(numbers, begins, ends),
            )

    @pytest.mark.parametrize(
        ("minute", "expected"), [(-5, 0), (6, 5), (6.5, 6), (12, 11), (99, 11)]
    )
    def test_a_time_leads_to_the_first_message_since_or_to_the_last(
        self, registry: Registry, team: Team, minute: float, expected: int
    ) -> None:
        page = self.read(registry, team, AtTime(at(minute)))
        assert page.target == self.every(registry, team)[expected].seq
        assert expected in self.numbers(page)

    def test_a_time_within_a_filter_leads_to_the_first_that_fits(
        self, registry: Registry, team: Team
    ) -> None:
        wanted = Filter(recipient=team.others["alice"].agent_id)
        page = self.read(registry, team, AtTime(at(5.5)), wanted)
        assert self.numbers(page) == [0, 3, 6, 9]
        assert page.target == self.every(registry, team)[6].seq

    @pytest.mark.parametrize(
        ("beyond", "newer", "expected"), [(0, False, 10), (10, False, 4), (1, True, 4)]
    )
    def test_the_next_unacked_is_found_both_ways(
        self,
        registry: Registry,
        team: Team,
        beyond: int,
        newer: bool,
        expected: int,
    ) -> None:
        every = self.every(registry, team)
        seq = every[beyond].seq if beyond else sys.maxsize
        page = self.read(registry, team, Unacked(seq, newer))
        assert page.target == every[expected].seq

    def test_without_another_unacked_there_is_no_page(
        self, registry: Registry, team: Team
    ) -> None:
        every = self.every(registry, team)
        reader = Reader(registry, team.session.session_id, EVERYTHING, LIMIT)
        assert reader.page(Unacked(every[1].seq)) is None
        assert reader.page(Unacked(every[10].seq, newer=True)) is None

    def test_nothing_that_fits_is_an_empty_page_without_a_target(
        self, registry: Registry, team: Team
    ) -> None:
        page = self.read(registry, team, AtTime(at(3)), Filter(words="nowhere"))
        assert page == Page((), begins=True, ends=True)


def test_a_broadcast_that_waits_for_many_acks_is_one_stop(
    registry: Registry, team: Team
) -> None:
    say(registry, team, "", "to all", acked=False)
    say(registry, team, "", "again", acked=False)
    session_id = team.session.session_id
    first, second = history.page(registry, session_id, EVERYTHING, 9)
    reader = Reader(registry, session_id, EVERYTHING)
    page = reader.page(Unacked(first.seq, newer=True))
    assert page is not None
    assert page.target == second.seq
    assert reader.page(Unacked(second.seq, newer=True)) is None


@pytest.mark.parametrize("minute", range(10))
def test_a_time_during_a_broadcast_loses_none_of_a_recipient_s(
    registry: Registry, team: Team, minute: int
) -> None:
    for number in range(2):
        say(registry, team, "", f"to all {number}", acked=False)
    minutes_apart(registry)
    wanted = Filter(recipient=team.others["carol"].agent_id)
    page = Reader(registry, team.session.session_id, wanted).page(AtTime(at(minute)))
    assert page is not None
    assert [entry.text for entry in page.entries] == ["to all 0", "to all 1"]


def test_time_is_found_though_the_first_message_is_far_from_the_first_row(
    registry: Registry, team: Team
) -> None:
    other = a_team(registry, *NAMES)
    for _ in range(5):
        say(registry, other, "alice", "elsewhere", acked=False)
    say(registry, team, "alice", "here", acked=False)
    minutes_apart(registry)
    page = Reader(registry, team.session.session_id, EVERYTHING).page(AtTime(at(2)))
    assert page is not None
    assert [entry.text for entry in page.entries] == ["here"]
    assert page.target == page.entries[0].seq


def test_every_is_read_in_the_other_direction_too(
    registry: Registry, team: Team
) -> None:
    for number in range(9):
        say(registry, team, "bob", f"red {number}", acked=False)
    session_id = team.session.session_id
    edge, texts = EVER, []
    while page := history.page(registry, session_id, Filter(words="red"), 2, edge):
        texts += [entry.text for entry in page]
        edge = edge._replace(seq=page[-1].seq)
    assert texts == [f"red {number}" for number in range(9)]
