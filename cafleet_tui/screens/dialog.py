"""What opens over the room: a sheet whose frame names its keys, and tells why one cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, ScreenResultType

from cafleet_tui.actions import Action, named
from cafleet_tui.keyed import shown


class Dialog(ModalScreen[ScreenResultType]):
    """A modal screen with one `.sheet`, and the actions of one region."""

    REGION: ClassVar[str]
    """The region of the actions that it binds."""

    HINTED: ClassVar[tuple[str, ...]] = ()
    """The actions that its frame names, the most useful first."""

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """Its region, and the node whose actions it has."""
        yield self.REGION, self

    def hindrance(self, _action: Action, /) -> str | None:
        """Why an action cannot work now; None where it can."""
        return None

    def tell(self, outcome: Content) -> None:
        """Say what became of something, on the frame."""
        self.query_one(".sheet").border_subtitle = outcome

    def hint(self) -> Content:
        """The keys of the actions that are named; what cannot work is dim."""
        return Content(" · ").join(self._key(named(each)) for each in self.HINTED)

    def _key(self, action: Action) -> Content:
        words = f"{shown(self, action.id)[0]} {action.label}"
        return Content.styled(words, "$text-disabled" if self.hindrance(action) else "")
