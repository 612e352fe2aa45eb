"""A recipient's commands: `cafleet message poll` and `ack`."""

from __future__ import annotations

import time

from cafleet_core.broker.messages import inbox
from cafleet_core.cli import attached_files, envelope, output
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent, Task


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
    agent = run.caller().agent

    def look() -> list[Task]:
        return inbox.poll(
            run.registry, agent, acked_too=everything, since=since, limit=limit
        )

    tasks = _awaited(run, agent, look, wait) if wait else look()
    say_tasks(run, tasks, full, quiet, "No messages found.")
    if len(tasks) == limit:
        run.note(f"These are {limit}; more may wait. See --limit.")


def _awaited(
    run: Invocation, agent: Agent, look: Callable[[], list[Task]], seconds: float
) -> list[Task]:
    """The tasks that `look` returns, waiting up to so many seconds for the first one."""
    from cafleet_core.cli import patience  # few wait

    return patience.through_trouble(
        run, lambda left: _seen_within(left, run, agent, look), seconds
    )


def _seen_within(
    seconds: float, run: Invocation, agent: Agent, look: Callable[[], list[Task]]
) -> list[Task]:
    from cafleet_core.storage import notices  # few wait

    deadline = time.monotonic() + seconds
    # made before the first look: what is committed in between must not be missed
    commits = run.registry.watch(topics=[notices.changed(agent.session_id)])
    try:
        tasks = look()
        while not tasks and (left := deadline - time.monotonic()) > 0:
            seen = commits.seen
            until_due = inbox.seconds_until_due(run.registry, agent)
            if commits.wait(min(left, until_due)) != seen or until_due < left:
                run.caller()  # refuses one that was deregistered meanwhile
                tasks = look()
        return tasks
    finally:
        commits.close()


def ack(
    run: Invocation, task_id: tuple[str, ...], everything: bool, full: bool, quiet: bool
) -> None:
    """Tell the sender that you have dealt with a message."""
    if bool(task_id) == everything:
        raise InvalidInput("give --task-id <id>, or --all.")
    caller = run.caller()
    if everything:
        acked = inbox.ack_all(run.registry, caller)
        known = [task.task_id for task in acked]
        run.say("\n".join(known) if quiet else _told(acked), {"acked": known})
        return
    acked = inbox.ack(run.registry, caller, list(dict.fromkeys(task_id)))
    if run.json or quiet or full:
        say_settled(run, _told(acked), acked, full, quiet)
    else:
        run.say(_told(acked), None)


def _told(acked: list[Task]) -> str:
    """How many were acked: they were read before, and agents pay for words."""
    count = "1 message" if len(acked) == 1 else f"{len(acked)} messages"
    return f"Acked {count}."


def say_settled(
    run: Invocation, words: str, tasks: list[Task], full: bool, quiet: bool
) -> None:
    """Print tasks that a command has settled, below a line on what it did."""
    if run.json and len(tasks) == 1 and not quiet:
        limit = run.settings.max_text_len
        run.say(words, {"task": envelope.as_document(tasks[0], limit, full)})
        return
    if not quiet and not run.json:
        output.line(words)
    say_tasks(run, tasks, full, quiet, "")


def say_tasks(
    run: Invocation, tasks: list[Task], full: bool, quiet: bool, nothing: str
) -> None:
    """Print tasks as text or JSON; `nothing` if there are none."""
    limit = run.settings.max_text_len
    if quiet:
        ids = [task.task_id for task in tasks]
        run.say("\n".join(ids) or nothing, ids)
        return
    files = attached_files.of_tasks(run, tasks)
    known = [
        (task, files.get(task.origin_task_id or task.task_id, ())) for task in tasks
    ]
    run.say(
        "\n\n".join(
            envelope.as_text(task, limit, full, files=own) for task, own in known
        )
        or nothing,
        [envelope.as_document(task, limit, full, files=own) for task, own in known],
    )
