"""A list of options that takes page keys at any time."""

from __future__ import annotations

from contextlib import suppress

from textual.widgets import OptionList


class PageList(OptionList):
    """Ignores page keys until its lines are laid out, as right after new options were set."""

    def action_page_up(self) -> None:
        """See `OptionList`, which expects lines that may be missing."""
        with suppress(LookupError):
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """See `OptionList`."""
        with suppress(LookupError):
            super().action_page_down()  # type: ignore[no-untyped-call]
