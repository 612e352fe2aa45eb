"""Rows of what agents have used: totals of conversations, and the differences of those. Plain SQL."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.usage.sample import Tokens, UsageSample, Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.storage.registry import Registry

_TEN_MINUTES = 15
"""Length of the part of a stamp that names its ten minutes: of those one row is kept."""

_NUMBERS = (
    "conversation, account, model, input_tokens, output_tokens, cached_tokens, cost,"
    " context_used, context_size, five_hours, five_hours_reset, seven_days, seven_days_reset"
)

_LATEST = f"""
    SELECT agent_id, at, seq, {_NUMBERS} FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY agent_id ORDER BY at DESC, seq DESC) AS place
        FROM usage_samples WHERE session_id = ?) AS placed
    WHERE place = 1
"""

_GROWTH = """
    SELECT at, session_id, agent_id, model,
           input_tokens - COALESCE(MAX(input_tokens) OVER earlier, 0) AS input,
           output_tokens - COALESCE(MAX(output_tokens) OVER earlier, 0) AS output,
           cached_tokens - COALESCE(MAX(cached_tokens) OVER earlier, 0) AS cached,
           cost - COALESCE(MAX(cost) OVER earlier, 0) AS cost,
           MAX(cost) OVER (PARTITION BY conversation) IS NULL AS untold
    FROM usage_samples {which}
    WINDOW earlier AS (PARTITION BY conversation ORDER BY seq
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
"""
"""What each row has more than those before it of its conversation."""

_USED = f"""
    SELECT session_id, agent_id, model, substr(at, 1, ?), untold,
           CAST(SUM(CASE WHEN input > 0 THEN input ELSE 0 END) AS BIGINT),
           CAST(SUM(CASE WHEN output > 0 THEN output ELSE 0 END) AS BIGINT),
           CAST(SUM(CASE WHEN cached > 0 THEN cached ELSE 0 END) AS BIGINT),
           CAST(SUM(CASE WHEN cost > 0 THEN cost ELSE 0 END) AS BIGINT)
    FROM ({_GROWTH}) AS growth GROUP BY 1, 2, 3, 4, 5 ORDER BY 4, 1, 2
"""


class Kept(NamedTuple):
    """A sample as it is kept: its row, and when its numbers were last read."""

    seq: int
    at: str
    sample: UsageSample


class Used(NamedTuple):
    """What an agent has used of a model within a time.

    `began` is the beginning of a stamp; empty for all times. `cost` is in millionths of a US
    dollar, None where the agent does not tell it.
    """

    session_id: str
    agent_id: str
    model: str
    began: str
    tokens: Tokens
    cost: int | None


def latest(registry: Registry, session_id: str) -> dict[str, Kept]:
    """The last sample of each agent of a session, by agent id."""
    rows = registry.rows(_LATEST, (session_id,))
    return {
        agent_id: Kept(seq, at, _sample(numbers))
        for agent_id, at, seq, *numbers in rows
    }


def keep(
    registry: Registry,
    session_id: str,
    agent_id: str,
    at: str,
    sample: UsageSample,
    before: Kept | None,
) -> None:
    """Store a sample, in place of the one `before` if that is of the same ten minutes."""
    values = _values(sample)
    same_conversation = (
        before is not None and before.sample.conversation == sample.conversation
    )
    if before and same_conversation and before.at[:_TEN_MINUTES] == at[:_TEN_MINUTES]:
        names = ", ".join(f"{name} = ?" for name in _NUMBERS.split(", "))
        registry.execute(
            f"UPDATE usage_samples SET at = ?, {names} WHERE seq = ?",
            (at, *values, before.seq),
        )
        return
    registry.execute(
        f"INSERT INTO usage_samples (at, session_id, agent_id, {_NUMBERS})"
        f" VALUES ({', '.join('?' * (3 + len(values)))})",
        (at, session_id, agent_id, *values),
    )


def used(
    registry: Registry, session_id: str | None = None, *, in_time: bool = False
) -> list[Used]:
    """What was used in a session, or in all: by agent and model, and `in_time` by ten minutes."""
    which = "" if session_id is None else "WHERE session_id = ?"
    sessions = () if session_id is None else (session_id,)
    rows = registry.rows(
        _USED.format(which=which), (_TEN_MINUTES if in_time else 0, *sessions)
    )
    return [
        Used(session, agent, model, began, Tokens(*tokens), None if untold else cost)
        for session, agent, model, began, untold, *tokens, cost in rows
    ]


def prune(registry: Registry, before: str) -> int:
    """Remove rows older than a stamp; the number.

    The last of them stays in each conversation of an agent that was there then or later: what
    is used after it is the difference from it.
    """
    return registry.execute(
        "DELETE FROM usage_samples WHERE at < ? AND ("
        " EXISTS (SELECT 1 FROM usage_samples later WHERE later.at < ?"
        "         AND later.conversation = usage_samples.conversation"
        "         AND later.seq > usage_samples.seq)"
        " OR NOT EXISTS (SELECT 1 FROM agents WHERE agents.agent_id = usage_samples.agent_id"
        "                AND (deregistered_at IS NULL OR deregistered_at >= ?)))",
        (before, before, before),
    ).rowcount


def _values(sample: UsageSample) -> tuple[object, ...]:
    five_hours = _window(sample.five_hours)
    seven_days = _window(sample.seven_days)
    return (
        *(sample.conversation, sample.account, sample.model, *sample.tokens),
        *(sample.cost, sample.context_used, sample.context_size),
        *(*five_hours, *seven_days),
    )


def _window(window: Window | None) -> tuple[int | None, str | None]:
    if window is None:
        return None, None
    return window.percent, clock.from_epoch(window.resets) if window.resets else None


def _sample(numbers: Sequence[Any]) -> UsageSample:
    conversation, account, model, *rest = numbers
    tokens, (cost, used, size), windows = Tokens(*rest[:3]), rest[3:6], rest[6:]
    return UsageSample(
        *(conversation, account, model, tokens, cost, used, size),
        *(_read_window(*windows[:2]), _read_window(*windows[2:])),
    )


def _read_window(percent: int | None, reset: str | None) -> Window | None:
    if percent is None:
        return None
    return Window(percent, round(clock.epoch(reset)) if reset else 0.0)
