"""What a member has changed, and the human's reviews of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from cafleet_core import text
from cafleet_core.broker.messages import reviews
from cafleet_core.broker.messages.reviews import OpenComment
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import elsewhere, roster
from cafleet_core.comments import Comment
from cafleet_core.config.rules import PushRules
from cafleet_core.records import Agent, Sent, Session
from cafleet_core.states import Verb
from cafleet_core.worktrees.changes import Changes
from cafleet_tui.model import patch
from cafleet_tui.model.diff_lines import Remark
from cafleet_tui.model.patch import Line
from cafleet_tui.operations.member_operations import heads


class Reading(NamedTuple):
    """A member's changes as they were read: as lines, with the comments that it has not acked."""

    changes: Changes
    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...]

    def file(self, path: str) -> str:
        """The absolute path of a file of these changes, by its path as it is shown."""
        named = (each.path for each in self.changes.files)
        own = next((each for each in named if text.label(each) == path), path)
        return os.path.join(self.changes.folder, own)


def read(registry: Registry, session: Session, member: Agent) -> Reading:
    """A member's changes now; raises CafleetError where they cannot be read."""
    director, _ = heads(registry, session)
    agent = roster.find(registry, director, member.agent_id)
    changes = elsewhere.do(registry, director, agent, Verb.DIFF, stat=False)
    open_ones: Sequence[OpenComment] = reviews.open_to(registry, agent)
    remarks = tuple(Remark(each.comment, each.task_id) for each in open_ones)
    return Reading(changes, tuple(patch.lines(changes)), remarks)


def send(
    registry: Registry,
    session: Session,
    member: Agent,
    words: str,
    said: Sequence[Comment],
    rules: PushRules,
) -> Sent:
    """Send the human's comments to a member as one review."""
    _, human = heads(registry, session)
    return reviews.send_review(
        registry, human.agent, [member], words, said, rules=rules
    )
