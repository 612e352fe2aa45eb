"""Why a pane got nothing: the first thing that is wrong with it, whatever else is."""

from __future__ import annotations

import pytest

from cafleet_core import ids
from cafleet_core.push.refusal import MOVED, Refusal, of_refusal
from cafleet_core.push.script import can_name
from tests.builders import an_id

AGENT = an_id("agent")
AT_A_SHELL = Refusal(
    1, "%1", 77, (AGENT,), (), False, False, False, False, "/dev/pts/1", "bash"
)
"""Facts of the right pane, whose agent has left it to a shell."""


@pytest.mark.parametrize(
    ("refusal", "result"),
    [
        (AT_A_SHELL._replace(server_pid=2), ("none", "server_gone")),
        (AT_A_SHELL._replace(pane_id="%2"), ("none", "pane_gone")),
        (AT_A_SHELL._replace(agent_ids=(an_id("other"),)), ("none", "not_the_agent")),
        (AT_A_SHELL._replace(agent_ids=()), ("none", "not_the_agent")),
        (AT_A_SHELL._replace(dead=True), ("none", "pane_gone")),
        (AT_A_SHELL._replace(in_mode=True), ("held", "copy_mode")),
        (AT_A_SHELL._replace(synchronized=True), ("held", "synchronized")),
        (AT_A_SHELL._replace(input_off=True), ("held", "input_off")),
        (AT_A_SHELL._replace(command="vim"), ("none", "not_the_agent")),
        (AT_A_SHELL, ("shown", None)),
    ],
)
def test_only_the_agents_own_shell_may_be_shown_a_text(
    refusal: Refusal, result: tuple[str, str | None]
) -> None:
    assert of_refusal(refusal, 1, "%1", AGENT)[:2] == result


def test_another_program_in_the_pane_is_another_agent() -> None:
    for command in ("bash", "claude"):
        refusal = AT_A_SHELL._replace(command=command)
        result = of_refusal(refusal, 1, "%1", AGENT, ("claude",), pane_pid=78)
        assert result[:2] == ("held", "another_agent")
    assert of_refusal(AT_A_SHELL, 1, "%1", AGENT, pane_pid=77)[:2] == ("shown", None)


@pytest.mark.parametrize(
    ("typed", "result"),
    [
        (("a", "b", "c"), ("delivered", None)),
        (("", "b"), MOVED),
        (("c",), ("shown", None)),
    ],
)
def test_what_somebody_else_has_typed_already_is_delivered(
    typed: tuple[str, ...], result: tuple[str, str | None]
) -> None:
    refusal = AT_A_SHELL._replace(typed=typed)
    outcome = of_refusal(refusal, 1, "%1", AGENT, announces=("a", "b"))
    assert outcome[:2] == result[:2]


def test_what_was_handed_to_the_agent_s_inbox_is_delivered() -> None:
    refusal = AT_A_SHELL._replace(typed=(ids.handed("a"),))
    assert of_refusal(refusal, 1, "%1", AGENT, announces=("a",))[0] == "delivered"


def test_another_s_pane_was_told_nothing_whatever_marks_it_bears() -> None:
    refusal = AT_A_SHELL._replace(typed=("a",), agent_ids=(an_id("other"),))
    outcome = of_refusal(refusal, 1, "%1", AGENT, announces=("a",))
    assert outcome[:2] == ("none", "not_the_agent")


def test_an_agent_that_was_at_rest_has_moved_on() -> None:
    refusal = AT_A_SHELL._replace(command="claude")
    assert of_refusal(refusal, 1, "%1", AGENT, ("claude",)) is MOVED
    assert of_refusal(refusal, 1, "%1", AGENT, ("codex",))[:2] == (
        *("none", "not_the_agent"),
    )


@pytest.mark.parametrize("command", [".hidden", "-zsh", "+x", "a b", "a;b", "a\tb"])
def test_a_program_of_an_odd_name_is_never_asked_for(command: str) -> None:
    assert not can_name(command)
    assert can_name("claude-2.1_x+y")
