"""The composer of a read-only control room: it takes no input."""

from __future__ import annotations

from collections.abc import Sequence

from cafleet_tui.data.draft_store import SavedDraft
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import composer as render
from cafleet_tui.widgets.composer import Composer


class LockedComposer(Composer):
    """Looks like a composer, and never posts `Submitted`."""

    def on_mount(self) -> None:
        """Make the draft read-only."""
        self.draft.read_only = True
        self.draft.show_cursor = False
        self.draft.placeholder = render.locked()

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
