"""A composer where nothing is sent: it says so, and takes nothing in."""

from __future__ import annotations

from collections.abc import Sequence

from cafleet_tui.data.draft_store import SavedDraft
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import composer as render
from cafleet_tui.widgets.composer import Composer


class LockedComposer(Composer):
    """Looks like a composer, and never posts `Submitted`."""

    def on_mount(self) -> None:
        """Take in no key that writes."""
        self.draft.read_only = True
        self.draft.show_cursor = False
        self.draft.placeholder = render.locked()

    def write_to(self, *_names: str) -> None:
        """Nobody is written to from here."""
        self._describe(refused=True)

    def restore(self, _writings: Sequence[SavedDraft]) -> None:
        """What was being written elsewhere stays there."""

    def remember(self, _written: Sequence[str]) -> None:
        """Nothing is written again from here."""

    def _describe(self, refused: bool = False) -> None:
        self.entitle(
            render.looking(), render.reason(READ_ONLY, refused) if refused else None
        )
