"""The table of messages, as a peewee model: see `models`."""

from __future__ import annotations

from peewee import AutoField, ForeignKeyField, IntegerField, TextField

from cafleet_core.states import (
    Awaited,
    PushOutcome,
    PushReason,
    SenderProof,
    TaskState,
    TaskType,
    Transport,
)
from cafleet_core.storage.models import Agent, Session, Table, values


class Task(Table):
    """One delivery, or a broadcast's summary."""

    seq = AutoField(help_text="The order of creation.")
    task_id = TextField(unique=True, help_text="A random UUID, by which it is acked.")
    session = ForeignKeyField(
        Session, column_name="session_id", help_text="The session it was sent in."
    )
    context = ForeignKeyField(
        Agent,
        column_name="context_id",
        help_text="Whose inbox it is in: the recipient; for a summary, the sender.",
    )
    from_agent = ForeignKeyField(
        Agent, column_name="from_agent_id", help_text="The sender."
    )
    to_agent_id = TextField(null=True, help_text="The recipient; a summary has none.")
    type = TextField(help_text=values(TaskType))
    text = TextField(help_text="The body, as it was sent.")
    origin_task_id = TextField(
        null=True,
        help_text="What holds a message together: the broadcast's summary, or the first of several deliveries.",
    )
    reply_to_task_id = TextField(null=True, help_text="The task that this one answers.")
    status_state = TextField(help_text=values(TaskState))
    status_timestamp = TextField(help_text="When that state began.")
    created_at = TextField(help_text="When it was sent.")
    notified_at = TextField(
        null=True, help_text="When it was typed into the recipient's pane."
    )
    read_at = TextField(null=True, help_text="When the recipient first polled it.")
    acked_at = TextField(null=True, help_text="When the recipient acked it.")
    push_outcome = TextField(
        null=True, help_text=values(PushOutcome, "What became of the last push: ")
    )
    push_reason = TextField(null=True, help_text=values(PushReason, "Why: "))
    push_attempts = IntegerField(help_text="How often a push was tried.")
    version = IntegerField(
        help_text="The session's, when the task last changed in a way that shows."
    )
    submitted_at = TextField(
        null=True, help_text="When the typed text was seen to leave the input box."
    )
    push_next_at = TextField(
        null=True,
        help_text="When the push that is owed is tried again; NULL where none is owed.",
    )
    push_claimed_until = TextField(
        null=True,
        help_text="Until when one process alone may try: a lease, which ends by itself.",
    )
    sender_proof = TextField(
        null=True,
        help_text=values(SenderProof, "How it was proven who sent it: ")
        + " NULL where nobody asked: written at the control room, or before proofs were kept.",
    )

    push_at = TextField(
        null=True, help_text="When a push was last tried, or looked after."
    )
    not_before = TextField(
        null=True,
        help_text="The time for which it waits or has waited; NULL where it waits for none,"
        " or for an agent still.",
    )
    every = TextField(
        null=True,
        help_text="When it is sent again, as five fields of cron in the sending machine's"
        " local time; NULL where it is sent once.",
    )
    expires_at = TextField(
        null=True,
        help_text="When it fails if it was neither typed nor read by then.",
    )
    urgent = IntegerField(
        help_text="1 where it is first in line, and a busy agent is hardly waited for."
    )
    awaits = TextField(
        null=True,
        help_text="An agent's id, and what the message waits for there: "
        + ", ".join(f"`{awaited}`" for awaited in Awaited)
        + ".",
    )
    push_transport = TextField(
        null=True,
        help_text=values(Transport, "The way that its push took: ")
        + " NULL where it was not typed, or before this was kept.",
    )
    attached = IntegerField(
        help_text="How many files its message comes with: see `attachments`."
    )
    commented = IntegerField(
        help_text="How many comments it has, if it is a review: see `comments`."
    )

    class Meta:
        table_name = "tasks"
