"""The rows of budgets: of agents, and of Directors with their teams. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.rows import newer
from cafleet_core.usage.budget import Budget, BudgetScope

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def of_session(registry: Registry, session_id: str) -> list[Budget]:
    """The budgets of a session and of its agents; raises RegistryError for an unknown scope."""
    rows = registry.rows(
        "SELECT b.agent_id, b.scope, b.amount, b.told_percent, b.spent FROM budgets b"
        " JOIN agents a ON a.agent_id = b.agent_id"
        " WHERE a.session_id = ? ORDER BY a.registered_at, b.agent_id",
        (session_id,),
    )
    try:
        return [Budget(who, BudgetScope(scope), *rest) for who, scope, *rest in rows]
    except ValueError as error:
        raise newer(error) from None


def keep(registry: Registry, agent_id: str, scope: BudgetScope, amount: int) -> None:
    """Store a budget in the place of an earlier one, nothing told yet; 0 removes it."""
    registry.execute(
        "DELETE FROM budgets WHERE agent_id = ? AND scope = ?", (agent_id, scope)
    )
    if amount:
        registry.execute(
            "INSERT INTO budgets (agent_id, scope, amount, told_percent, spent)"
            " VALUES (?, ?, ?, 0, '')",
            (agent_id, scope, amount),
        )


def tell(registry: Registry, budget: Budget, percent: int, spent: str) -> bool:
    """Note that this much of a budget is told; False if that was done, or it has changed."""
    noted = registry.execute(
        "UPDATE budgets SET told_percent = ?, spent = ?"
        " WHERE agent_id = ? AND scope = ? AND amount = ? AND told_percent < ?",
        (percent, spent, budget.agent_id, budget.scope, budget.amount, percent),
    )
    return bool(noted.rowcount)
