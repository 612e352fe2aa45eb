"""The cursor of each rule, and its runs. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import RuleRun

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def cursor(registry: Registry, rule: str) -> int | None:
    """The `seq` of the last event that a rule has passed; None if the rule never ran."""
    row = registry.row("SELECT seq FROM rule_cursors WHERE rule = ?", (rule,))
    return int(row[0]) if row else None


def begin(registry: Registry, rule: str, seq: int) -> None:
    """Store a rule's first cursor, unless another process has stored one."""
    registry.execute(
        "INSERT INTO rule_cursors (rule, seq) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (rule, seq),
    )


def advance(registry: Registry, rule: str, seq: int, to: int) -> bool:
    """Claim the events after `seq` up to `to`; False if another process was faster."""
    claimed = registry.rows(
        "UPDATE rule_cursors SET seq = ? WHERE rule = ? AND seq = ? RETURNING seq",
        (to, rule, seq),
    )
    return bool(claimed)


def start(registry: Registry, rule: str, seq: int, name: str, at: str) -> None:
    """Store that a rule is about to act on an event."""
    registry.execute(
        "INSERT INTO rule_runs (rule, seq, name, at) VALUES (?, ?, ?, ?)",
        (rule, seq, name, at),
    )


def end(
    registry: Registry, rule: str, seq: int, ok: bool, outcome: str, output: str
) -> None:
    """Store the outcome of a run."""
    registry.execute(
        "UPDATE rule_runs SET ok = ?, outcome = ?, output = ?"
        " WHERE rule = ? AND seq = ?",
        (int(ok), outcome, output, rule, seq),
    )


def latest(registry: Registry, rule: str) -> RuleRun | None:
    """A rule's newest run; None without any."""
    row = registry.row(
        "SELECT rule, seq, name, at, ok, outcome, output FROM rule_runs"
        " WHERE rule = ? ORDER BY seq DESC LIMIT 1",
        (rule,),
    )
    if row is None:
        return None
    return RuleRun._make(row)._replace(ok=None if row[4] is None else bool(row[4]))


def prune(registry: Registry, before: str) -> int:
    """Delete the runs from before a stamp, and return how many."""
    return registry.execute("DELETE FROM rule_runs WHERE at < ?", (before,)).rowcount
