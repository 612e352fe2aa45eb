"""Ask another machine's host process to do something to an agent there, and wait for the answer."""

from __future__ import annotations

import json
import time

from cafleet_core import clock, ids
from cafleet_core.broker.hosts import presence
from cafleet_core.errors import CafleetError, Internal, NotReady, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import notices, requests
from cafleet_core.storage.requests import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.storage.registry import Registry, Statement

EXPIRES_SECONDS = 10.0
"""Seconds after which a request may not be begun any more."""

_ANSWERED_SECONDS = 30.0
"""Seconds beyond that which something that was begun may take."""


class OutcomeUnknown(CafleetError):
    """Another machine has begun with a request, and has not told what became of it."""

    code = "outcome_unknown"
    exit_code = 3


def ask(
    registry: Registry,
    caller: Caller,
    host_id: str,
    agent_id: str | None,
    verb: str,
    arguments: Mapping[str, Any],
    seconds: float = EXPIRES_SECONDS,
    *,
    afterwards: Callable[[str], Statement] | None = None,
) -> Any:
    """Carry out a verb on another machine, at most once; returns its result.

    Raises Refused where that machine is away or does not accept the verb, NotReady where
    nothing was done in time, OutcomeUnknown where it was begun and no result has come, and
    whatever the verb raised there. `afterwards` makes the statement that runs once the
    result is here, such as one that removes a captured screen from the registry.
    """
    name = _expect_taker(registry, host_id, verb)
    at = clock.now()
    request = Request(
        request_id=ids.new(),
        session_id=caller.session.session_id,
        host_id=host_id,
        agent_id=agent_id,
        verb=verb,
        arguments=json.dumps({**arguments, "proof": caller.proof}),
        asked_by=caller.agent.agent_id,
        created_at=clock.stamp(at),
        expires_at=clock.stamp_after(at, seconds),
    )
    outcome = _answered(registry, request, seconds)
    if outcome is None:
        raise _unanswered(registry, request, name)
    if afterwards:
        registry.change(request.session_id, afterwards(request.request_id))
    return _opened(json.loads(outcome))


def _expect_taker(registry: Registry, host_id: str, verb: str) -> str:
    """The name of a machine that is there and accepts a verb; raises Refused."""
    host = presence.known(registry, [host_id]).get(host_id)
    name = presence.label(host, host_id)
    if host is None or not presence.is_there(host, clock.now()):
        raise Refused(
            f"machine {name} is away: no host process of it was seen for 15 s.",
            "Start 'cafleet host' there; a machine that never comes back, 'cafleet member"
            " delete --force' takes a member from.",
        )
    if verb not in host.accepts.split():
        raise Refused(
            f"machine {name} does not accept '{verb}' from other machines.",
            f"Its user allows it: 'cafleet host --accept {verb}', or"
            f' accepts = "{verb}" below [host] in config.toml there.',
        )
    return name


def _answered(registry: Registry, request: Request, seconds: float) -> str | None:
    """Commit the request, and wait for its outcome; None where none comes in time, or the
    machine goes away meanwhile."""
    commits = registry.watch(topics=[notices.answered(request.request_id)])
    try:
        registry.change(request.session_id, requests.add(request))
        begun = looked = time.monotonic()
        while True:
            answer = requests.get(registry, request.request_id)
            if answer.outcome is not None:
                return answer.outcome
            more = _ANSWERED_SECONDS if answer.claimed_at else 0.0
            now = time.monotonic()
            left = begun + seconds + more - now
            if now >= looked + presence.AWAY_SECONDS:
                looked = now
                if presence.is_away(registry, request.host_id):
                    return None
            if left <= 0:
                return None
            commits.wait(min(left, presence.AWAY_SECONDS))
    finally:
        commits.close()


def _unanswered(registry: Registry, request: Request, name: str) -> CafleetError:
    """The error where no answer came; a request that was not begun is given up for good."""
    given_up = requests.give_up(request.request_id, clock.stamp())
    [rows] = registry.change(request.session_id, given_up)
    if rows:
        return NotReady(f"machine {name} has not answered in time; nothing was done.")
    return OutcomeUnknown(
        f"machine {name} has begun with it, and has not told what became of it:"
        " look there before you try again."
    )


def done(result: object) -> str:
    """An outcome as it is stored: what came of a verb."""
    return json.dumps({"result": result})


def failed(error: CafleetError) -> str:
    """An outcome as it is stored: what was raised instead."""
    return json.dumps(
        {
            "error": type(error).__name__,
            "message": error.message,
            "way_out": error.way_out,
        }
    )


def _opened(outcome: Mapping[str, Any]) -> Any:
    if "error" not in outcome:
        return outcome["result"]
    kind = _errors().get(outcome["error"], Refused)
    raised = kind(str(outcome["message"]))
    raised.way_out = str(outcome.get("way_out", ""))
    raise raised


def _errors() -> dict[str, type[CafleetError]]:
    """The errors that are raised here as they were there, by name."""
    return {
        kind.__name__: kind for kind in _below(CafleetError) if kind is not Internal
    }


def _below(kind: type[CafleetError]) -> Iterator[type[CafleetError]]:
    each: Iterable[type[CafleetError]] = kind.__subclasses__()
    for below in each:
        yield below
        yield from _below(below)
