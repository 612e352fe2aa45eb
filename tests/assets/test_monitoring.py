"""Run the skill `cafleet-monitoring`: the monitor notifies the Director, who acts on it."""

from __future__ import annotations

import re
from contextlib import closing

from cafleet_core import assets
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.states import PaneState
from tests.assets import actor
from tests.assets.play import Play
from tests.terminal import eventually

MONITORING = assets.skills()["cafleet-monitoring"] / "SKILL.md"
ROLE = str(assets.skills()["cafleet"])

STATES = {
    *(
        PaneState.IDLE,
        PaneState.BUSY,
        PaneState.WAITING,
        PaneState.UNKNOWN,
        PaneState.DRAFT,
    ),
    *(PaneState.SHELL, PaneState.DEAD, PaneState.STARTING),
}


def section(play: Play, heading: str) -> list[str]:
    """The commands below a heading of the skill."""
    return play.section("cafleet-monitoring", heading)


def supervised(play: Play) -> str:
    """Create the session, start the monitor, then create the worker; the monitor's pane."""
    session = play.begun()
    watched, watch, *_ = section(play, "1. Start")
    assert play.run(watched) == "Nothing to tell.\n"
    pane = play.run(watch, SESSION=session).strip()
    with closing(open_registry(play.terminal.registry)) as registry:
        eventually(lambda: registry.rows("SELECT * FROM monitors"))
    refused = play.try_out(watched)
    assert "watched already" in refused.err
    spawn(play)
    return pane


def spawn(play: Play) -> None:
    """Create the worker as the skill says."""
    [create] = [
        command for command in play.section("cafleet", "Spawn") if "create" in command
    ]
    play.run(create, NAME="worker", TEXT="Works", SKILL=ROLE)


def give(play: Play, text: str) -> None:
    """Send work to the worker."""
    send, _ = play.section("cafleet", "Give work")
    play.run(send, NAME="worker", TEXT=text)


def take(play: Play, part: str) -> None:
    """Wait for a report that contains these words."""
    poll, ack = play.section("cafleet", "Take a report")
    play.run(ack, TASK=play.inbox(poll, part))


def checked(play: Play, *shown: str) -> None:
    """Check the team, inbox first, until the worker's row contains each of `shown`."""
    poll, news, roster, explain, capture = section(
        play, "2. Health check, at each wake-up: inbox before screen"
    )
    play.run(poll)
    play.run(news)

    def row() -> bool:
        [line] = re.findall(r"^\s*\S+\s+worker\s.*$", play.run(roster), re.MULTILINE)
        return all(word in line for word in shown)

    eventually(row, seconds=30)
    assert shown[0] in play.run(explain, NAME="worker")
    assert play.run(capture, NAME="worker")


def test_who_is_silent_on_unread_mail_is_pinged(play: Play) -> None:
    supervised(play)
    give(play, f"{actor.STALL} and draft.")
    assert "worker has been silent" in play.await_turn("[cafleet]")
    checked(play, "idle", "quiet", "overdue")
    ping, *_ = section(play, "3. What to do")
    play.run(ping, NAME="worker")
    take(play, f"Done: {actor.STALL} and draft.")


def test_who_took_work_on_and_stopped_is_asked_by_name_of_the_work(play: Play) -> None:
    supervised(play)
    give(play, f"{actor.HANG} and draft.")
    checked(play, "idle", "quiet", " 0")
    _, ask, *_ = section(play, "3. What to do")
    play.run(ask, NAME="worker", STEP="the draft")
    take(play, "Done: How far is the draft?")


def test_who_asks_on_its_screen_is_answered_by_the_user(play: Play) -> None:
    supervised(play)
    give(play, f"{actor.ASK} for a title.")
    assert "worker waits for an answer: Which title?" in play.await_turn("[cafleet]")
    checked(play, "waiting")
    _, _, in_words = play.section("cafleet", "Answer a question on a member's screen")
    play.run(in_words, NAME="worker", TEXT="Both")
    take(play, "The answer was 3")


def test_who_died_is_replaced_under_its_own_name(play: Play) -> None:
    watching = supervised(play)
    [execute, *_] = play.section("cafleet", "Run a command for a member")
    ran = play.try_out(execute, NAME="worker", COMMAND="kill -9 $(ps -o ppid= $PPID)")
    assert (ran.code, ran.err) in ((0, ""), (3, ""))
    assert "worker is gone" in play.await_turn("[cafleet]")
    checked(play, "dead")
    for command in section(play, "3. What to do")[2:]:
        play.run(command, NAME="worker")
    spawn(play)
    give(play, "Go on.")
    take(play, "Done: Go on.")

    *_, stop = section(play, "5. Stop, before anything is deleted")
    play.run(stop, PANE=watching)
    assert watching not in play.terminal.tmux("list-panes", "-a", "-F", "#{pane_id}")


def test_the_table_knows_every_state_there_is() -> None:
    table = re.findall(r"^\| (`.*?) \|", MONITORING.read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(table))) == STATES


def test_the_loop_does_not_wait_for_a_go() -> None:
    [loop] = re.findall(r"^/loop (\d+)m (.*)$", MONITORING.read_text("utf-8"), re.M)
    assert int(loop[0]) >= 1
    assert "never answer that you hold" in loop[1]
    assert loop[1].index("message poll") < loop[1].index("member list")
