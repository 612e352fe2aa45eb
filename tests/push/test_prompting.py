"""Prompts, commands and pings on recorded screens: typed as one turn at rest, else not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core import host
from cafleet_core.broker.delivery import type_now
from cafleet_core.broker.delivery.type_now import SendFailed
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.records import Agent
from tests.builders import a_placement, an_agent
from tests.push.panes import meanwhile
from tests.push.stage import AT_REST, CHOICE, DRAFT, Showing, showing, tmux_server
from tests.team import a_team
from tests.terminal import eventually

__all__ = ["showing", "tmux_server"]


def ping(member: Agent) -> None:
    type_now.ping(member)


def execute(member: Agent) -> None:
    answer.execute(member, "ls -l")


def prompt(member: Agent) -> None:
    answer.prompt(member, "first\nsecond")


PLAIN = "the text may not contain line breaks."
Acting = Callable[[Agent], None]
ACTS = [
    (ping, "the poll command"),
    (execute, "the command"),
    (prompt, "the prompt"),
]


@pytest.mark.parametrize(("act", "what"), ACTS)
@pytest.mark.parametrize(("screen", "reason"), [(CHOICE, "question"), (DRAFT, "draft")])
def test_nothing_is_typed_into_a_question_or_a_draft(
    showing: Showing, act: Acting, what: str, screen: str, reason: str
) -> None:
    stage = showing(screen)
    with pytest.raises(SendFailed) as failed:
        act(stage.member)
    assert failed.value.message == (
        f"send failed: {what} was not typed into pane {stage.pane}: held ({reason})."
    )
    assert stage.typed == ""


@pytest.mark.parametrize("coding_agent", ["claude", "unknown"])
@pytest.mark.parametrize(
    ("act", "typed"),
    [(ping, "{}\r"), (execute, "! ls -l\r"), (prompt, "first\nsecond\r")],
)
def test_at_rest_each_is_typed_as_one_turn(
    showing: Showing, act: Acting, typed: str, coding_agent: str
) -> None:
    stage = showing(AT_REST, coding_agent)
    act(stage.member)
    who = f"--agent-id {stage.member.agent_id}"
    poll = f"cafleet --session-id {stage.member.session_id} message poll {who}"
    eventually(lambda: stage.typed.endswith("\r"))
    assert stage.typed == typed.format(poll)


def test_an_empty_prompt_or_command_is_refused(showing: Showing) -> None:
    stage = showing(AT_REST)
    for words in ("", " \n", "\x1b"):
        with pytest.raises(InvalidInput, match=r"^the prompt is empty\.$"):
            answer.prompt(stage.member, words)
    for command, why in (("", "the text is empty."), ("a\nb", PLAIN), ("a\n", PLAIN)):
        with pytest.raises(InvalidInput) as refused:
            answer.execute(stage.member, command)
        assert refused.value.message == why
    assert stage.typed == ""


def test_an_agent_without_a_pane_is_refused(registry: Registry) -> None:
    alice = a_team(registry, "alice").others["alice"]
    with pytest.raises(Refused, match="has no pane yet"):
        type_now.ping(alice)


def test_nothing_is_typed_into_the_draft_of_one_at_work(showing: Showing) -> None:
    stage = showing(AT_REST)
    line = "─" * 40
    stage.terminal.draw(
        stage.pane,
        f"✻ Baking… (3s)\n{line}\n❯ half a thought\n{line}\n  manual mode on",
    )
    with pytest.raises(SendFailed, match=r"held \(draft\)"):
        answer.prompt(stage.member, "go on")
    assert stage.typed == ""


def test_a_pane_of_another_host_is_not_typed_to_from_here() -> None:
    words = "the command was not typed into pane %1: held (other_host)."
    with pytest.raises(SendFailed, match=f"^send failed: {re.escape(words)}$"):
        execute(an_agent())


def test_without_tmux_nothing_can_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    member = an_agent(placement=a_placement(host=host.host_id()))
    with pytest.raises(SendFailed, match=r"pane %1: none \(tmux_missing\)\.$"):
        execute(member)


def test_a_pane_that_is_gone_is_told(showing: Showing) -> None:
    stage = showing(AT_REST)
    stage.terminal.tmux("kill-pane", "-t", stage.pane)
    with pytest.raises(SendFailed, match=r"none \(pane_gone\)"):
        answer.prompt(stage.member, "go on")


def test_a_command_is_run_in_the_agent_s_own_way(
    showing: Showing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "config" / "cafleet"
    folder.mkdir(parents=True)
    lines = ["[agents.other]", 'argv = ["other"]', 'shell_prefix = "$ "']
    (folder / "config.toml").write_text("\n".join(lines))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder.parent))
    stage = showing(AT_REST, "other")
    answer.execute(stage.member, "ls")
    eventually(lambda: stage.typed.endswith("\r"))
    assert stage.typed == "$ ls\r"


def test_what_moves_after_the_look_is_looked_at_again(
    showing: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = showing(AT_REST)
    asking = (
        "\n  Delete everything?\n❯ 1. Yes\n  2. No\n\nEnter to select · Esc to cancel"
    )
    meanwhile(monkeypatch, lambda: stage.terminal.draw(stage.pane, asking))
    with pytest.raises(SendFailed, match=r"held \(question\)"):
        answer.prompt(stage.member, "go on")
    assert stage.typed == ""
