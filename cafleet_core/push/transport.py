"""Hand turns to agents' own inboxes, marked on their panes first, so that none is typed as well."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.push import writer
from cafleet_core.states import PushReason, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.push.native_inbox.inbox import Inbox, Link
    from cafleet_core.push.script import Turn
    from cafleet_core.records import PushResult


class Handover(NamedTuple):
    """A turn for an agent's own inbox, and the screen of its pane.

    `marked` is false where tmux does not answer: the pane gets no marks then, and `screen`
    is None.
    """

    turn: Turn
    inbox: Inbox
    screen: str | None
    marked: bool


def hand_over(handovers: Sequence[Handover]) -> list[PushResult | None]:
    """The result of each, in order; None where no inbox takes it, and nothing was handed over.

    The connection comes first, then the marks on the pane, then the message: a process that
    dies in between leaves one that counts as handed over, until its agent is seen not to
    have got it.
    """
    opened = list(map(_opened, handovers))
    marked = _marked([each for each in opened if each and each.handover.marked])
    return [door.result(marked) if door else None for door in opened]


def accepted(inbox: Inbox, task_ids: Sequence[str]) -> list[str]:
    """Which of these messages an agent has got already, by its own files."""
    receipts = inbox.receipts(task_ids)
    kept = (Receipt.READ, Receipt.ACCEPTED)
    return [task_id for task_id, receipt in receipts.items() if receipt in kept]


class _Door(NamedTuple):
    """An open connection to the inbox that takes a turn."""

    handover: Handover
    link: Link

    def result(self, marked: Iterator[PushResult]) -> PushResult | None:
        """Hand the turn over, unless its pane refused the marks; the next of `marked` is its."""
        turn, is_marked = self.handover.turn, self.handover.marked
        result = next(marked) if is_marked else writer.HANDED
        if result != writer.HANDED:
            self.link.close()
            return result
        match self.link.hand_over(turn.text):
            case Receipt.ASKED:
                return result._replace(reason=PushReason.INBOX_HELD)
            case Receipt.MISSING if not is_marked or writer.unmark(turn):
                return None
        return result


def _opened(handover: Handover) -> _Door | None:
    if not handover.inbox.takes_mail(handover.turn.text, handover.screen):
        return None
    link = handover.inbox.connect()
    return _Door(handover, link) if link else None


def _marked(doors: Sequence[_Door]) -> Iterator[PushResult]:
    bare = [
        door.handover.turn._replace(text="", keys="", submit=False, handed=True)
        for door in doors
    ]
    return iter(writer.type_turns(bare))
