"""Carry out the requests of other machines, each at most once, and store their outcomes."""

from __future__ import annotations

import json

from cafleet_core import clock, host
from cafleet_core.broker.directory import identity
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.hosts import remote_call
from cafleet_core.broker.team import elsewhere, remote_member, roster
from cafleet_core.errors import CafleetError, InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import SenderProof, Verb
from cafleet_core.storage import requests

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.registry.open import Registry
    from cafleet_core.host_process.long_requests import LongRequests
    from cafleet_core.storage.requests import Request


def serve(registry: Registry, accepts: str, long: LongRequests) -> int:
    """Claim the requests to this machine and carry them out; returns how many there were.

    A claimed request without an outcome was begun by a process that has died since, and is
    not carried out again. Long ones are left unclaimed while there is no room for them.
    """
    waiting = requests.waiting(registry, host.host_id(), clock.stamp())
    for request in waiting:
        is_long = long.takes(request.verb)
        if is_long and long.is_full():
            continue
        claim = requests.claim(request.request_id, clock.stamp())
        [begun] = registry.change(request.session_id, claim)
        if begun and is_long:
            long.begin(request, accepts)
        elif begun:
            answer(registry, request, accepts)
    return len(waiting)


def answer(registry: Registry, request: Request, accepts: str) -> None:
    """Carry out a request, and store its outcome."""
    store(registry, request, _outcome(registry, request, accepts))


def store(registry: Registry, request: Request, outcome: str) -> None:
    """Store an outcome, unless there is one."""
    answered = requests.answer(request.request_id, outcome, clock.stamp())
    registry.change(request.session_id, answered)


def _outcome(registry: Registry, request: Request, accepts: str) -> str:
    try:
        return remote_call.done(_carried_out(registry, request, accepts))
    except CafleetError as error:
        return remote_call.failed(error)
    except (KeyError, TypeError, ValueError):
        return remote_call.failed(
            InvalidInput(f"'{request.verb}' was asked for as nobody can do.")
        )


def _carried_out(registry: Registry, request: Request, accepts: str) -> object:
    """Carry it out with the asker's authority, as it is known here."""
    if request.verb not in accepts.split():
        raise Refused(
            f"this machine does not accept '{request.verb}' from other machines."
        )
    given: dict[str, Any] = json.loads(request.arguments)
    caller = _caller(registry, request, given.pop("proof", None))
    verb = Verb(request.verb)
    if verb == Verb.CREATE:
        return remote_member.carry_out(registry, caller, given)
    member = roster.find(registry, caller, request.agent_id or "")
    placement = member.placement
    if placement is None or placement.host != host.host_id():
        raise Refused(
            f"member {member.agent_id} does not live on this machine any more."
        )
    if verb == Verb.PROMPT:
        elsewhere.refuse_command(given["words"], accepts)
    return elsewhere.carry_out(registry, caller, member, verb, given)


def _caller(registry: Registry, request: Request, proof: str | None) -> Caller:
    session = identity.find_session(registry, request.session_id)
    agent = identity.find_agent(registry, session.session_id, request.asked_by or "")
    return Caller(
        session, identity.active(agent), SenderProof(proof) if proof else None
    )
