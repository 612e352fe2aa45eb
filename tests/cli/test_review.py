"""`message send --review`: comments on lines of files, and the ack of each on its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cafleet_core import clock
from cafleet_core.broker.messages import inbox, reviews
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import comments, timeline
from tests.cli.conftest import Prompt
from tests.team import Team

REVIEW = """\
docs/plan.md:12 Say which database.
src/app.py:-3 Why was this removed?
  It still guards the lock.
docs/plan.md:0 Too long.
"""


@pytest.fixture
def review(tmp_path: Path) -> Path:
    file = tmp_path / "review.txt"
    file.write_text(REVIEW)
    return file


def send(as_agent: Prompt, review: Path, *more: str) -> Any:
    sent = as_agent(
        "bob", "send", "alice", "--review", str(review), "--json", "--full", *more
    )
    assert (sent.code, sent.err) == (0, "")
    return sent.document["task"]


def polled(as_agent: Prompt) -> list[str]:
    return as_agent("alice", "poll").out.splitlines()


def test_a_recipient_reads_every_comment_with_its_place(
    as_agent: Prompt, team: Team, review: Path
) -> None:
    task_id = send(as_agent, review, "--text", "Two of them matter.")["task_id"]
    head, *below = polled(as_agent)
    assert head.endswith(f" | kind:review | ack:{task_id[:8]}/N]")
    assert below == [
        "Two of them matter.",
        "",
        "1 docs/plan.md:12 Say which database.",
        "2 src/app.py:-3 Why was this removed?",
        "  It still guards the lock.",
        "3 docs/plan.md:0 Too long.",
    ]
    [document] = as_agent("alice", "poll", "--json").document
    assert document["kind"] == "review"
    assert document["comments"][1] == {
        "number": 2,
        "path": "src/app.py",
        "line": 3,
        "side": "old",
        "text": "Why was this removed?\nIt still guards the lock.",
        "acked_at": None,
    }


def test_a_review_is_never_cut(as_agent: Prompt, team: Team, review: Path) -> None:
    review.write_text("a.py:1 " + "long " * 200)
    send(as_agent, review)
    assert polled(as_agent)[1].count("long") == 200


def test_each_comment_is_acked_on_its_own_and_the_last_acks_the_review(
    as_agent: Prompt, team: Team, review: Path
) -> None:
    task_id = send(as_agent, review)["task_id"]
    short = task_id[:8]
    said = as_agent("alice", "ack", f"{short}/2", f"{short}/3")
    assert said.out == f"Acked 2 of {short}; 1 left.\n"
    assert polled(as_agent)[1:] == ["1 docs/plan.md:12 Say which database."]
    status = as_agent("bob", "message", "status", task_id).out
    assert status.splitlines()[-1] == "  comments acked 2 of 3, open: 1"
    done = as_agent("alice", "ack", f"{short}/1", "--json").document
    assert done == [{"id": task_id, "acked": 3, "left": 0}]
    assert as_agent("alice", "poll").out == "No messages found.\n"
    assert "acked 1 of 1" in as_agent("bob", "message", "status", task_id).out
    shown = as_agent("alice", "message", "show", task_id)
    assert "2 src/app.py:-3" in shown.out
    assert "ack:" not in shown.out


def test_whoever_acks_the_whole_acks_all_comments(
    as_agent: Prompt, registry: Registry, team: Team, review: Path
) -> None:
    task_id = send(as_agent, review)["task_id"]
    assert as_agent("alice", "ack", task_id[:8]).out == "Acked 1 message.\n"
    assert reviews.open_to(registry, team.others["alice"]) == []
    status = as_agent("bob", "message", "status", task_id).out
    assert status.splitlines()[-1] == "  comments acked 3 of 3"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("9", "there is no comment"),
        ("x", "there is no comment"),
        ("2", "acked already"),
    ],
)
def test_nothing_is_acked_where_a_comment_is_not_open(
    as_agent: Prompt,
    registry: Registry,
    team: Team,
    review: Path,
    number: str,
    words: str,
) -> None:
    short = send(as_agent, review)["task_id"][:8]
    as_agent("alice", "ack", f"{short}/2")
    refused = as_agent("alice", "ack", f"{short}/1", f"{short}/{number}")
    assert refused.code != 0
    assert words in refused.err
    open_ones = [
        each.comment.number for each in reviews.open_to(registry, team.others["alice"])
    ]
    assert open_ones == [1, 3]


def test_only_the_recipient_acks_a_comment(
    as_agent: Prompt, registry: Registry, team: Team, review: Path
) -> None:
    short = send(as_agent, review)["task_id"][:8]
    assert "Only the recipient" in as_agent("bob", "ack", f"{short}/1").err
    assert len(reviews.open_to(registry, team.others["alice"])) == 3


def test_an_ack_of_a_comment_is_seen_as_a_change_and_as_an_act(
    as_agent: Prompt, registry: Registry, team: Team, review: Path
) -> None:
    task_id = send(as_agent, review)["task_id"]
    inbox.poll(registry, team.others["alice"])
    session_id = team.session.session_id
    before = timeline.last_change(registry, session_id)
    as_agent("alice", "ack", f"{task_id}/1")
    [entry] = timeline.changed(registry, session_id, before.version)
    assert [bool(each.acked_at) for each in entry.comments] == [True, False, False]
    [acted] = registry.row(
        "SELECT last_active_at FROM agents WHERE agent_id = ?",
        (team.others["alice"].agent_id,),
    )
    assert acted == entry.comments[0].acked_at


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "there is no comment"),
        ("look here", "line 1 is neither"),
        ("a.py:1 good\na.py 2 bad", "line 2 is neither"),
        ("a.py:1 x\n" * 201, "at most 200"),
        ("a.py:1 " + "x" * 4001, "over 4000"),
        ("a\x1bb:1 x", "cannot be shown"),
        ("a.py:1 \x07", "is empty"),
    ],
)
def test_what_is_no_review_is_refused_with_its_line(
    as_agent: Prompt,
    registry: Registry,
    team: Team,
    review: Path,
    written: str,
    words: str,
) -> None:
    review.write_text(written)
    refused = as_agent("bob", "send", "alice", "--review", str(review))
    assert refused.code != 0
    assert words in refused.err
    assert inbox.poll(registry, team.others["alice"]) == []


def test_a_review_goes_to_one_agent_once(
    as_agent: Prompt, team: Team, review: Path
) -> None:
    more = ("--review", str(review), "--text", "look")
    several = as_agent("bob", "send", "--to", "alice", "--to", "Director", *more)
    assert "goes to one agent" in several.err
    again = as_agent("bob", "send", "alice", "--every", "0 9 * * *", *more)
    assert "--every time cannot be a --review" in again.err


def test_a_review_that_is_tried_again_comes_once(
    as_agent: Prompt, registry: Registry, team: Team, review: Path
) -> None:
    own = ("--id", "0b9e53a7-5f4e-4c8e-9d3c-1f0a5c2b7d11")
    send(as_agent, review, *own)
    send(as_agent, review, *own)
    assert registry.row("SELECT COUNT(*) FROM comments")[0] == 3


def test_comments_go_with_their_message(
    as_agent: Prompt, registry: Registry, team: Team, review: Path
) -> None:
    send(as_agent, review)
    as_agent("alice", "ack", "--all")
    maintenance.prune(registry, clock.stamp(), dry_run=False)
    assert registry.row("SELECT COUNT(*) FROM comments")[0] == 0


def test_files_may_come_with_a_review(
    as_agent: Prompt, team: Team, review: Path
) -> None:
    send(as_agent, review, "--attach", str(review))
    head, file, first, *_ = polled(as_agent)
    assert " | files:1 | kind:review | " in head
    assert file == f"file: {review} ({len(REVIEW)} B)"
    assert first.startswith("1 docs/plan.md:12")


def test_what_is_settled_keeps_its_stamp(
    as_agent: Prompt, registry: Registry, team: Team, review: Path
) -> None:
    task_id = send(as_agent, review)["task_id"]
    alice, later = team.others["alice"], clock.stamp_after(clock.now(), 60)
    as_agent("alice", "ack", f"{task_id}/1")
    comments.ack(registry, alice, task_id, [1], later)
    as_agent("bob", "message", "cancel", task_id)
    comments.ack(registry, alice, task_id, [2, 3], later)
    known = comments.of_reviews(registry, [task_id])[task_id]
    assert later not in {each.acked_at for each in known}
    assert [bool(each.acked_at) for each in known] == [True, False, False]
