"""A list of options that takes page keys at any time."""

from __future__ import annotations

from contextlib import suppress

from textual.widgets import OptionList


class PageList(OptionList):
    """Ignores page keys as long as its lines are not laid out, as right after a new reading."""

    def action_page_up(self) -> None:
        """See `OptionList`, which looks for lines that may not be there."""
        with suppress(LookupError):
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """See `OptionList`."""
        with suppress(LookupError):
            super().action_page_down()  # type: ignore[no-untyped-call]
