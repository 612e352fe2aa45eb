"""Read the session: run its threads, and update the room's state from them."""

from __future__ import annotations

from collections.abc import Callable

from cafleet_core import clock
from cafleet_core.config.rules import Thresholds
from cafleet_core.records import Agent
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.data.feed import Feed
from cafleet_tui.data.pane_watch import PaneWatch
from cafleet_tui.data.source import OpenSource
from cafleet_tui.data.tree_watch import TreeWatch
from cafleet_tui.data.updates import (
    FeedAdvanced,
    FeedRecovered,
    FeedTrouble,
    FeedUpdate,
    PanesSeen,
    Receiver,
    TreesSeen,
)
from cafleet_tui.model import standing
from cafleet_tui.model.columns import Column


class SessionController:
    """Owns the feed and the pane thread, and alone assigns to `RoomState`.

    `show_entries` is called with each update of the feed, `changed` after every change of
    the state, and once a second, as idle times grow.
    """

    def __init__(
        self,
        context: RoomContext,
        open_source: OpenSource,
        receiver: Receiver,
        limits: Thresholds,
        show_entries: Callable[[FeedUpdate], None],
        changed: Callable[[], None],
    ) -> None:
        session_id = context.state.session.session_id
        self.feed = Feed(open_source, session_id, receiver)
        self.pane_watch = PaneWatch(open_source, session_id, receiver)
        self._tree_watch = TreeWatch(open_source, session_id, receiver)
        self._state = context.state
        self._limits = limits
        self._show_entries = show_entries
        self._changed = changed
        self._read = False
        self._looked = False

    @property
    def settled(self) -> bool:
        """Whether the session and its panes have been read."""
        return self._read and self._looked

    def start(self) -> None:
        """Start the threads."""
        self.feed.start()
        self.pane_watch.start()

    def stop(self) -> None:
        """Stop the threads."""
        self.feed.stop()
        self.pane_watch.stop()
        self._tree_watch.stop()

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Read what these columns need from now on."""
        self.feed.show_columns(columns)
        self._tree_watch.show(Column.CHANGES in columns)

    def watch(self, agent: Agent | None) -> None:
        """Read this agent's screen more often; None if no screen is shown."""
        self.pane_watch.watch(agent)

    def advance(self, event: FeedAdvanced) -> None:
        """Apply one update of the feed, and allow the next."""
        update, state = event.update, self._state
        state.session, state.members = update.session, update.members
        state.held, state.pulses = update.held, update.pulses
        state.elsewhere, state.facts = update.elsewhere, update.facts
        self._show_entries(update)
        self.tick()
        self._read = True
        self.feed.handled()

    def see_panes(self, event: PanesSeen) -> None:
        """Apply the readings of the panes."""
        self._state.readings = event.readings
        self._looked = True
        self.tick()

    def see_trees(self, event: TreesSeen) -> None:
        """Apply what git said of the worktrees."""
        self._state.changes = event.changes
        self.tick()

    def note_trouble(self, event: FeedTrouble) -> None:
        """Record why a thread cannot read at present, and since when."""
        self._state.troubles[event.reader] = event.text
        self._state.last_error = f"{clock.now().astimezone():%H:%M} {event.text}"
        self.tick()

    def note_recovery(self, event: FeedRecovered) -> None:
        """Remove the trouble of a thread that reads again."""
        self._state.troubles.pop(event.reader, None)
        self.tick()

    def tick(self) -> None:
        """Rank the members as of now."""
        state = self._state
        state.standings = standing.rank(
            *(state.members, state.readings, clock.now(), self._limits),
            *(state.pulses, state.facts, state.changes),
        )
        state.needing = standing.needing(state.standings)
        self._changed()
