"""What is worth an event in a new sample of usage: pure rules."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.usage.sample import UsageSample, Window

CONTEXT_HIGH = 80
"""Percent of its context from which on an agent is told of."""

QUOTA_HIGH = 90
"""Percent of a quota from which on its account is told of."""

_WINDOWS = {"five_hours": "5 h", "seven_days": "week"}


class Alert(NamedTuple):
    """An event to record: how much is used, in words, and which quota of until when."""

    kind: EventKind
    used: str
    quota: str = ""
    resets_at: str | None = None


def alerts(
    sample: UsageSample, before: UsageSample | None, known: Sequence[UsageSample]
) -> Iterator[Alert]:
    """What a sample is the first to tell: `before` is that agent's last one.

    `known` are the last samples of all agents: a quota is that of its account, and is told
    of once for all of its agents.
    """
    context = sample.context_percent or 0
    same = before is not None and before.conversation == sample.conversation
    earlier = (before.context_percent or 0) if before and same else 0
    if earlier < CONTEXT_HIGH <= context:
        yield Alert(EventKind.CONTEXT_HIGH, f"{context}%")
    of_account = [each for each in known if each.account == sample.account]
    for field, name in _WINDOWS.items():
        window: Window | None = getattr(sample, field)
        if window is None or window.percent < QUOTA_HIGH:
            continue
        if not any(_is_told(getattr(each, field), window) for each in of_account):
            resets = clock.from_epoch(window.resets) if window.resets else None
            yield Alert(EventKind.QUOTA_HIGH, f"{window.percent}%", name, resets)


def _is_told(earlier: Window | None, window: Window) -> bool:
    """Whether an earlier sample was that high in the same window."""
    return (
        earlier is not None
        and earlier.percent >= QUOTA_HIGH
        and earlier.resets == window.resets
    )
