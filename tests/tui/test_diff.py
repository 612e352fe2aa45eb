"""The changes of a member in the room: read, commented on, sent as one review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot

from cafleet_core.broker.registry.open import Registry
from cafleet_core.comments import Comment
from cafleet_core.errors import GitError
from cafleet_core.records import Agent, Session
from cafleet_core.worktrees.changes import ChangedFile, Changes
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.review_drafts import ReviewDrafts, path_of
from cafleet_tui.dialogs.diff import DiffDialog
from cafleet_tui.model import patch
from cafleet_tui.operations import viewer
from cafleet_tui.operations.reviews import Reading
from screenshots import reviewed, team
from screenshots.still import StillSource
from tests.cli.desk import Desk
from tests.team import a_team
from tests.terminal import Terminal, eventually
from tests.tui.rooms import a_room, picture, settings_of, source_of, until
from tests.worktrees.repositories import AUTHOR, a_repository

HOSTILE = "\x1b]2;title\x07 [bold]x[/bold] [@click=app.quit]y[/] \u202egnp.exe\r"
HUGE = "word " * 200_000


class Reader(StillSource):
    """The team of pictures, whose changes are those of a test."""

    readings: Sequence[Reading | GitError] = ()

    def changes(self, _session: Session, _agent: Agent) -> Reading:
        reading = self.readings[0]
        if len(self.readings) > 1:
            type(self).readings = self.readings[1:]
        if isinstance(reading, GitError):
            raise reading
        return reading


def a_reading(*added: str, path: str = "a.txt") -> Reading:
    words = "".join(f"+{line}\n" for line in added)
    head = f"diff --git a/{path} b/{path}\n@@ -0,0 +1,{len(added)} @@\n"
    file = ChangedFile(path, len(added), 0, untracked=True, shown=True)
    seen = Changes("/r", "0123", (file,), head + words)
    return Reading(seen, tuple(patch.lines(seen)), ())


def source(*readings: Reading | GitError) -> StillSource:
    kind = type("Readings", (Reader,), {"readings": readings})
    return cast("StillSource", kind(*team.source()))


async def opened(pilot: Pilot[None], shows: str, *, moved: int = 1) -> DiffDialog:
    await pilot.press("f2", *["down"] * moved, "D")
    await until(pilot, lambda: shows in picture(pilot))
    assert isinstance(pilot.app.screen, DiffDialog)
    return pilot.app.screen


async def test_keys_go_from_file_to_file_and_find_words() -> None:
    async with a_room(lambda: team.source(), team.SESSION, (80, 24)) as (_, pilot):
        await opened(pilot, "docs/plan.md")
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until(pilot, lambda: "src/broker.py  2 of 4" in picture(pilot))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "docs/plan.md  1 of 4" in picture(pilot))
        await pilot.press("slash", *"senders", "enter")
        await until(pilot, lambda: "notes.txt  4 of 4" in picture(pilot))
        assert "1 of 1 · n next" in picture(pilot)
        await pilot.press("g", "down", "down", "enter")
        await until(pilot, lambda: "src/broker.py  2 of 4" in picture(pilot))


async def test_what_a_diff_holds_is_text_and_nothing_else() -> None:
    reading = a_reading(HOSTILE, HUGE, path="[red]a.txt")
    async with a_room(lambda: source(reading), team.SESSION) as (_, pilot):
        await opened(pilot, "[bold]x[/bold]")
        seen = picture(pilot)
        assert "[@click=app.quit]y[/]" in seen
        assert "[red]a.txt" in seen
        assert not set("\x1b\x07\u202e") & set(seen)
        await pilot.press("G")
        await until(pilot, lambda: "998,000 more characters" in picture(pilot))


async def test_changes_are_read_again_where_they_were_looked_at() -> None:
    first, second = a_reading("one", "two"), a_reading("zero", "one", "two")
    readings = (first, second, GitError("git is not on PATH."))
    shared = source(*readings)
    async with a_room(lambda: shared, team.SESSION) as (_, pilot):
        dialog = await opened(pilot, "+two")
        await pilot.press("G", "r")
        await until(pilot, lambda: "+zero" in picture(pilot))
        current = dialog.diff.current
        assert isinstance(current, patch.Line)
        assert current.place[2] == 2
        await pilot.press("r")
        await until(pilot, lambda: "Not read: git is not on PATH." in picture(pilot))
        assert "+zero" in picture(pilot)


async def test_a_comment_is_rewritten_and_removed_before_it_is_sent() -> None:
    async with a_room(lambda: team.source(), team.SESSION) as (_, pilot):
        await opened(pilot, "notes.txt")
        await pilot.press("G", "c", *"Why?", "ctrl+j", *"Who?", "enter")
        await until(pilot, lambda: "● draft notes.txt:1 Why?" in picture(pilot))
        assert "Who?" in picture(pilot)
        await pilot.press("j", "c", *"!", "enter")
        await until(pilot, lambda: "Who?!" in picture(pilot))
        await pilot.press("s", "enter")
        words = "Not sent, the comments are kept: this is a picture."
        await until(pilot, lambda: words in picture(pilot))
        assert "Who?!" in picture(pilot)
        await pilot.press("G", "x")
        await until(pilot, lambda: "● draft" not in picture(pilot))
        await pilot.press("s")
        await until(pilot, lambda: "there is no comment yet" in picture(pilot))


def loaded(path: str) -> ReviewDrafts:
    drafts = ReviewDrafts(path)
    drafts.load()
    return drafts


def test_comments_that_are_not_sent_outlive_the_room(tmp_path: Path) -> None:
    path = path_of(str(tmp_path), "session")
    [line] = [each for each in reviewed.READING.lines if "senders" in each.text]
    where, side, number = line.place
    said = Comment(0, where, number, side, "With three, too")
    loaded(path).keep("agent", [said])
    eventually(lambda: loaded(path).of("agent") == (said,))
    assert Path(path).stat().st_mode & 0o777 == 0o600
    loaded(path).keep("agent", [])
    eventually(lambda: not Path(path).exists())
    Path(path).write_text("no json")
    assert loaded(path).of("agent") == ()


async def test_nothing_is_written_in_a_room_that_only_reads() -> None:
    settings = settings_of("/nowhere.db").replace(read_only=True)
    app = CafleetApp(team.source, settings, team.SESSION)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "drafter" in picture(pilot))
        await opened(pilot, "notes.txt")
        await pilot.press("G", "c")
        await until(pilot, lambda: "read-only" in picture(pilot))


async def test_a_review_reaches_its_member_who_acks_each_comment(
    terminal: Terminal,
    registry: Registry,
    registry_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = terminal.shell()
    desk = Desk(terminal, registry, a_team(registry, here=terminal.here(pane)), pane)
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    repository = a_repository(tmp_path)
    quiet = ("--env", "CAFLEET_STANDIN_BEHAVIOUR=quiet")
    made = desk.hire("worker", "--cwd", str(repository), "--worktree", *quiet).document
    tree = Path(made["worktree"]["path"])
    (tree / "plan.md").write_text("one\ntwo\n")
    session = desk.team.session
    async with a_room(source_of(registry_path), session, registry=registry_path) as (
        _,
        pilot,
    ):
        await until(pilot, lambda: "worker" in picture(pilot))
        await opened(pilot, "+two", moved=0)
        await pilot.press("G", "c", *"Which two?", "enter", "g", "enter")
        await pilot.press("down", "c", *"Why?", "enter", "s", *"Please", "enter")
        await until(pilot, lambda: "sent 2 comments to worker" in picture(pilot))
        await until(pilot, lambda: "● draft" not in picture(pilot))
        worker = made["agent_id"]
        polled = desk("message", "poll", "--agent-id", worker).out.splitlines()
        assert polled[1:] == [
            "Please",
            "",
            "1 plan.md:2 Which two?",
            "2 plan.md:0 Why?",
        ]
        short = polled[0][1:9]
        desk("message", "ack", f"{short}/2", "--agent-id", worker)
        await pilot.press("r")
        await until(pilot, lambda: f"{short}/2" not in picture(pilot))
        assert f"● {short}/1 plan.md:2 Which two?" in picture(pilot)


async def test_a_file_is_opened_at_the_line_that_it_has_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened_at: list[tuple[object, ...]] = []
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    monkeypatch.setenv("TMUX_PANE", "%1")
    monkeypatch.setattr(viewer, "in_popup", lambda *wanted: opened_at.append(wanted))
    async with a_room(lambda: team.source(), team.SESSION) as (_, pilot):
        await opened(pilot, "docs/plan.md")
        await pilot.press("right_square_bracket", "j", "j", "j", "j", "e")
        await until(pilot, lambda: opened_at)
    folder = reviewed.CHANGES.folder
    assert opened_at == [((), "here", f"{folder}/docs/plan.md", 3)]


async def test_it_is_said_where_nothing_can_show_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TMUX_PANE", raising=False)
    async with a_room(lambda: team.source(), team.SESSION) as (_, pilot):
        await opened(pilot, "docs/plan.md")
        await pilot.press("G", "e")
        await until(pilot, lambda: "only a terminal can show" in picture(pilot))
