"""What tmux tells of panes, whatever words stand in it."""

from __future__ import annotations

from cafleet_core.panes.tmux import facts
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION, STATE_OPTION
from tests.terminal import Terminal


def test_a_tab_in_the_words_of_others_hides_no_pane(terminal: Terminal) -> None:
    odd, plain = terminal.pane(["sleep", "60"]), terminal.pane(["sleep", "60"])
    for option in (IDENTITY_OPTION, STATE_OPTION):
        terminal.tmux("set-option", "-p", "-t", odd, option, "one\ttwo")
    seen = facts.panes(terminal.socket)
    assert seen.keys() == {terminal.first, odd, plain}
    assert seen[odd].pid == int(
        terminal.tmux("display-message", "-p", "-t", odd, "#{pane_pid}")
    )
    assert (seen[plain].command, seen[plain].agent_ids) == ("sleep", ())
