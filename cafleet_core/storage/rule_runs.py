"""The cursor of each rule, and its runs. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import RuleRun

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def cursor(registry: Registry, rule: str) -> int | None:
    """The last event that a rule has dealt with; None for a rule that nobody has met yet."""
    row = registry.row("SELECT seq FROM rule_cursors WHERE rule = ?", (rule,))
    return int(row[0]) if row else None


def begin(registry: Registry, rule: str, seq: int) -> None:
    """Let a rule begin behind an event, unless another process has begun with it."""
    registry.execute(
        "INSERT INTO rule_cursors (rule, seq) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (rule, seq),
    )


def advance(registry: Registry, rule: str, seq: int, to: int) -> bool:
    """Claim the events from behind `seq` up to `to`; False where another was faster."""
    claimed = registry.rows(
        "UPDATE rule_cursors SET seq = ? WHERE rule = ? AND seq = ? RETURNING seq",
        (to, rule, seq),
    )
    return bool(claimed)


def start(registry: Registry, rule: str, seq: int, name: str, at: str) -> None:
    """Keep that a rule is about to do something about an event."""
    registry.execute(
        "INSERT INTO rule_runs (rule, seq, name, at) VALUES (?, ?, ?, ?)",
        (rule, seq, name, at),
    )


def end(
    registry: Registry, rule: str, seq: int, ok: bool, outcome: str, output: str
) -> None:
    """Keep what became of it."""
    registry.execute(
        "UPDATE rule_runs SET ok = ?, outcome = ?, output = ?"
        " WHERE rule = ? AND seq = ?",
        (int(ok), outcome, output, rule, seq),
    )


def latest(registry: Registry, rule: str) -> RuleRun | None:
    """What a rule did last."""
    row = registry.row(
        "SELECT rule, seq, name, at, ok, outcome, output FROM rule_runs"
        " WHERE rule = ? ORDER BY seq DESC LIMIT 1",
        (rule,),
    )
    if row is None:
        return None
    return RuleRun._make(row)._replace(ok=None if row[4] is None else bool(row[4]))


def prune(registry: Registry, before: str) -> int:
    """Forget what was done before a stamp; how many runs that were."""
    return registry.execute("DELETE FROM rule_runs WHERE at < ?", (before,)).rowcount
