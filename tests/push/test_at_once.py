"""Everything that types, at the same moment: each is a submission of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from cafleet_core.broker.delivery import pending, type_now
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import answer
from cafleet_core.config.rules import PushRules
from tests.team import a_team_in_panes, log_of
from tests.terminal import Terminal, cafleet, eventually, turns


def test_exec_ping_prompt_and_send_are_submitted_one_by_one(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    alice = team.others["alice"]
    acts: list[Callable[[Registry], object]] = [
        lambda own: messages.send(own, team.director, [alice], "a message"),
        lambda _: type_now.ping(alice),
        lambda _: answer.execute(alice, "true"),
        lambda _: answer.prompt(alice, "a prompt"),
    ]

    def act(deed: Callable[[Registry], object]) -> None:
        def done() -> bool:
            try:
                with closing(open_registry(registry.url)) as own:
                    deed(own)
            except type_now.SendFailed:
                return False  # somebody else's text stood there
            return True

        eventually(done)

    with ThreadPoolExecutor(len(acts)) as together:
        list(together.map(act, acts))

    def all_taken() -> bool:
        pending.settle(registry, PushRules())
        return len(turns(log_of(tmp_path, "alice"))) == len(acts)

    eventually(all_taken)
    taken = sorted(turn.split("\n")[-1] for turn in turns(log_of(tmp_path, "alice")))
    assert taken[:3] == ["! true", "a message", "a prompt"]
    assert taken[3].startswith("cafleet --session-id ")


def test_a_sender_outside_of_tmux_reaches_the_pane_all_the_same(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    who = ("--session-id", team.session.session_id, "--agent-id", "Director")
    outside = {"TMUX": "", "TMUX_PANE": ""}
    send = ("message", "send", "--to", "alice", "--text", "from afar", "--json")
    sent = cafleet(registry.url, *who, *send, **outside)
    assert sent.document["push"] == {"outcome": "delivered"}
    eventually(lambda: turns(log_of(tmp_path, "alice")))
