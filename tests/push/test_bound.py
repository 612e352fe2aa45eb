"""Whatever is typed is bound to what was seen: each way to type, and each binding on its own.

Between the look and the typing one thing changes, of which only one binding can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_core.broker.delivery import confirm, dispatch, turns, type_now
from cafleet_core.broker.messages import send
from cafleet_core.broker.team import answer, delete_member
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.reading.look import look
from cafleet_core.push import writer
from cafleet_core.push.refusal import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.push.stage import AT_REST, Showing, Stage, showing, tmux_server
from tests.terminal import eventually

__all__ = ["showing", "tmux_server"]

RULES = PushRules()
DELIVERED = PushResult(PushOutcome.DELIVERED)


class Screen(NamedTuple):
    """Lines as an agent paints them, and where it parks the cursor: column and row from 1."""

    lines: tuple[str, ...]
    cursor: tuple[int, int] = (1, 30)


RULE = "─" * 40
BOX = (RULE, "❯ ", RULE, "  manual mode on")
QUESTION = ("Apply both remarks?", "❯ 1. Yes", "  2. No", "  3. Type something.")
ASKS = ("Do you want to proceed?", "Esc to cancel")

REST = Screen(("● Done.", "", *BOX))
ASKED = Screen(("● I have two remarks.", RULE, *QUESTION, "", "Enter to select"))


def paint(stage: Stage, screen: Screen) -> None:
    """Paint as a program does that keeps the alternate screen for itself."""
    column, row = screen.cursor
    rows = "".join(f"\x1b[{n};1H{line}" for n, line in enumerate(screen.lines, 1))
    drawn = f"\x1b[?1049h\x1b[2J{rows}\x1b[{row};{column}H"
    tmux = stage.terminal.tmux
    tty = Path(tmux("display-message", "-p", "-t", stage.pane, "#{pane_tty}"))
    tty.write_bytes(drawn.encode())
    at = ("display-message", "-p", "-t", stage.pane, "#{cursor_x} #{cursor_y}")
    eventually(lambda: tmux(*at) == f"{column - 1} {row - 1}")
    wanted = [line.rstrip() for line in screen.lines]
    eventually(lambda: stage.terminal.screen(stage.pane).rstrip().split("\n") == wanted)


def press_enter_again(stage: Stage) -> None:
    turn = turns.turn_for(stage.member, "words that stand there")
    assert isinstance(turn, Turn)
    confirm._press(turn, look([stage.member])[stage.member.agent_id])


def send_message(stage: Stage) -> None:
    director, member = stage.team.director, stage.member
    send.send(stage.registry, director, [member], "hello", rules=RULES)


Way = Callable[[Stage], object]

AT_THE_BOX: dict[str, Way] = {
    "a message": send_message,
    "a wake": lambda stage: dispatch.tell(stage.member, "look", RULES),
    "a ping": lambda stage: type_now.ping(stage.member),
    "a prompt": lambda stage: answer.prompt(stage.member, "go on"),
    "a command": lambda stage: answer.execute(stage.member, "ls"),
    "an exit": lambda stage: delete_member.delete(
        stage.registry, stage.member, force=False, exit_seconds=3
    ),
    "a second Enter": press_enter_again,
}
AT_A_QUESTION: dict[str, Way] = {
    "a choice": lambda stage: stage.choose(2),
    "an answer in words": lambda stage: stage.write("neither"),
}


class Tried(Exception):
    """Somebody tried to type once; that is all there is to see."""


def tries(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, way: Way, change: Way
) -> PushResult:
    """What becomes of the first try to type, where this changes right before it."""
    type_turns, results = writer.type_turns, list[PushResult]()

    def once(planned: Sequence[Turn]) -> list[PushResult]:
        if planned:
            change(stage)
            results.extend(type_turns(planned))
            raise Tried
        return []

    monkeypatch.setattr(writer, "type_turns", once)
    with pytest.raises(Tried):
        way(stage)
    (result,) = results
    return result


def flag(*command: str) -> Way:
    return lambda stage: stage.terminal.tmux(
        *(word.format(stage.pane) for word in command)
    )


FLAGS: dict[str, tuple[Way, PushReason]] = {
    "copy mode": (flag("copy-mode", "-t", "{}"), PushReason.COPY_MODE),
    "input off": (flag("select-pane", "-d", "-t", "{}"), PushReason.INPUT_OFF),
    "synchronized": (
        flag("set-option", "-p", "-t", "{}", "synchronize-panes", "on"),
        PushReason.SYNCHRONIZED,
    ),
}


def repaints(screen: Screen) -> Way:
    return lambda stage: paint(stage, screen)


MOVES_AT_THE_BOX: dict[str, Way] = {
    "position": repaints(REST._replace(cursor=(2, 30))),
    "shows": repaints(Screen(("● Done.", "", RULE, "❯ half a thought", *BOX[2:]))),
    "hides, above": repaints(Screen((ASKS[0], "", *BOX))),
    "hides, below": repaints(Screen((*REST.lines, ASKS[1]))),
}
MOVES_AT_A_QUESTION: dict[str, Way] = {
    "position": repaints(ASKED._replace(cursor=(2, 30))),
    "shows what is asked": repaints(
        Screen((*ASKED.lines[:2], "Delete the folder?", *ASKED.lines[3:]))
    ),
    "shows the options": repaints(
        Screen((*ASKED.lines[:4], "  2. Yes, and all others", *ASKED.lines[5:]))
    ),
    "shows what is below": repaints(Screen((*ASKED.lines[:-1], "Delete it? (y/n)"))),
}


def unchanged(_: Stage) -> None:
    """Leave all as it was seen."""


@pytest.mark.parametrize("way", AT_THE_BOX)
def test_it_is_typed_only_at_the_input_box_that_was_seen_and_at_no_question(
    showing: Showing, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    stage = showing(AT_REST)
    for name, change in MOVES_AT_THE_BOX.items():
        paint(stage, REST)
        with monkeypatch.context() as patched:
            result = tries(patched, stage, AT_THE_BOX[way], change)
        assert result is MOVED, name
    assert stage.typed == ""
    paint(stage, REST)
    assert tries(monkeypatch, stage, AT_THE_BOX[way], unchanged) == DELIVERED
    eventually(lambda: stage.typed)


@pytest.mark.parametrize("way", AT_A_QUESTION)
def test_an_answer_is_typed_only_at_the_very_question_that_was_seen(
    showing: Showing, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    stage = showing(AT_REST)
    for name, change in MOVES_AT_A_QUESTION.items():
        paint(stage, ASKED)
        with monkeypatch.context() as patched:
            result = tries(patched, stage, AT_A_QUESTION[way], change)
        assert result is MOVED, name
    assert stage.typed == ""
    paint(stage, ASKED)
    assert tries(monkeypatch, stage, AT_A_QUESTION[way], unchanged) == DELIVERED
    eventually(lambda: stage.typed)


@pytest.mark.parametrize("way", [*AT_THE_BOX, *AT_A_QUESTION])
@pytest.mark.parametrize("name", FLAGS)
def test_it_is_typed_only_while_tmux_gives_the_keys_to_that_pane_alone(
    showing: Showing, monkeypatch: pytest.MonkeyPatch, way: str, name: str
) -> None:
    stage, (change, reason) = showing(AT_REST), FLAGS[name]
    paint(stage, REST if way in AT_THE_BOX else ASKED)
    types = {**AT_THE_BOX, **AT_A_QUESTION}[way]
    result = tries(monkeypatch, stage, types, change)
    assert result == PushResult(PushOutcome.HELD, reason)
    assert stage.typed == ""
