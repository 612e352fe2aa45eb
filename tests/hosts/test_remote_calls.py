"""What is asked of a member on another machine: done there, at most once, where it may be."""

from __future__ import annotations

import threading
import time
from contextlib import closing

import psycopg
import pytest

from cafleet_core import clock, host, ids
from cafleet_core.broker.hosts import presence, remote_call
from cafleet_core.broker.hosts.remote_call import EXPIRES_SECONDS, OutcomeUnknown
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.states import Verb
from cafleet_core.storage import hosts, requests
from cafleet_core.storage.hosts import Host
from cafleet_core.storage.registry import NO_SESSION
from tests.hosts.crew import Crew
from tests.postgres import Server
from tests.team import a_team
from tests.terminal import eventually


@pytest.fixture
def crew(crew: Crew) -> Crew:
    """With bob as the Director's member, whose machine accepts nothing more than usual."""
    crew.hire_bob()
    return crew


def test_a_member_elsewhere_is_pinged_prompted_captured_and_listed(crew: Crew) -> None:
    crew.lab.start_host()
    assert crew.ask("ping").startswith("Pinged member bob")
    eventually(lambda: any("message poll" in turn for turn in crew.bob_was_told()))
    assert crew.ask("prompt", "please", "look").startswith("Sent prompt")
    eventually(lambda: "please look" in crew.bob_was_told())
    assert "please look" in crew.ask("capture")
    user = crew.office.url.split("//")[1].split("@")[0]
    assert asked(crew) == [(verb, user) for verb in ("ping", "prompt", "capture")]
    assert "please look" not in outcomes(crew)  # no screen is kept
    listed = crew.as_director("member", "list").out
    assert host.name() in listed
    assert "(away)" not in listed


def test_what_a_machine_does_not_accept_is_not_done_there(crew: Crew) -> None:
    crew.lab.start_host()
    refused = crew.as_director("member", "exec", *crew.bob, "touch /tmp/x")
    assert (refused.code, refused.out) == (1, "")
    assert "does not accept 'exec' from other machines" in refused.err
    sly = crew.as_director("member", "prompt", *crew.bob, "! touch /tmp/x")
    assert "does not accept 'exec'" in sly.err
    assert crew.as_director("member", "delete", *crew.bob).code == 1
    assert crew.bob_was_told() == []


def test_where_it_is_allowed_a_command_is_run_and_a_member_deleted(crew: Crew) -> None:
    crew.lab.start_host("--accept", "exec", "--accept", "delete")
    assert "Sent command" in crew.ask("exec", "true")
    eventually(crew.bob_was_told)
    assert "Member deleted" in crew.ask("delete")
    eventually(lambda: crew.bob_pane not in crew.lab.panes())


def test_a_machine_that_is_away_is_not_asked(crew: Crew) -> None:
    refused = crew.as_director("member", "ping", *crew.bob)
    assert refused.code == 1
    assert "is away: no host process of it was seen" in refused.err
    assert "(away)" in crew.as_director("member", "list").out


def test_what_is_wrong_there_is_told_as_it_is_here(crew: Crew) -> None:
    crew.lab.start_host()
    here = crew.as_director("member", "send-input", *crew.bob, "--choice", "1")
    assert here.code == 1
    assert "no question is on the screen of member" in here.err


def test_who_asks_a_machine_that_goes_away_meanwhile_is_not_kept_waiting(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has begun with it, so that nobody knows what became of it."""
    monkeypatch.setattr(presence, "AWAY_SECONDS", 1.0)
    there = Host(ids.new(), "lab", accepts="ping")
    with closing(open_registry(server.new_schema())) as registry:
        team = a_team(registry, "alice")
        signed = there._replace(seen_at=clock.stamp())
        registry.change(NO_SESSION, hosts.sign(signed))
        threading.Thread(target=begin, args=(registry.url, there)).start()
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown, match="has begun with it, and has not told"):
            remote_call.ask(
                *(registry, team.caller("Director"), there.host_id),
                *(team.others["alice"].agent_id, Verb.PING, {}),
            )
        assert time.monotonic() - began < EXPIRES_SECONDS


def begin(url: str, there: Host) -> None:
    """Begin with what a machine is asked, and do no more."""
    with closing(open_registry(url)) as registry:
        [request] = eventually(
            lambda: requests.waiting(registry, there.host_id, clock.stamp())
        )
        claim = requests.claim(request.request_id, clock.stamp())
        registry.change(request.session_id, claim)


def asked(crew: Crew) -> list[tuple[str, str]]:
    """Each verb that was asked for, and as which user of the server."""
    with psycopg.connect(crew.office.url) as database:
        rows = database.execute("SELECT verb, role FROM requests ORDER BY created_at")
        return [(verb, role) for verb, role in rows]


def outcomes(crew: Crew) -> str:
    """What is stored of what came of all that was asked for."""
    with psycopg.connect(crew.office.url) as database:
        rows = database.execute("SELECT outcome FROM requests").fetchall()
        return " ".join(outcome for (outcome,) in rows)
