"""What comes up on a member's screen between the look and the keys gets none of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import type_now
from cafleet_core.broker.directory import identity
from cafleet_core.broker.team import answer
from cafleet_core.errors import Refused
from cafleet_core.panes.tmux import snapshot
from cafleet_core.panes.tmux.snapshot import Answer
from tests.cli.desk import Desk
from tests.cli.pretender import ASKING, AT_REST, PROMPTED, Pretender, creating
from tests.terminal import eventually


class Late:
    """A worker whose screen shows something else right after it was looked at."""

    def __init__(
        self, desk: Desk, agent: Pretender, monkeypatch: pytest.MonkeyPatch, was: str
    ) -> None:
        self._terminal = desk.terminal
        known = agent.plays(was).configured(PROMPTED)
        hired = desk(*creating("worker", agent.name, "--json"), **known)
        self._pane = str(hired.document["placement"]["tmux_pane_id"])
        self.agent = identity.find_agent(
            desk.registry, desk.team.session.session_id, "worker"
        )
        wanted = ("-t", self._pane, "#{pane_tty}")
        self._tty = Path(desk.terminal.tmux("display-message", "-p", *wanted).strip())
        self._ask = snapshot.ask
        monkeypatch.setattr(snapshot, "ask", self._ask_and_change)

    def _ask_and_change(self, socket: str, panes: Sequence[str]) -> Answer:
        seen = self._ask(socket, panes)
        if "branch" not in self._terminal.screen(self._pane):
            later = ASKING.replace("Apply the patch", "Delete the branch")
            self._tty.write_text("\r\n" + later.replace("\n", "\r\n"), "utf-8")
            eventually(lambda: "branch" in self._terminal.screen(self._pane))
        return seen


def test_a_question_that_comes_up_right_after_the_look_gets_nothing(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Late(desk, pretender, monkeypatch, AT_REST)
    with pytest.raises(type_now.SendFailed, match=r"held \(question\)"):
        answer.prompt(late.agent, "go on")
    assert pretender.keys == ""


@pytest.mark.parametrize("words", ["", "the first hunk only"])
def test_another_question_in_the_moment_of_answering_gets_nothing(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    late = Late(desk, pretender, monkeypatch, ASKING)
    who = (desk.registry, desk.team.caller(), late.agent)
    choose, write = answer.choose, answer.write_answer
    attempt = partial(write, *who, words) if words else partial(choose, *who, 1)
    with pytest.raises(Refused, match="another question"):
        attempt()
    assert pretender.keys == ""
