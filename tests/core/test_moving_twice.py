"""Whatever history an earlier registry holds: importing it again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry
from cafleet_core.states import TaskState
from tests.core.moved import everything, move_in
from tests.earlier import ERAS, EarlierRegistry, Era, Id
from tests.registries import a_registry

STATES = (TaskState.INPUT_REQUIRED, "completed", "canceled")


class Message(NamedTuple):
    """Who writes to whom, by their places in the team, and what becomes of each delivery."""

    sender: int
    recipients: dict[int, str]
    body: str


class History(NamedTuple):
    """A team by name, what was said in it, and who left in the end."""

    names: list[str]
    said: list[Message]
    left: set[int]


PLACES = st.integers(0, 3)

HISTORIES = st.builds(
    History,
    st.lists(st.text(max_size=70), min_size=2, max_size=2),
    st.lists(
        st.builds(
            Message,
            PLACES,
            st.dictionaries(PLACES, st.sampled_from(STATES), min_size=1),
            st.text(),
        ),
        max_size=5,
    ),
    st.sets(st.integers(2, 3)),
)


def written(source: EarlierRegistry, history: History) -> list[Counter[str]]:
    """Write a history down; the states of each message's deliveries in the end."""
    names = [name.encode("utf-8", "replace").decode() for name in history.names]
    _, team = source.team(*names)
    states = []
    for message in history.said:
        for task, state in zip(
            tasks_of(source, team, message), message.recipients.values(), strict=True
        ):
            if state != TaskState.INPUT_REQUIRED:
                source.move(task, state)
        states.append(
            Counter(
                TaskState.FAILED
                if state == TaskState.INPUT_REQUIRED and place in history.left
                else state
                for place, state in message.recipients.items()
            )
        )
    for place in history.left:
        source.leave(team[place])
    return states


def tasks_of(source: EarlierRegistry, team: list[Id], message: Message) -> list[Id]:
    """Send a message; its deliveries."""
    body = message.body.encode("utf-8", "replace").decode().replace("\0", "")
    to = [team[place] for place in message.recipients]
    if len(to) == 1:
        return [source.send(team[message.sender], to[0], body)]
    return source.broadcast(team[message.sender], to, body)[1:]


@contextmanager
def a_room(era: Era) -> Iterator[tuple[EarlierRegistry, Registry]]:
    with TemporaryDirectory() as folder:
        source = EarlierRegistry(Path(folder, "old.db"), era)
        with closing(source), closing(a_registry(Path(folder, "new.db"))) as registry:
            yield source, registry


@settings(max_examples=40, deadline=None)
@given(era=st.sampled_from(list(ERAS.values())), history=HISTORIES)
def test_a_second_import_is_none(era: Era, history: History) -> None:
    with a_room(era) as (source, registry):
        states = written(source, history)
        first = move_in(registry, source)
        assert first.agents["imported"] == 4
        assert first.tasks["imported"] == source.count_tasks()
        assert first.left_out == 0

        [(session_id,)] = registry.rows("SELECT session_id FROM sessions")
        entries = pages.newest(registry, session_id)
        came = [
            Counter(delivery.state for delivery in entry.deliveries)
            for entry in entries
        ]
        assert came == states
        assert maintenance.check(registry).complaints == []

        before = everything(registry)
        assert move_in(registry, source).tasks["imported"] == 0
        assert everything(registry) == before
