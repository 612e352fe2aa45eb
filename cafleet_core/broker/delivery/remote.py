"""Pushes to agents on other machines: their host processes type, the sender awaits it."""

from __future__ import annotations

import time

from cafleet_core import clock
from cafleet_core.broker.hosts import presence
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from cafleet_core.storage import notices, outbox, tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.broker.hosts.presence import Host
    from cafleet_core.config.rules import PushRules
    from cafleet_core.records import Agent, Task
    from cafleet_core.storage.commits import Commits
    from cafleet_core.storage.registry import Registry


class RemotePushes:
    """The pushes of one message to other machines; made before the message is committed.

    From then on it listens, so that no outcome is missed. Which machines are away, and so not
    waited for, a server tells with the commit.
    """

    def __init__(
        self, registry: Registry, recipients: Sequence[Agent], rules: PushRules
    ) -> None:
        self._registry = registry
        self._seconds = rules.remote_wait
        self._homes = {
            agent.agent_id: agent.placement.host
            for agent in recipients
            if agent.placement is not None
        }
        self._away: set[str] = set()
        topics = {notices.changed(agent.session_id) for agent in recipients}
        self._commits: Commits | None = (
            registry.watch(topics=topics) if self._seconds else None
        )
        registry.foresee(self._known)

    def settled(self, task_ids: Sequence[str]) -> list[tuple[Task, PushResult]]:
        """What became of these tasks there, once all is known or time is up.

        What is not known by then stays owed, and is typed once that machine is back.
        """
        hosts, now = self._known(self._registry), clock.now()
        self._away = {
            agent_id
            for agent_id, home in self._homes.items()
            if not presence.is_there(hosts.get(home), now)
        }
        ours = list(filter(self.concerns, tasks.get(self._registry, task_ids)))
        ours = self._awaited(ours)
        self._leave([task for task in ours if not _is_told(task)])
        return [(task, self._result(task)) for task in ours]

    def concerns(self, task: Task) -> bool:
        """Whether a task's recipient lives on another machine."""
        return task.context_id in self._homes

    def untold(self, task: Task) -> PushResult:
        """The result of a push that its machine has told nothing of."""
        return PushResult(PushOutcome.HELD, self._reason(task))

    def _known(self, registry: Registry) -> dict[str, Host]:
        return presence.known(registry, self._homes.values())

    def _awaited(self, ours: list[Task]) -> list[Task]:
        deadline = time.monotonic() + self._seconds
        ids = [task.task_id for task in ours]
        while self._commits is not None and self._is_waiting(ours):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self._commits.wait(left)
            ours = tasks.get(self._registry, ids)
        if self._commits is not None:
            self._commits.close()
        return ours

    def _is_waiting(self, ours: Sequence[Task]) -> bool:
        return any(
            not _is_told(task) for task in ours if task.context_id not in self._away
        )

    def _leave(self, untold: Sequence[Task]) -> None:
        """Store why the pushes are held, unless somebody is at them by now."""
        at = clock.stamp()
        alike: dict[PushReason, list[str]] = {}
        for task in untold:
            alike.setdefault(self._reason(task), []).append(task.task_id)
        statements = [
            outbox.leave(task_ids, reason, at) for reason, task_ids in alike.items()
        ]
        if statements:
            self._registry.change(untold[0].session_id, *statements, durable=False)

    def _result(self, task: Task) -> PushResult:
        if _is_told(task):
            outcome = task.push_outcome or PushOutcome.DELIVERED
            return PushResult(outcome, task.push_reason)
        return self.untold(task)

    def _reason(self, task: Task) -> PushReason:
        is_away = task.context_id in self._away
        return PushReason.HOST_AWAY if is_away else PushReason.OTHER_HOST


def _is_told(task: Task) -> bool:
    """Whether the recipient's machine has tried."""
    return task.push_outcome is not None
