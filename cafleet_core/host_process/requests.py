"""Carry out what other machines ask of this one, each at most once, and tell what became of it."""

from __future__ import annotations

import json

from cafleet_core import clock, host
from cafleet_core.broker.directory import identity
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.hosts import remote_call
from cafleet_core.broker.team import elsewhere, roster
from cafleet_core.errors import CafleetError, InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import SenderProof, Verb
from cafleet_core.storage import requests

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.registry.open import Registry
    from cafleet_core.storage.requests import Request


def serve(registry: Registry, accepts: str) -> int:
    """Claim what is asked of this machine, do it, and store each outcome; how many there were.

    What is claimed and has no outcome was begun by a process that has died since: nobody
    does it again.
    """
    waiting = requests.waiting(registry, host.host_id(), clock.stamp())
    for request in waiting:
        claim = requests.claim(request.request_id, clock.stamp())
        [begun] = registry.change(request.session_id, claim)
        if begun:
            outcome = _outcome(registry, request, accepts)
            answered = requests.answer(request.request_id, outcome, clock.stamp())
            registry.change(request.session_id, answered)
    return len(waiting)


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
    """Do it with the asker's authority, as it is known here."""
    if request.verb not in accepts.split():
        raise Refused(
            f"this machine does not accept '{request.verb}' from other machines."
        )
    given: dict[str, Any] = json.loads(request.arguments)
    caller = _caller(registry, request, given.pop("proof", None))
    member = roster.find(registry, caller, request.agent_id or "")
    placement = member.placement
    if placement is None or placement.host != host.host_id():
        raise Refused(
            f"member {member.agent_id} does not live on this machine any more."
        )
    verb = Verb(request.verb)
    if verb == Verb.PROMPT:
        elsewhere.refuse_command(given["words"], accepts)
    return elsewhere.carry_out(registry, caller, member, verb, given)


def _caller(registry: Registry, request: Request, proof: str | None) -> Caller:
    session = identity.find_session(registry, request.session_id)
    agent = identity.find_agent(registry, session.session_id, request.asked_by or "")
    return Caller(
        session, identity.active(agent), SenderProof(proof) if proof else None
    )
