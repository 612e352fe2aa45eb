"""The tables of events and of the rules that act on them, as peewee models: see `models`."""

from __future__ import annotations

from peewee import AutoField, CompositeKey, IntegerField, TextField

from cafleet_core.states import EventKind, PaneState
from cafleet_core.storage.models import Table, values


class Event(Table):
    """Something that happened; rows are added and pruned, never changed."""

    seq = AutoField(
        help_text="The order of commits within a session: a reader's cursor."
    )
    at = TextField(help_text="When it happened.")
    session_id = TextField(help_text="In which session.")
    agent_id = TextField(null=True, help_text="Who did it, or whom it happened to.")
    kind = TextField(help_text=values(EventKind))
    old = TextField(null=True, help_text="What was the case before.")
    new = TextField(null=True, help_text="What is the case since.")
    reference = TextField(
        null=True, help_text="The task, or another agent, that it is about."
    )
    detail = TextField(null=True, help_text="What else is known, a JSON document.")

    class Meta:
        table_name = "events"


class Screen(Table):
    """What an agent's pane showed when it came into a state."""

    seq = AutoField(help_text="The order of keeping.")
    at = TextField(help_text="When it was seen.")
    session_id = TextField(help_text="In which session.")
    agent_id = TextField(help_text="Whose pane.")
    state = TextField(help_text=values(PaneState))
    screen = TextField(
        help_text="The text with its colours: UTF-8, compressed by zlib, as base85."
    )

    class Meta:
        table_name = "screens"


class RuleCursor(Table):
    """How far a rule of the user's file has come."""

    rule = TextField(primary_key=True, help_text="The rule, by a hash of what it says.")
    seq = IntegerField(help_text="The last event that it has dealt with.")

    class Meta:
        table_name = "rule_cursors"


class RuleRun(Table):
    """What a rule has done about one event: once, whoever watches."""

    rule = TextField(help_text="The rule, by a hash of what it says.")
    seq = IntegerField(help_text="The event.")
    name = TextField(help_text="What the rule is called.")
    at = TextField(help_text="When it was done.")
    ok = IntegerField(
        null=True, help_text="1 where it worked; NULL until it has ended, or for ever."
    )
    outcome = TextField(null=True, help_text="What became of it, in words.")
    output = TextField(null=True, help_text="The end of what the command printed.")

    class Meta:
        table_name = "rule_runs"
        primary_key = CompositeKey("rule", "seq")
