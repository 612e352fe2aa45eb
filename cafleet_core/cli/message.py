"""`cafleet message`: what agents call all day."""

from __future__ import annotations

import time
from functools import partial

import click

from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages import inbox
from cafleet_core.cli import envelope, output
from cafleet_core.cli.invocation import Group, Invocation, pass_invocation
from cafleet_core.cli.message_body import read_body
from cafleet_core.cli.times import Moment
from cafleet_core.errors import InvalidInput
from cafleet_core.records import Sent, Task

_WAIT_STEP_SECONDS = 0.05

FULL = click.option("--full", is_flag=True, help="Whole body; as JSON every column.")
TASK_ID = click.option("--task-id", required=True, metavar="ID", help="The message.")
QUIET = click.option("--quiet", is_flag=True, help="Print only the id.")
LIMIT = partial(click.option, "--limit", show_default=True, help="At most so many.")


@click.group(cls=Group)
def message() -> None:
    """Send, poll, ack and look up messages."""


@message.command()
@click.option(
    "--to", multiple=True, required=True, metavar="ID|NAME", help="Who; repeatable."
)
@click.option("--text", "words", metavar="TEXT", help="The body.")
@click.option("--file", metavar="PATH|-", help="Read the body from a file or stdin.")
@click.option("--reply-to", metavar="TASK", help="The task that this answers.")
@FULL
@QUIET
@pass_invocation
def send(
    run: Invocation,
    to: tuple[str, ...],
    words: str | None,
    file: str | None,
    reply_to: str | None,
    full: bool,
    quiet: bool,
) -> None:
    """Send a message to one or more agents of the session."""
    from cafleet_core.broker.messages import send

    caller = run.caller()
    session_id = caller.session.session_id
    found = [identity.find_agent(run.registry, session_id, one) for one in to]
    answered = reply_to and identity.find_task(run.registry, session_id, reply_to)
    sent = send.send(
        run.registry,
        caller.agent,
        list(dict.fromkeys(found)),
        read_body(words, file),
        reply_to=answered.task_id if answered else None,
        rules=run.settings.push_rules,
    )
    _tell_sent(run, sent, full, quiet)


@message.command()
@click.option("--text", "words", metavar="TEXT", help="The body.")
@click.option("--file", metavar="PATH|-", help="Read the body from a file or stdin.")
@FULL
@QUIET
@pass_invocation
def broadcast(
    run: Invocation, words: str | None, file: str | None, full: bool, quiet: bool
) -> None:
    """Send a message to every other active agent of the session."""
    from cafleet_core.broker.messages import send

    sent = send.broadcast(
        run.registry,
        run.caller().agent,
        read_body(words, file),
        rules=run.settings.push_rules,
    )
    recipients = len(sent.deliveries)
    delivered = sum(result.notified for _, result in sent.deliveries)
    if quiet:
        run.say(sent.task.task_id, {"id": sent.task.task_id})
        return
    run.say(
        f"broadcast id={sent.task.task_id} recipients={recipients} delivered={delivered}",
        {
            "task": envelope.as_document(sent.task, run.settings.max_text_len, full),
            "recipients": recipients,
            "notifications_sent_count": delivered,
        },
    )


@message.command()
@click.option("--since", type=Moment(), help="Only what changed since, such as 10m.")
@click.option("--all", "everything", is_flag=True, help="Settled deliveries too.")
@LIMIT(type=click.IntRange(1, 1000), default=100)
@click.option(
    "--wait",
    type=click.FloatRange(0, 3600),
    metavar="SECONDS",
    default=0.0,
    help="Wait so long for one to come.",
)
@FULL
@QUIET
@pass_invocation
def poll(
    run: Invocation,
    since: str | None,
    everything: bool,
    limit: int,
    wait: float,
    full: bool,
    quiet: bool,
) -> None:
    """Show what waits for you, oldest first, and mark it as read."""
    who = (run.registry, run.caller().agent)
    look = partial(inbox.poll, *who, acked_too=everything, since=since, limit=limit)
    deadline = time.monotonic() + wait
    # taken before the first look: what is committed in between must not be missed
    seen = run.registry.data_version()
    found = look()
    while not found and time.monotonic() < deadline:
        time.sleep(_WAIT_STEP_SECONDS)
        if (version := run.registry.data_version()) != seen:
            run.caller()  # refuses one that was deregistered meanwhile
            seen, found = version, look()
    _tell(run, found, full, quiet, "No messages found.")
    if len(found) == limit:
        output.note(f"These are {limit}; more may wait. See --limit.")


@message.command()
@click.option("--task-id", multiple=True, metavar="ID", help="Which; repeatable.")
@click.option("--all", "everything", is_flag=True, help="All open ones, read or not.")
@FULL
@QUIET
@pass_invocation
def ack(
    run: Invocation, task_id: tuple[str, ...], everything: bool, full: bool, quiet: bool
) -> None:
    """Tell the sender that you have dealt with a message."""
    if bool(task_id) == everything:
        raise InvalidInput("give --task-id <id>, or --all.")
    caller = run.caller()
    if everything:
        _tell_all_acked(run, inbox.ack_all(run.registry, caller), quiet)
        return
    acked = inbox.ack(run.registry, caller, list(dict.fromkeys(task_id)))
    _settled(run, "Message acknowledged.", acked, full, quiet)


@message.command()
@TASK_ID
@FULL
@QUIET
@pass_invocation
def cancel(run: Invocation, task_id: str, full: bool, quiet: bool) -> None:
    """Take back a message that is not acked yet."""
    from cafleet_core.broker.messages import send

    task = send.cancel(run.registry, run.caller(), task_id)
    _settled(run, "Task canceled.", [task], full, quiet)


@message.command()
@TASK_ID
@FULL
@pass_invocation
def show(run: Invocation, task_id: str, full: bool) -> None:
    """Show one message that you sent or received."""
    task = inbox.show(run.registry, run.caller(), task_id)
    limit = run.settings.max_text_len
    run.say(
        envelope.as_text(task, limit, full),
        {"task": envelope.as_document(task, limit, full)},
    )


@message.command("list")
@click.option("--with", "with_ref", metavar="ID|NAME", help="Sent or received by.")
@click.option("--from", "from_ref", metavar="ID|NAME", help="Sent by.")
@click.option("--to", "to_ref", metavar="ID|NAME", help="Received by.")
@click.option("--search", "words", metavar="WORDS", help="Holding all these words.")
@click.option("--since", type=Moment(), help="Only what was sent since, such as 2h.")
@LIMIT(type=click.IntRange(1, 10000), default=50)
@click.option("--export", type=click.Choice(["jsonl"]), help="All of it, whole.")
@FULL
@pass_invocation
def listing(
    run: Invocation,
    with_ref: str | None,
    from_ref: str | None,
    to_ref: str | None,
    words: str | None,
    since: str | None,
    limit: int,
    export: str | None,
    full: bool,
) -> None:
    """Show the session's history, the newest messages last."""
    from cafleet_core.broker.messages import history

    session_id = run.session().session_id
    with_id, from_id, to_id = (
        None
        if ref is None
        else identity.find_agent(run.registry, session_id, ref).agent_id
        for ref in (with_ref, from_ref, to_ref)
    )
    wanted = history.Filter(with_id, from_id, to_id, since, words)
    if export:
        for entry in history.everything(run.registry, session_id, wanted):
            output.document(envelope.entry_document(entry, 0, full=True))
        return
    entries = history.page(run.registry, session_id, wanted, limit)
    cut = run.settings.max_text_len
    run.say(
        "\n\n".join(envelope.entry_text(entry, cut, full) for entry in entries)
        or "No messages found.",
        [envelope.entry_document(entry, cut, full) for entry in entries],
    )


@message.command()
@TASK_ID
@pass_invocation
def status(run: Invocation, task_id: str) -> None:
    """Show what became of a message at each recipient."""
    from cafleet_core.broker.messages import history

    entry = history.status(run.registry, run.caller(), task_id)
    run.say(envelope.status_text(entry), envelope.status_document(entry))


def _tell_all_acked(run: Invocation, acked: list[Task], quiet: bool) -> None:
    """Only how many and which: they were read before, and every word costs an agent."""
    ids = [task.task_id for task in acked]
    count = "1 message" if len(ids) == 1 else f"{len(ids)} messages"
    run.say("\n".join(ids) if quiet else f"Acknowledged {count}.", {"acked": ids})


def _tell_sent(run: Invocation, sent: Sent, full: bool, quiet: bool) -> None:
    limit = run.settings.max_text_len
    if quiet:
        ids = [task.task_id for task, _ in sent.deliveries]
        run.say("\n".join(ids), {"id": ids[0]} if len(ids) == 1 else {"ids": ids})
        return
    documents = [
        {
            "task": envelope.as_document(task, limit, full),
            "notification_sent": result.notified,
            "push": envelope.push_document(result),
        }
        for task, result in sent.deliveries
    ]
    lines = [
        f"{envelope.as_text(task, limit, full)}\n{envelope.push_text(result)}"
        for task, result in sent.deliveries
    ]
    run.say(
        "Message sent.\n" + "\n\n".join(lines),
        documents[0] if len(documents) == 1 else documents,
    )


def _settled(
    run: Invocation, told: str, tasks: list[Task], full: bool, quiet: bool
) -> None:
    if run.json and len(tasks) == 1 and not quiet:
        limit = run.settings.max_text_len
        output.document({"task": envelope.as_document(tasks[0], limit, full)})
        return
    if not quiet and not run.json:
        output.line(told)
    _tell(run, tasks, full, quiet, "")


def _tell(
    run: Invocation, tasks: list[Task], full: bool, quiet: bool, nothing: str
) -> None:
    limit = run.settings.max_text_len
    if quiet:
        ids = [task.task_id for task in tasks]
        run.say("\n".join(ids) or nothing, ids)
        return
    run.say(
        "\n\n".join(envelope.as_text(task, limit, full) for task in tasks) or nothing,
        [envelope.as_document(task, limit, full) for task in tasks],
    )
