"""Usage as it is printed: short for people, whole numbers in JSON."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.usage.sample import MICRO

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.team.budgets import Standing
    from cafleet_core.broker.team.usage import Cost, Total
    from cafleet_core.storage.usage_samples import Kept
    from cafleet_core.usage.sample import UsageSample, Window

UNKNOWN = "-"


class MemberUsage(NamedTuple):
    """What a member has used, as cells of a table and as a document.

    `spent` is tokens in, out and cached, and their cost; `left` is how full its context is,
    and its account's quotas of 5 hours and of a week.
    """

    spent: tuple[str, str, str, str]
    left: tuple[str, str, str]
    document: dict[str, Any]

    @property
    def context(self) -> str:
        """How full its context is."""
        return self.left[0]

    @property
    def cost(self) -> str:
        """What it has cost."""
        return self.spent[-1]


def of_member(total: Total, kept: Kept) -> MemberUsage:
    """The usage of a member from its total and its last sample."""
    sample = kept.sample
    left = (context(sample), _quota(sample.five_hours), _quota(sample.seven_days))
    documents = {**document(total), **_left_document(sample), "at": kept.at}
    return MemberUsage(spent(total), left, documents)


def spent(total: Total) -> tuple[str, str, str, str]:
    """Tokens in, out and cached, and what they cost."""
    used = total.tokens
    return (
        *(tokens(used.input), tokens(used.output), tokens(used.cached)),
        cost(total.cost),
    )


def tokens(number: int) -> str:
    """A number of tokens in three digits: `812`, `5.6k`, `1.2M`."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 1000)):
        if number >= size:
            shown = number / size
            return f"{shown:.0f}{unit}" if shown >= 100 else f"{shown:.1f}{unit}"
    return str(number)


def cost(cost: Cost) -> str:
    """A cost in US dollars; `~` if any of it is an estimate, `+` if some is not known."""
    if cost.total is None:
        return UNKNOWN
    mark, more = "~" if cost.estimated else "", "+" if cost.unknown else ""
    return f"{mark}${cost.total / MICRO:.2f}{more}"


def context(sample: UsageSample) -> str:
    """How much of its context an agent uses: in percent where the size is known, else in tokens."""
    if sample.context_used is None:
        return UNKNOWN
    percent = sample.context_percent
    return tokens(sample.context_used) if percent is None else f"{percent}%"


def document(total: Total) -> dict[str, Any]:
    """What was used, in the keys that scripts may rely on; costs in US dollars.

    `cost` is None where nothing is known, `cost_estimated` what of it is an estimate, and
    `cost_complete` says whether it is that of all the tokens.
    """
    known = total.cost.total
    return {
        "input_tokens": total.tokens.input,
        "output_tokens": total.tokens.output,
        "cached_tokens": total.tokens.cached,
        "cost": None if known is None else known / MICRO,
        "cost_estimated": total.cost.estimated / MICRO,
        "cost_complete": not total.cost.unknown,
    }


def budget_document(standing: Standing | None) -> dict[str, Any]:
    """A budget and how much of it is spent, in the keys that scripts may rely on."""
    return {
        "budget_usd": standing.budget.amount / MICRO if standing else None,
        "budget_percent": standing.percent if standing else None,
    }


def _left_document(sample: UsageSample) -> dict[str, Any]:
    """What an agent and its account have left, in the keys that scripts may rely on."""
    return {
        "model": sample.model or None,
        "account": sample.account or None,
        "context_used": sample.context_used,
        "context_size": sample.context_size,
        "context_percent": sample.context_percent,
        "five_hours": _window(sample.five_hours),
        "seven_days": _window(sample.seven_days),
    }


def _window(window: Window | None) -> dict[str, Any] | None:
    if window is None:
        return None
    resets = clock.from_epoch(window.resets) if window.resets else None
    return {"percent": window.percent, "resets_at": resets}


def _quota(window: Window | None) -> str:
    if window is None:
        return UNKNOWN
    resets = clock.from_epoch(window.resets) if window.resets else None
    until = f" until {clock.local_end(resets, clock.now())}" if resets else ""
    return f"{window.percent}%{until}"
