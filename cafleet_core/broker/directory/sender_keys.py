"""The secret an agent's program is started with: proof where processes cannot be followed.

It is passed in the launch order and lives in the program's environment, so every process
that the program starts has it too. It therefore proves nothing for a process that could be
followed to a pane and was not, only for one in another pid namespace, such as a sandbox.
"""

from __future__ import annotations

import os

from cafleet_core import process
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.records import Agent

VARIABLE = "CAFLEET_PROOF"
"""Its name holds neither key, token nor secret: coding agents remove variables named so."""

_BYTES = 32


def given(agent: Agent) -> tuple[Agent, str]:
    """The agent with the hash of a new key and the pid namespace in its placement; and the key."""
    key = os.urandom(_BYTES).hex()
    kept = f"{_hashed(key)} {process.namespace()}"
    placement = agent.placement and agent.placement._replace(sender_key=kept)
    return agent._replace(placement=placement), key


def proves(agent: Agent, key: str) -> bool:
    """Whether a key is this agent's, presented from another pid namespace than it was made in."""
    if not key or agent.placement is None:
        return False
    digest, _, namespace = agent.placement.sender_key.partition(" ")
    if namespace == process.namespace():
        return False
    import hmac  # only for callers in a sandbox

    return hmac.compare_digest(digest, _hashed(key))


def _hashed(key: str) -> str:
    import hashlib  # only to start agents, and as above

    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
