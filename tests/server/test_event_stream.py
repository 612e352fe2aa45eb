"""`GET /api/v1/events`: each event once and in order, across cut connections and servers."""

from __future__ import annotations

import time
from pathlib import Path

from cafleet_core.broker.events import history
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import events
from cafleet_core.views import EventFilter
from cafleet_tui.server.api.event_stream import MOST_STREAMS
from tests.server.api_client import exchange, token_of
from tests.server.serving import Serving
from tests.server.stream import Stream
from tests.team import Team, a_team
from tests.terminal import cafleet, command_line, environment, eventually


def tell(registry: Registry, team: Team, words: str) -> None:
    send.send(registry, team.director, [team.administrator], words)


def test_what_happens_comes_at_once_as_the_command_prints_it(
    registry: Registry, registry_path: Path, serving: Serving
) -> None:
    team = a_team(registry, "alice")
    with Stream(serving, "?kinds=sent") as stream:
        began = time.monotonic()
        tell(registry, team, "hello")
        (event,) = stream.take(1)
        assert time.monotonic() - began < 10
    listed = cafleet(
        *(registry_path, "event", "list", "--session-id", team.session.session_id),
        *("--kind", "sent", "--json"),
    )
    assert [event] == listed.document


def test_nothing_is_missed_and_nothing_comes_twice_through_cuts_and_restarts(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "alice")
    first = events.last_seq(registry, None)
    got: list[int] = []
    last = ""
    for number in range(6):
        # every connection meets a server of its own, and events from before, while, after
        with (
            Serving(command_line(), environment(registry_path)) as serving,
            Stream(serving, "", last) as stream,
        ):
            tell(registry, team, f"while {number}")
            got += [each["seq"] for each in stream.take(1)]
            last = stream.last
        tell(registry, team, f"away {number}")
    with (
        Serving(command_line(), environment(registry_path)) as serving,
        Stream(serving, "", last) as stream,
    ):
        wanted = events.after(registry, first, EventFilter(), 1000)
        got += [each["seq"] for each in stream.take(len(wanted) - len(got))]
    assert got == [each.seq for each in wanted]


def test_who_is_cut_off_before_anything_has_happened_knows_where_to_go_on(
    registry: Registry, serving: Serving
) -> None:
    team = a_team(registry, "alice")
    with Stream(serving) as stream:
        last = stream.last
    tell(registry, team, "meanwhile")
    with Stream(serving, "?kinds=sent", last) as stream:
        (event,) = stream.take(1)
    assert event["kind"] == "sent"


def test_only_of_one_session(registry: Registry, serving: Serving) -> None:
    team, other = a_team(registry, "alice"), a_team(registry, "bob")
    with Stream(
        serving, f"?session={team.session.session_id[:8]}&kinds=sent"
    ) as stream:
        tell(registry, other, "elsewhere")
        tell(registry, team, "here")
        (event,) = stream.take(1)
    assert event["session_id"] == team.session.session_id


def test_readers_that_have_gone_leave_room_for_others(
    registry: Registry, serving: Serving
) -> None:
    a_team(registry)
    open_streams = [Stream(serving) for _ in range(MOST_STREAMS)]
    headers = {"Authorization": f"Bearer {token_of(serving)}"}
    assert exchange(serving, "GET", "/api/v1/events", headers)[0] == 409
    for stream in open_streams:
        with stream:
            pass

    def room_again() -> bool:
        try:
            with Stream(serving):
                return True
        except OSError:
            return False

    assert eventually(room_again)


def test_what_is_asked_for_wrongly_is_refused(
    registry: Registry, serving: Serving
) -> None:
    a_team(registry)
    headers = {"Authorization": f"Bearer {token_of(serving)}"}
    for query in ("?kinds=nothing", "?session=nobody", "?after=x", "?kind=sent"):
        status, _, _ = exchange(serving, "GET", f"/api/v1/events{query}", headers)
        assert status in (400, 404)


def test_a_hostile_text_cannot_end_a_frame(
    registry: Registry, serving: Serving
) -> None:
    team = a_team(registry, "alice")
    with registry.write():
        registry.execute(
            "UPDATE agents SET name = ? WHERE name = 'alice'",
            ("a\n\nid: 1\ndata: {}\n\n\x1b[31m",),
        )
    with Stream(serving, "?kinds=pushed,sent".replace(",", "&kinds=")) as stream:
        send.send(registry, team.director, [team.others["alice"]], "to do")
        pair = stream.take(2)
    assert {event["kind"] for event in pair} == {"sent", "pushed"}
    assert "\x1b" not in str(pair)
    assert history.newest(registry, EventFilter(), 1)[0].seq == max(
        event["seq"] for event in pair
    )
