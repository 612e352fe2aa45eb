"""What one conversation of a coding agent has used so far, in numbers that may be relied on."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple

_MOST = 1 << 53
"""Above every number of tokens, and below what any engine stores."""

_LONGEST = 100
_ID = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_")

MICRO = 1_000_000
"""Parts of a US dollar in which costs are kept: sums of them are exact."""


class Tokens(NamedTuple):
    """Tokens sent anew, received, and read from the service's cache."""

    input: int = 0
    output: int = 0
    cached: int = 0


class Window(NamedTuple):
    """A quota: how much of it is used, in percent, and when it begins anew, in epoch seconds.

    `resets` is 0 where that is not known.
    """

    percent: int
    resets: float = 0.0


class UsageSample(NamedTuple):
    """The totals of one conversation, and what its account has left.

    `cost` is what the agent itself tells, in millionths of a US dollar; None where it tells
    none. `context_used` and `context_size` are tokens, None where not known. `account` is the
    folder of the agent's settings, whose sign-in the quotas belong to.
    """

    conversation: str
    account: str = ""
    model: str = ""
    tokens: Tokens = Tokens()
    cost: int | None = None
    context_used: int | None = None
    context_size: int | None = None
    five_hours: Window | None = None
    seven_days: Window | None = None

    @property
    def context_percent(self) -> int | None:
        """How much of its context an agent uses; None where that is not known."""
        if self.context_used is None or self.context_size is None:
            return None
        return min(100, self.context_used * 100 // self.context_size)


def count(value: object) -> int:
    """A number of tokens in another program's file; 0 for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 0 <= value < _MOST else 0


def counted(value: object) -> int | None:
    """A number of tokens; None for what is none, or 0."""
    return count(value) or None


def micro_dollars(value: object) -> int | None:
    """A cost in US dollars as millionths; None for what is no cost."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value * MICRO) if 0 <= value < _MOST / MICRO else None


def window(percent: object, resets: object) -> Window | None:
    """A quota from its percentage and its reset; None where there is no percentage."""
    if isinstance(percent, bool) or not isinstance(percent, int | float):
        return None
    if not 0 <= percent < _MOST:
        return None
    return Window(min(100, int(percent)), float(count(resets)))


def dollars(amount: int) -> str:
    """Millionths of a US dollar for people, exact: `$2.50`, `$0.0005`."""
    whole, part = divmod(amount, MICRO)
    return f"${whole}.{f'{part:06d}'.rstrip('0').ljust(2, '0')}"


def identifier(value: object) -> str:
    """An id of another program's; empty for what is none."""
    word = value if isinstance(value, str) else ""
    return word if len(word) <= _LONGEST and _ID.issuperset(word) else ""


def name(value: object) -> str:
    """A model's name, as foreign text; empty for what is none."""
    return value[:_LONGEST] if isinstance(value, str) else ""


def table(value: object) -> dict[str, object]:
    """A JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}
