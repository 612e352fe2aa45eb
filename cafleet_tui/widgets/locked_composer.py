"""The composers of a read-only control room and of a replay: they take no input."""

from __future__ import annotations

from collections.abc import Sequence

from cafleet_tui.data.draft_store import SavedDraft
from cafleet_tui.model.playback import Shown
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import composer as render
from cafleet_tui.render import replay
from cafleet_tui.widgets.composer import Composer


class LockedComposer(Composer):
    """Looks like a composer, and never posts `Submitted`."""

    words = staticmethod(render.locked)
    """The text in the place of a draft."""

    def on_mount(self) -> None:
        """Make the draft read-only."""
        self.draft.read_only = True
        self.draft.show_cursor = False
        self.draft.placeholder = self.words()

    def write_to(self, *_names: str) -> None:
        """Do nothing: nothing is sent."""
        self._describe(refused=True)

    def restore(self, _writings: Sequence[SavedDraft]) -> None:
        """Do nothing: the drafts stay where they are stored."""

    def remember(self, _written: Sequence[str]) -> None:
        """Do nothing: nothing is recalled."""

    def _describe(self, refused: bool = False) -> None:
        self.entitle(
            render.looking(), render.reason(READ_ONLY, refused) if refused else None
        )


class PastComposer(LockedComposer):
    """Names the moment that a replay shows, in the composer's place."""

    words = staticmethod(replay.locked)

    def on_mount(self) -> None:
        """Leave the keys to the replay: the draft never has the focus."""
        self.draft.can_focus = False

    def show(self, shown: Shown) -> None:
        """Name this moment."""
        self.entitle(replay.title(shown), replay.pace(shown))

    def _describe(self, refused: bool = False) -> None:
        del refused  # the title is the moment's
