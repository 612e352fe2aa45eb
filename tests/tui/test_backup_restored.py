"""A backup put in the registry's place while the feed reads: what it does not hold is dropped."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_tui.data.feed import Feed
from cafleet_tui.data.updates import FeedRecovered, FeedTrouble
from cafleet_tui.model.timeline_index import TimelineIndex
from tests.builders import entries
from tests.team import a_team
from tests.terminal import eventually
from tests.tui.rooms import source_of
from tests.tui.test_feed import Followed, Inbox, say, texts


def test_what_a_backup_in_its_place_does_not_hold_is_not_shown_any_more(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "drafter", "reviewer")
    say(registry, team, "old")
    copy = registry_path.with_name("copy.db")
    registry.copy_to(str(copy))
    say(registry, team, "lost")
    inbox = Inbox()
    feed = Feed(source_of(registry_path), team.session.session_id, inbox)
    followed = Followed(feed, inbox)
    feed.start()
    assert texts(followed.update()) == ["old", "lost"]
    for suffix in ("-wal", "-shm"):
        Path(f"{registry_path}{suffix}").unlink()
    copy.rename(registry_path)
    while not isinstance(message := inbox.told.get(timeout=20), FeedRecovered):
        feed.handled()
        if isinstance(message, FeedTrouble):
            assert "was replaced" in message.text
    update = followed.update()
    assert (update.whole, texts(update)) == (True, ["old"])
    with closing(open_registry(registry_path)) as restored:
        say(restored, team, "new")
        assert eventually(lambda: "new" in texts(followed.update()))
    feed.stop()
    assert not feed.is_alive()


def test_what_comes_after_a_page_that_ends_earlier_is_new() -> None:
    index = TimelineIndex(lambda _: 1)
    index.replace(entries(1, 5), begins=True, ends=True)
    index.replace(entries(1, 2), begins=True, ends=True)
    assert index.upsert(entries(3, 4), keep_newest=True).added == 2
