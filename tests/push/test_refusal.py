"""Why a pane got nothing: the first thing that is wrong with it, whatever else is."""

from __future__ import annotations

import pytest

from cafleet_core.push.refusal import Refusal, of_refusal
from cafleet_core.push.script import can_name
from tests.builders import an_id

AGENT = an_id("agent")
AT_A_SHELL = Refusal(
    1, "%1", AGENT, (), False, False, False, False, "/dev/pts/1", "bash"
)
"""Facts of the right pane, whose agent has left it to a shell."""


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (AT_A_SHELL._replace(server_pid=2), "server_gone"),
        (AT_A_SHELL._replace(pane_id="%2"), "pane_gone"),
        (AT_A_SHELL._replace(agent_id=an_id("other")), "not_the_agent"),
        (AT_A_SHELL._replace(agent_id=""), "not_the_agent"),
        (AT_A_SHELL._replace(dead=True), "pane_gone"),
        (AT_A_SHELL._replace(in_mode=True), "copy_mode"),
        (AT_A_SHELL._replace(command="vim"), "not_the_agent"),
        (AT_A_SHELL, None),
    ],
)
def test_only_the_agents_own_shell_may_be_shown_a_text(
    refusal: Refusal, reason: str | None
) -> None:
    result = of_refusal(refusal, 1, "%1", AGENT)
    assert result.reason == reason
    assert (result.outcome == "shown") == (reason is None)


@pytest.mark.parametrize("command", [".hidden", "-zsh", "+x", "a b", "a;b", "a\tb"])
def test_a_program_of_an_odd_name_is_never_asked_for(command: str) -> None:
    assert not can_name(command)
    assert can_name("claude-2.1_x+y")
