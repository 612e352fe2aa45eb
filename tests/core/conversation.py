"""What the members of a team say to each other, and the texts of what is read of it."""

from __future__ import annotations

from collections.abc import Iterable

from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.views import Entry
from tests.team import Team


def send(registry: Registry, team: Team, sender: str, to: str, words: str = "") -> str:
    """A message to the agents whose names `to` holds; its id."""
    recipients = [team.caller(name).agent for name in to.split()]
    body = words or f"{sender} to {to}"
    return messages.send(
        registry, team.caller(sender).agent, recipients, body
    ).task.task_id


def texts(entries: Iterable[Entry]) -> list[str]:
    """The texts of entries, in their order."""
    return [entry.text for entry in entries]
