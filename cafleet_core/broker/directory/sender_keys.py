"""The key with which an agent's program is started: proof where its processes cannot be followed.

It is handed over in the launch order and lives in the program's environment, so whatever
that starts has it too. Therefore it proves nothing of a process that could be followed to
a pane and was not: only of one in another pid namespace, as a sandbox makes.
"""

from __future__ import annotations

import os

from cafleet_core import process
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.records import Agent

VARIABLE = "CAFLEET_PROOF"
"""Its name says neither key, token nor secret: coding agents withhold variables of such names."""

_BYTES = 32


def given(agent: Agent) -> tuple[Agent, str]:
    """An agent that is about to be placed, with what is kept of a new key; and that key.

    Kept are its hash, and the pid namespace in which it was made.
    """
    key = os.urandom(_BYTES).hex()
    kept = f"{_hashed(key)} {process.namespace()}"
    placement = agent.placement and agent.placement._replace(sender_key=kept)
    return agent._replace(placement=placement), key


def proves(agent: Agent, key: str) -> bool:
    """Whether a key is this agent's, shown from a place where processes cannot be followed."""
    stored = agent.placement.sender_key if agent.placement is not None else ""
    digest, _, namespace = stored.partition(" ")
    if not key or not digest or namespace == process.namespace():
        return False
    import hmac  # few are in a sandbox

    return hmac.compare_digest(digest, _hashed(key))


def _hashed(key: str) -> str:
    import hashlib  # see above

    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
