"""Convert rows of the registry to records; a value unknown to this program is a RegistryError."""

from __future__ import annotations

from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Agent, Placement, Task
from cafleet_core.states import (
    AgentKind,
    AgentStatus,
    PaneState,
    PushOutcome,
    PushReason,
    SenderProof,
    TaskState,
    TaskType,
    Transport,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_AGENT_WIDTH = 11
_PANE_STATES = frozenset(PaneState)

_PUSH = slice(16, 18)
"""Index of outcome and reason in a task's row."""

_PROOF = 25
"""Index of the sender's proof in a task's row."""

_TRANSPORT = -4
"""Index of the way that a push took, in a task's row."""


def agent_of(row: Sequence[Any]) -> Agent:
    """The agent of one row of `lookup.AGENT`; raises RegistryError."""
    placed = row[_AGENT_WIDTH + 1] is not None
    placement = placement_of(row[_AGENT_WIDTH:]) if placed else None
    try:
        status, kind = AgentStatus(row[4]), AgentKind(row[5])
    except ValueError as error:
        raise newer(error) from None
    return Agent._make((*row[:4], status, kind, *row[6:_AGENT_WIDTH], placement))


def placement_of(row: Sequence[Any]) -> Placement:
    """The placement of its columns; an unknown pane state reads as UNKNOWN."""
    return Placement._make((*row[:10], pane_state(row[10]), *row[11:]))


def pane_state(value: str | None) -> PaneState | None:
    """A stored pane state; UNKNOWN for one that only a newer program knows."""
    if value is None:
        return None
    return PaneState(value) if value in _PANE_STATES else PaneState.UNKNOWN


def task_of(row: Sequence[Any]) -> Task:
    """The task of one row of `tasks.TASK`; raises RegistryError."""
    try:
        kind, state = TaskType(row[6]), TaskState(row[10])
        push = push_of(*row[_PUSH])
        way = transport_of(row[_TRANSPORT])
    except ValueError as error:
        raise newer(error) from None
    proof = proof_of(row[_PROOF])
    pushed, timed = row[_PUSH.stop : _PROOF], row[_PROOF + 1 : _TRANSPORT]
    before = (*row[:6], kind, *row[7:10], state, *row[11:16])
    return Task._make(
        (*before, *push, *pushed, proof, *timed, way, *row[_TRANSPORT + 1 :])
    )


def proof_of(value: str | None) -> SenderProof | None:
    """A stored sender proof; raises RegistryError for an unknown one."""
    try:
        return SenderProof(value) if value else None
    except ValueError as error:
        raise newer(error) from None


def push_of(
    outcome: str | None, reason: str | None
) -> tuple[PushOutcome | None, PushReason | None]:
    """A stored push outcome and reason; raises ValueError for unknown ones."""
    return (
        PushOutcome(outcome) if outcome else None,
        PushReason(reason) if reason else None,
    )


def transport_of(value: str | None) -> Transport | None:
    """A stored way of a push; raises ValueError for an unknown one."""
    return Transport(value) if value else None


def newer(error: ValueError) -> RegistryError:
    """The error for a value that a newer program wrote."""
    return RegistryError(
        f"The registry was written by a newer cafleet: {error}; upgrade this one."
    )
