"""Notices of commits from a server: the agents and sessions that each concerns, by id alone.

A notice only wakes its reader, which then reads rows; a reader that got none looks after a
while all the same.
"""

from __future__ import annotations

ANYTHING = ""
"""Told where it is not known what was missed, as after a connection was lost."""


def owed(host_id: str) -> str:
    """Something is owed to agents of a machine."""
    return f"h {host_id}"


def asked(host_id: str) -> str:
    """Something is asked of a machine."""
    return f"r {host_id}"


def changed(session_id: str) -> str:
    """Something of a session has changed."""
    return f"s {session_id}"


def is_of_session(payload: str) -> bool:
    """Whether a notice tells of a change of a session, as `changed` names it."""
    return payload.startswith(changed(""))


def answered(request_id: str) -> str:
    """A request was begun or answered."""
    return f"a {request_id}"


class Heard:
    """The notices that have come since they were last taken; with `topics`, only theirs."""

    def __init__(self) -> None:
        self.topics: frozenset[str] = frozenset()
        self._payloads: set[str] = set()

    def add(self, payload: str) -> bool:
        """Take a notice in; whether it counts."""
        if self.topics and payload != ANYTHING and payload not in self.topics:
            return False
        self._payloads.add(payload)
        return True

    def take(self) -> set[str]:
        """Take the notices, each once."""
        payloads, self._payloads = self._payloads, set()
        return payloads
