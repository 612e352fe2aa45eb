"""`message send --at|--every|--expires|--urgent` and `member watch`: what is printed and refused."""

from __future__ import annotations

import pytest

from cafleet_core import clock
from tests.cli.conftest import Prompt
from tests.cli.desk import Desk
from tests.terminal import Ran

TO_ALICE = ("send", "--to", "alice", "--text", "look again")


def scheduled(as_agent: Prompt, *options: str) -> Ran:
    sent = as_agent("bob", *TO_ALICE, *options)
    assert sent.code == 0, sent.err
    return sent


def test_every_command_shows_the_time_until_it_is_sent(as_agent: Prompt) -> None:
    sent = scheduled(as_agent, "--at", "+1h", "--urgent")
    said, push = sent.out.splitlines()
    assert push == "push: held (scheduled)"
    known, at, urgent = said.split(" | ")
    done, _, task_id = known.partition(". ")
    assert done == "Message scheduled"
    assert urgent == "urgent"
    coming = clock.parse(at.removeprefix("at:"))
    assert 3580 < clock.age(clock.stamp(), coming) <= 3600
    assert as_agent("alice", "message", "poll").out == "No messages found.\n"
    assert at in as_agent("alice", "message", "show", "--task-id", task_id).out
    assert f"scheduled {at}" in as_agent("bob", "message", "list").out
    status = as_agent("bob", "message", "status", "--task-id", task_id)
    assert f"alice scheduled {at} urgent push: held (scheduled)" in status.out
    ack = as_agent("alice", "message", "ack", "--task-id", task_id)
    assert "Cannot ACK task in state scheduled" in ack.err
    assert (
        "Task canceled."
        in as_agent("bob", "message", "cancel", "--task-id", task_id).out
    )


def test_as_json_it_says_so_too(as_agent: Prompt) -> None:
    document = scheduled(
        as_agent, "--every", "0  9 * * 1-5", "--expires", "30m", "--json"
    ).document
    assert document["push"] == {"outcome": "held", "reason": "scheduled"}
    task = document["task"]
    assert (task["state"], task["every"]) == ("scheduled", "0 9 * * 1-5")
    lasts = clock.age(task["not_before"], clock.parse(task["expires_at"]))
    assert lasts == 1800
    (entry,) = as_agent("bob", "message", "list", "--json").document
    assert entry["deliveries"][0]["not_before"] == task["not_before"]


def test_who_waits_for_mail_gets_it_in_time(as_agent: Prompt) -> None:
    scheduled(as_agent, "--at", "+2s")
    waited = as_agent("alice", "message", "poll", "--wait", "30")
    assert "look again" in waited.out


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--at", "soon"), "--at 'soon': it is neither a time such as 17:00"),
        (("--at", "2020-01-01"), "--at '2020-01-01': it is past"),
        (("--expires", "10m ago"), "--expires '10m ago': it is past"),
        (("--every", "hourly"), "--every 'hourly' is no cron expression"),
        (("--at", "+1h", "--every", "0 9 * * *"), "give --at or --every, not both"),
        (("--at", "\x1b[31m"), "it is neither a time"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    as_agent: Prompt, options: tuple[str, ...], why: str
) -> None:
    sent = as_agent("bob", *TO_ALICE, *options)
    assert sent.code != 0
    assert why in sent.err.splitlines()[0]
    assert "\x1b" not in sent.err
    assert as_agent("bob", "message", "list").out == "No messages found.\n"


def test_a_member_is_watched(desk: Desk) -> None:
    assert desk.hire("worker").code == 0
    watched = desk("member", "watch", "worker", "--until", "exit")
    assert watched.code == 0, watched.err
    assert watched.out.endswith("comes when worker is gone.\n")
    document = desk("member", "watch", "worker", "--until", "exit", "--json").document
    assert (document["name"], document["until"]) == ("worker", "exit")
    assert document["id"]
    nothing = desk("member", "watch", "worker", "--until", "ack")
    assert "has no message of yours to ack" in nothing.err
    assert nothing.code == 1
