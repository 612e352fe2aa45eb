"""The table of what agents have used as a peewee model: see `models`."""

from __future__ import annotations

from peewee import AutoField, IntegerField, TextField

from cafleet_core.storage.models import Table


class UsageSample(Table):
    """The totals of one conversation at a time; what was used meanwhile is their difference."""

    seq = AutoField(help_text="The order of keeping.")
    at = TextField(help_text="When the totals were last read.")
    session_id = TextField(help_text="In which session.")
    agent_id = TextField(help_text="Whose conversation.")
    conversation = TextField(help_text="The agent's own id of the conversation.")
    account = TextField(
        help_text="The folder of the agent's settings, whose sign-in the quotas belong to."
    )
    model = TextField(help_text="The model that answered last; empty where not known.")
    input_tokens = IntegerField(
        help_text="Tokens sent anew in the conversation so far."
    )
    output_tokens = IntegerField(help_text="Tokens received in it so far.")
    cached_tokens = IntegerField(
        help_text="Tokens that the service had in its cache, so far."
    )
    cost = IntegerField(
        null=True,
        help_text="What it has cost so far by the agent's own word, in millionths of a US"
        " dollar; NULL where the agent tells none.",
    )
    context_used = IntegerField(null=True, help_text="Tokens of its last request.")
    context_size = IntegerField(
        null=True, help_text="Tokens that a request may have; NULL where not known."
    )
    five_hours = IntegerField(
        null=True, help_text="Percent of the account's 5-hour quota that are used."
    )
    five_hours_reset = TextField(null=True, help_text="When that quota begins anew.")
    seven_days = IntegerField(
        null=True, help_text="Percent of the account's weekly quota that are used."
    )
    seven_days_reset = TextField(null=True, help_text="When that quota begins anew.")

    class Meta:
        table_name = "usage_samples"
