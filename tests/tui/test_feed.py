"""The feed over a real registry: one update a commit, never ahead of the room."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import TypeVar

import pytest
from textual.message import Message

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.views import Filter
from cafleet_tui.data.feed import (
    UPDATES_A_SECOND,
    UPDATES_AT_ONCE,
    Feed,
)
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.data.updates import (
    FeedAdvanced,
    FeedRecovered,
    FeedTrouble,
    FeedUpdate,
)
from tests.team import Team, a_team
from tests.terminal import PATIENCE, eventually
from tests.tui.rooms import settings_of, source_of

Told = TypeVar("Told", bound=Message)


class Inbox:
    """Takes in what a thread tells, to be looked at one by one."""

    def __init__(self) -> None:
        self.told: Queue[Message] = Queue()

    def post_message(self, message: Message) -> bool:
        self.told.put(message)
        return True

    def next(self, kind: type[Told]) -> Told:
        """The next message, which must be of this kind."""
        message = self.told.get(timeout=PATIENCE)
        assert isinstance(message, kind)
        return message


class Followed:
    """A feed, its inbox, and the two ways of going on."""

    def __init__(self, feed: Feed, inbox: Inbox) -> None:
        self.feed = feed
        self.inbox = inbox

    def update(self) -> FeedUpdate:
        """The next update, handled at once."""
        update = self.inbox.next(FeedAdvanced).update
        self.feed.handled()
        return update


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


@pytest.fixture
def followed(registry_path: Path, team: Team) -> Iterator[Followed]:
    """A running feed of the team's session."""
    inbox = Inbox()
    feed = Feed(source_of(registry_path), team.session.session_id, inbox)
    feed.start()
    yield Followed(feed, inbox)
    feed.stop()
    assert not feed.is_alive()


def say(registry: Registry, team: Team, text: str, to: str = "reviewer") -> None:
    sender, recipient = team.others["drafter"], team.others[to]
    send.send(registry, sender, [recipient], text)


def texts(update: FeedUpdate) -> list[str]:
    return [entry.text for entry in update.entries]


def test_first_the_whole_then_what_changed(
    registry: Registry, team: Team, followed: Followed
) -> None:
    first = followed.update()
    assert first.whole
    assert {member.agent.name for member in first.members} == {
        *("Director", "Administrator", "drafter", "reviewer")
    }
    say(registry, team, "one")
    assert eventually(lambda: "one" in texts(followed.update()))
    say(registry, team, "two")

    def told_of_the_second() -> bool:
        update = followed.update()
        assert not update.whole
        return "two" in texts(update)

    eventually(told_of_the_second)


def test_what_the_agents_did_is_counted_soon_after_it(
    registry: Registry, team: Team, followed: Followed
) -> None:
    drafter = team.others["drafter"].agent_id
    assert drafter not in followed.update().pulses
    for number in range(3):
        say(registry, team, f"message {number}")

    def all_counted() -> bool:
        return sum(followed.update().pulses.get(drafter, {}).values()) == 3

    eventually(all_counted)


def test_the_feed_waits_for_the_room_and_then_tells_everything_at_once(
    registry: Registry, team: Team, followed: Followed
) -> None:
    followed.inbox.next(FeedAdvanced)
    for number in range(5):
        say(registry, team, f"message {number}")
    with pytest.raises(Empty):
        followed.inbox.told.get(timeout=0.5)
    followed.feed.handled()
    assert set(texts(followed.update())) == {f"message {n}" for n in range(5)}


def test_a_storm_of_commits_is_told_of_together_and_nothing_of_it_is_lost(
    registry: Registry, team: Team, followed: Followed
) -> None:
    followed.update()
    began, count = time.monotonic(), 100
    for number in range(count):
        say(registry, team, f"message {number}")
    seen: set[str] = set()
    updates = 0
    while len(seen) < count:
        seen.update(texts(followed.update()))
        updates += 1
    lasted = time.monotonic() - began
    assert updates <= UPDATES_AT_ONCE + 1 + lasted * UPDATES_A_SECOND
    assert seen == {f"message {number}" for number in range(count)}


def test_a_filter_brings_a_whole_update_with_that_agents_entries(
    registry: Registry, team: Team, followed: Followed
) -> None:
    followed.update()
    say(registry, team, "to the reviewer")
    say(registry, team, "to myself", to="drafter")
    reviewer = team.others["reviewer"].agent_id
    wanted = Filter(party=reviewer)
    followed.feed.show(wanted)
    update = eventually(lambda: (u := followed.update()).wanted == wanted and u)
    assert update
    assert (update.whole, texts(update)) == (True, ["to the reviewer"])


def test_trouble_is_told_and_survived_and_nothing_is_made_anew(
    registry: Registry, registry_path: Path, team: Team, followed: Followed
) -> None:
    followed.update()
    away = registry_path.with_suffix(".away")
    registry_path.rename(away)
    assert "is gone" in followed.inbox.next(FeedTrouble).text
    assert not registry_path.exists()
    away.rename(registry_path)
    while not isinstance(message := followed.inbox.told.get(timeout=9), FeedRecovered):
        assert isinstance(message, FeedTrouble)
    update = followed.update()
    assert not update.whole


class Defective(RegistrySource):
    """A registry that runs into a defect of the program."""

    def data_version(self) -> int:
        raise ZeroDivisionError


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_that_ends_the_feed_is_told(registry_path: Path, team: Team) -> None:
    inbox = Inbox()
    settings = settings_of(registry_path)
    feed = Feed(lambda: Defective(settings), team.session.session_id, inbox)
    feed.start()
    assert "has stopped" in inbox.next(FeedTrouble).text
    feed.join(PATIENCE)
