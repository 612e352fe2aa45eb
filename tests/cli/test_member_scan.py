"""`member scan`: every pane in one call, with its time and digest; told only once changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.terminal import eventually


@pytest.fixture
def crew(desk: Desk) -> Desk:
    """A Director with two members whose screens stand still."""
    for name in ("one", "two"):
        assert desk.hire(name, "--env", "CAFLEET_STANDIN_BEHAVIOUR=quiet").code == 0
    return desk


def test_all_panes_of_a_server_are_taken_with_one_call_of_tmux(
    crew: Desk, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    documents = crew("member", "scan", "--json", CAFLEET_TRACE=str(trace)).document
    assert [each["name"] for each in documents] == ["Director", "one", "two"]
    human = (
        "--session-id",
        crew.team.session.session_id,
        "--agent-id",
        "Administrator",
    )
    seen = crew("member", "scan", "--json", *human).document
    assert [each["name"] for each in seen] == ["Director", "one", "two"]
    assert len({each["captured_at"] for each in documents}) == 1
    captures = [
        line for line in trace.read_text().splitlines() if "capture-pane" in line
    ]
    assert len(captures) == 1


def test_what_has_not_changed_costs_a_word(crew: Desk) -> None:
    before = {each["name"]: each for each in crew("team", "scan", "--json").document}
    pane, digest = before["two"]["pane_id"], before["one"]["content_sha256"]
    crew.terminal.keys(pane, "-l", "half a thought")
    eventually(lambda: "half a thought" in crew.terminal.screen(pane))
    known = [f"--unchanged-since=two={before['two']['content_sha256']}"]
    known += [f"--unchanged-since={digest[:16]}"]
    now = {
        each["name"]: each for each in crew("member", "scan", "--json", *known).document
    }
    assert (now["one"]["unchanged"], "content" in now["one"]) == (True, False)
    assert now["two"]["unchanged"] is False
    assert "half a thought" in now["two"]["content"]
    shown = crew("member", "scan", *known).out
    head, line, *_ = shown[shown.index("=== one") :].splitlines()
    assert (head.split()[-2], line) == (digest[:16], "unchanged")
    assert "half a thought" in shown
    alone = crew("member", "capture", "one", "--unchanged-since", digest)
    assert alone.out == "unchanged\n"
    other = crew("member", "capture", "one", "--unchanged-since", f"two={digest}")
    assert "No language model" in other.out


def test_one_that_is_gone_is_told_beside_the_others(crew: Desk) -> None:
    before = {each["name"]: each for each in crew("member", "scan", "--json").document}
    crew.terminal.tmux("kill-pane", "-t", before["one"]["pane_id"])
    now = {each["name"]: each for each in crew("member", "scan", "--json").document}
    assert "is gone." in now["one"]["error"]
    assert (now["two"]["error"], now["two"]["lines"] > 0) == (None, True)


@pytest.mark.parametrize("digest", ["", "abc", "x" * 64, "one=", "one=12345g78"])
def test_what_is_no_digest_is_refused(desk: Desk, digest: str) -> None:
    refused = desk("member", "scan", f"--unchanged-since={digest}")
    assert (refused.code, refused.out) == (2, "")
    assert "is no digest, nor NAME= and one." in refused.err
