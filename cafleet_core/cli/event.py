"""`cafleet event`: list, follow, and try a rule."""

from __future__ import annotations

import os

from cafleet_core import clock, text
from cafleet_core.broker.directory import identity
from cafleet_core.broker.events import history
from cafleet_core.cli import output
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import EventKind
from cafleet_core.views import EventFilter

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Event


def listing(
    run: Invocation,
    kinds: tuple[str, ...],
    agent: str | None,
    everywhere: bool,
    since: str | None,
    limit: int,
) -> None:
    """Show what has happened, the newest last."""
    wanted = _wanted(run, kinds, agent, everywhere)._replace(since=since)
    happened = history.newest(run.registry, wanted, limit)
    run.say(
        "\n".join(map(_line, happened)) or "No events found.",
        [document(each) for each in happened],
    )


def follow(
    run: Invocation,
    kinds: tuple[str, ...],
    agent: str | None,
    everywhere: bool,
    after: int | None,
) -> None:
    """Show what happens, a line each, until it is interrupted.

    Each event has a number, `seq`. Started again with --after and the last number that was
    read, it misses no event and repeats none.
    """
    from cafleet_core.broker.events.follow import Follower

    run.read_only = True  # it only looks, for as long as it runs
    wanted = _wanted(run, kinds, agent, everywhere)
    follower = Follower(run.settings.registry, wanted, after, output.note)
    try:
        for happened in follower.events():
            run.say(_line(happened), document(happened))
            output.flush()
    except KeyboardInterrupt:
        pass  # the way in which it ends
    finally:
        follower.close()


def try_rule(run: Invocation, rule: str) -> int:
    """Do now what a rule says, about an event that is made up; 1 where that fails.

    RULE is its name in config.toml, or the number of its [[on]].
    """
    from cafleet_core.event_rules import trial

    tried = trial.rule_named(rule, os.environ)
    outcome = trial.carry_out(tried, run.session_if_known())
    words = [f"{tried.name}: {outcome.words}"]
    run.say(
        "\n".join([*words, outcome.output] if outcome.output else words),
        {"rule": tried.name, **outcome._asdict()},
    )
    return 0 if outcome.ok else 1


def _wanted(
    run: Invocation, kinds: tuple[str, ...], agent: str | None, everywhere: bool
) -> EventFilter:
    session_id = None if everywhere else run.session().session_id
    agent_id = None
    if agent is not None:
        session_id = session_id or run.session().session_id
        agent_id = identity.find_agent(run.registry, session_id, agent).agent_id
    return EventFilter(session_id, agent_id, tuple(EventKind(kind) for kind in kinds))


def _line(happened: Event) -> str:
    """One event for a reader who pays for each character: time, who, what, about what."""
    words = [
        f"{happened.seq} {clock.local_time(happened.at)}",
        text.label(happened.agent_name or "-"),
        happened.kind,
    ]
    if happened.kind == EventKind.STATE:
        words.append(f"{happened.old or '-'} > {happened.new}")
    elif happened.kind in (EventKind.PUSHED, EventKind.JOINED, EventKind.ANSWERED):
        words.append(happened.new or "")
    if happened.reference:
        words.append(happened.reference[:8])
    if happened.kind in (EventKind.ASKED, EventKind.ANSWERED, EventKind.CAPTURED):
        words.append(text.label(_detail_words(happened)))
    return " ".join(word for word in words if word)


def _detail_words(happened: Event) -> str:
    detail = history.detail(happened)
    if happened.kind == EventKind.ASKED:
        return str(detail.get("asked", ""))
    via = f", {detail['interface']}" if "interface" in detail else ""
    by = f"(by {detail.get('by_name', '-')}{via})"
    return f"{detail.get('label', '')} {by}".strip()


def document(happened: Event) -> dict[str, Any]:
    """An event in the keys that scripts may rely on: every column, and what else is known of it."""
    return {**happened._asdict(), "detail": history.detail(happened)}
