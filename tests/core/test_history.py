"""History: the session's messages by who, when, what words, and whether acked."""

from __future__ import annotations

import pytest

from cafleet_core.broker.messages import history
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.views import Filter
from tests.builders import at
from tests.core.conversation import send, texts
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob", "carol")


class TestHistory:
    """The filters of a history, alone and together."""

    def story(self, registry: Registry, team: Team, minutes: list[int]) -> None:
        for minute, (sender, to) in enumerate(
            [("alice", "bob"), ("bob", "alice"), ("alice", "bob carol")]
        ):
            minutes[0] = minute
            send(registry, team, sender, to)
        minutes[0] = 3
        messages.broadcast(registry, team.others["carol"], "carol to all")

    @pytest.mark.parametrize(
        ("party", "sender", "recipient", "since", "numbers"),
        [
            (None, None, None, None, [0, 1, 2, 3]),
            ("carol", None, None, None, [2, 3]),
            ("bob", None, None, None, [0, 1, 2, 3]),
            ("Director", None, None, None, [3]),
            ("Administrator", None, None, None, []),
            (None, "alice", None, None, [0, 2]),
            (None, None, "bob", None, [0, 2, 3]),
            (None, "alice", "carol", None, [2]),
            ("carol", "alice", None, None, [2]),
            ("bob", None, "alice", None, [1, 3]),
            (None, None, None, 1, [2, 3]),
            (None, "alice", None, 0, [2]),
            (None, None, "bob", 2, [3]),
            ("bob", None, None, 3, []),
        ],
    )
    def test_a_filter_keeps_what_fits(
        self,
        registry: Registry,
        team: Team,
        minutes: list[int],
        party: str | None,
        sender: str | None,
        recipient: str | None,
        since: int | None,
        numbers: list[int],
    ) -> None:
        self.story(registry, team, minutes)
        wanted = Filter(
            party=party and team.caller(party).agent.agent_id,
            sender=sender and team.caller(sender).agent.agent_id,
            recipient=recipient and team.caller(recipient).agent.agent_id,
            since=None if since is None else at(since),
        )
        entries = history.page(registry, team.session.session_id, wanted, 10)
        described = [
            "alice to bob",
            "bob to alice",
            "alice to bob carol",
            "carol to all",
        ]
        assert texts(entries) == [described[number] for number in numbers]
        assert all(entry.deliveries for entry in entries)

    @pytest.mark.parametrize("party", [None, "alice", "bob"])
    def test_the_newest_are_kept(
        self, registry: Registry, team: Team, party: str | None
    ) -> None:
        for number in range(5):
            send(registry, team, "alice", "bob carol", f"number {number}")
        wanted = Filter(party=party and team.others[party].agent_id)
        entries = history.page(registry, team.session.session_id, wanted, 2)
        assert texts(entries) == ["number 3", "number 4"]

    def test_a_limit_does_not_hide_what_fits_both_filters(
        self, registry: Registry, team: Team
    ) -> None:
        send(registry, team, "alice", "bob", "wanted")
        for _ in range(5):
            send(registry, team, "alice", "carol")
            send(registry, team, "carol", "bob")
        alice, bob = team.others["alice"].agent_id, team.others["bob"].agent_id
        wanted = Filter(sender=alice, recipient=bob)
        entries = history.page(registry, team.session.session_id, wanted, 2)
        assert texts(entries) == ["wanted"]
