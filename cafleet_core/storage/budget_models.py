"""The table of budgets as a peewee model: see `models`."""

from __future__ import annotations

from peewee import CompositeKey, ForeignKeyField, IntegerField, TextField

from cafleet_core.storage.models import Agent, Table, values
from cafleet_core.usage.budget import BudgetScope


class Budget(Table):
    """What an agent may cost, or a Director with its team, until somebody is told."""

    agent = ForeignKeyField(
        Agent, column_name="agent_id", help_text="Whose budget it is."
    )
    scope = TextField(
        help_text=values(
            BudgetScope, "Whose costs count, its own or all in its session's: "
        )
    )
    amount = IntegerField(help_text="The budget, in millionths of a US dollar.")
    told_percent = IntegerField(
        help_text="Percent of it at which somebody was told last; 0 before that."
    )
    spent = TextField(
        help_text="What was spent by then, as it was told; empty before that."
    )

    class Meta:
        table_name = "budgets"
        primary_key = CompositeKey("agent", "scope")
