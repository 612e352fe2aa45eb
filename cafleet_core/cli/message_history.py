"""Look messages up: `cafleet message show`, `list` and `status`."""

from __future__ import annotations

from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages import history
from cafleet_core.cli import attached_files, envelope, output
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.views import Filter

if TYPE_CHECKING:
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.views import Entry


def show(run: Invocation, task_id: str, full: bool) -> None:
    """Show one message that you sent or received."""
    from cafleet_core.broker.messages import inbox  # a list needs none

    task = inbox.show(run.registry, run.caller(), task_id)
    limit = run.settings.max_text_len
    files = attached_files.of_tasks(run, [task])
    own = files.get(task.origin_task_id or task.task_id, ())
    run.say(
        envelope.as_text(task, limit, full, files=own),
        {"task": envelope.as_document(task, limit, full, files=own)},
    )


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
    session_id = run.session().session_id
    with_id, from_id, to_id = (
        None
        if ref is None
        else identity.find_agent(run.registry, session_id, ref).agent_id
        for ref in (with_ref, from_ref, to_ref)
    )
    wanted = Filter(with_id, from_id, to_id, since, words)
    if export:
        for entry in history.everything(run.registry, session_id, wanted):
            own = attached_files.of_entries(run, [entry]).get(entry.task_id, ())
            output.document(envelope.entry_document(entry, 0, full=True, files=own))
        return
    entries = history.page(run.registry, session_id, wanted, limit)
    cut = run.settings.max_text_len
    files = attached_files.of_entries(run, entries)
    known = [(entry, files.get(entry.task_id, ())) for entry in entries]
    run.say(
        "\n\n".join(envelope.entry_text(entry, cut, full, own) for entry, own in known)
        or "No messages found.",
        [envelope.entry_document(entry, cut, full, own) for entry, own in known],
    )


def status(run: Invocation, task_id: str, awaited: str | None, timeout: float) -> None:
    """Show what became of a message at each recipient."""
    caller = run.caller()
    if awaited is None:
        entry = history.status(run.registry, caller, task_id)
    else:
        entry = _status_after(run, caller, task_id, awaited, timeout)
    run.say(envelope.status_text(entry), envelope.status_document(entry))


def _status_after(
    run: Invocation, caller: Caller, task_id: str, awaited: str, timeout: float
) -> Entry:
    """The message, once each of its deliveries has reached a step."""
    from cafleet_core.broker.messages import await_step  # few wait
    from cafleet_core.cli import patience

    step = await_step.Step(awaited)

    def wait(left: float) -> Entry:
        waited = timeout - left
        return await_step.status(run.registry, caller, task_id, step, left, waited)

    return patience.through_trouble(run, wait, timeout)
