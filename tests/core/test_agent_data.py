"""What a coding agent's data can say of its screen, its command line and its processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.agents import catalog, configured
from cafleet_core.agents.catalog import CodingAgent
from cafleet_core.agents.cues import UNKNOWN, Answer, Cues, parse
from cafleet_core.broker.directory import placements
from cafleet_core.errors import InvalidSetting
from cafleet_core.panes.reading import fuse, program, question
from cafleet_core.panes.reading.program import Sameness
from cafleet_core.panes.tmux import snapshot
from cafleet_core.readings import Option
from cafleet_core.states import BoxSight, PaneState
from tests.builders import a_placement
from tests.terminal import Terminal, eventually

TOP, BOTTOM = "▄" * 12, "▀" * 12
FRAMED = Cues(
    box_begin=("^▄{9,}$",),
    box_end=("^▀{9,}$",),
    glyph=("^ > ",),
    furniture=("^Type your message$",),
)
BARE = Cues(box_begin=("^─{9,}$",), box_end=("^─{9,}$",))
RULE = "─" * 12


@pytest.mark.parametrize(
    ("cues", "lines", "state", "draft"),
    [
        (FRAMED, ("Done.", TOP, " > Type your message", BOTTOM, "dir"), "idle", ""),
        (FRAMED, (TOP, " > one", "   two", BOTTOM, "dir"), "draft", "one two"),
        (FRAMED, (TOP, " > old", BOTTOM, TOP, " > ", BOTTOM), "idle", ""),
        (FRAMED, (TOP, " > old", BOTTOM, TOP, " Pick one", BOTTOM), "unknown", ""),
        (FRAMED, ("Done.", " > Type your message"), "unknown", ""),
        (FRAMED, (BOTTOM, " > x"), "unknown", ""),
        (BARE, ("Done.", RULE, RULE, "dir"), "idle", ""),
        (BARE, ("Done.", RULE, "half a thought", RULE, "dir"), "draft", None),
        (BARE, ("Done.", RULE), "unknown", ""),
    ],
)
def test_an_input_box_is_what_stands_between_its_edges(
    cues: Cues, lines: tuple[str, ...], state: str, draft: str | None
) -> None:
    reading = fuse.fuse("\n".join(lines), "", cues)
    assert reading.state == state
    assert reading.draft == ("half a thought" if draft is None else draft)
    sight = BoxSight.COVERED if state == PaneState.UNKNOWN else BoxSight.SEEN
    assert reading.box == sight


GHOST = "\x1b[38;5;183m> \x1b[4m\x1b[39mI\x1b[0m\x1b[38;5;103m\x1b[49mt is done."
PLACEHOLDER = "> \x1b[4m\x1b[39m \x1b[0m\x1b[38;5;103m\x1b[49m Type your message"


@pytest.mark.parametrize(
    ("box", "draft"),
    [
        (GHOST, ""),
        (PLACEHOLDER, ""),
        ("\x1b[38;5;183m> \x1b[39mmine\x1b[4m \x1b[0m", "mine"),
        ("> mine\x1b[0m\x1b[38;5;103m or its\x1b[39m and mine", "mine and mine"),
        ("> \x1b[38;5;10m103m", "103m"),
    ],
)
def test_a_suggestion_in_a_style_of_the_agent_s_own_is_no_draft(
    box: str, draft: str
) -> None:
    screen = f"{RULE}\n{box}\n\x1b[0m{RULE}\n"
    cues = BARE._replace(glyph=("^>",), suggestion_style=("38;5;103",))
    assert fuse.fuse(screen, "", cues).draft == draft
    without = fuse.fuse(screen, "", cues._replace(suggestion_style=()))
    assert without.state == PaneState.DRAFT


MARKED = "│ Allow it?\n│ ● 1. Once\n│   2. No\n"
LETTERED = "Approve tool call?\n  touch x\n  [y] Approve   [n] Deny"
YES_OR_NO = Cues(
    waiting=(r"\[y\] Approve",),
    answers=(
        Answer("y", "Approve", r"\[y\] Approve").line,
        Answer("n", "Deny", r"\[n\] Deny").line,
    ),
)


def test_the_sign_of_the_marked_answer_may_be_the_agent_s_own() -> None:
    assert question.read(MARKED) is None
    asked = question.read(MARKED, Cues(marks=("●",)))
    assert asked is not None
    assert [option.label for option in asked.options] == ["Once", "No"]


def test_answers_without_a_number_are_numbered_and_given_by_their_keys() -> None:
    asked = question.shown(LETTERED, YES_OR_NO)
    assert asked is not None
    assert asked.asked == "Approve tool call?\n  touch x".replace("  ", "")
    assert asked.options == (
        Option(1, "Approve", free_text=False, key="y"),
        Option(2, "Deny", free_text=False, key="n"),
    )
    assert question.shows(LETTERED, YES_OR_NO) == tuple(LETTERED.split("\n"))
    assert parse(YES_OR_NO.dump()) == YES_OR_NO
    assert question.shown("Approve tool call?", YES_OR_NO) is None


AN_AGENT = CodingAgent(
    name="mine",
    argv=("mine", "--as={name}"),
    model_argv=("--model={model}",),
    prompt_argv=("--prompt={prompt}",),
    resume_argv=("--resume={conversation}",),
)


def test_what_is_filled_in_may_stand_within_a_word_and_is_taken_as_it_is() -> None:
    words = "-x {model} {prompt} {"
    command = AN_AGENT.command("bob", "m", words, conversation="c1", resumes=True)
    assert command == [
        "mine",
        "--as=bob",
        "--model=m",
        "--resume=c1",
        f"--prompt={words}",
    ]
    apart = AN_AGENT._replace(prompt_argv=("{prompt}",))
    assert apart.command("bob", None, "-x")[-1] == " -x"


def test_an_agent_that_nobody_named_has_no_program_and_no_pause() -> None:
    cues = catalog.cues(UNKNOWN)
    assert (cues.program, cues.delay) == ((), 0)


@pytest.fixture
def a_script(tmp_path: Path) -> Iterator[int]:
    """A script under an interpreter, by its process."""
    file = tmp_path / "my-agent.py"
    file.write_text("import time\ntime.sleep(60)\n")
    with subprocess.Popen([sys.executable, "-I", str(file), "other"]) as running:
        eventually(lambda: program.may_be(["my-agent"], running.pid))
        yield running.pid
        running.kill()


def test_a_program_is_told_by_the_script_that_an_interpreter_runs(
    a_script: int,
) -> None:
    for patterns, expected in (
        (["my-agent"], True),
        (["^other$"], False),
        (["gone", r"agent\.py$"], True),
        ([], True),
    ):
        assert program.may_be(patterns, a_script) is expected, patterns
    assert program.may_be(["gone"], 2**22 + 1), "what cannot be looked up is not judged"


def test_another_script_of_the_same_interpreter_is_not_the_agent(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "server.py"
    file.write_text("import time\ntime.sleep(60)\n")
    pane = terminal.pane([sys.executable, str(file)])
    eventually(lambda: "python" in terminal.here(pane).pane.command)
    here = terminal.here(pane)
    placement = a_placement(
        tmux_socket=terminal.socket,
        tmux_pane_id=pane,
        process_names=here.pane.command,
        pane_pid=here.pane.pid,
        pane_started="",
    )
    seen = snapshot.take(terminal.socket, [pane])[pane]
    for patterns, sameness in (
        ("server", Sameness.UNKNOWN),
        ("aider", Sameness.ANOTHER),
    ):
        now = placement._replace(cues=Cues(program=(patterns,)).dump())
        sight = program.seen(now, seen)
        assert sight.sameness == sameness
    assert str(file) in sight.words
    bound = placements.with_processes(placement, here.pane.pid, is_agent=True)
    bound = bound._replace(cues=Cues(program=("aider",)).dump())
    assert program.seen(bound, seen).sameness == Sameness.SAME, "it was started so"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("program = 1", "program: not a string."),
        ("program = '('", "program: '(': "),
        ("submit_delay = 300", "not a number of milliseconds from 1 to 250."),
        ("submit_delay = true", "submit_delay: not a number"),
        ("startup = ['x']", "tables such as { shows = …, key = … }."),
        (
            "startup = [{ shows = 'x', key = 'rm' }]",
            "'rm' is neither a letter, a digit nor such as Enter, Tab.",
        ),
        (
            "cues.answers = [{ shows = 'x', key = 'y' }]",
            "such as { shows = …, key = …, words = … }.",
        ),
        (
            "cues.answers = [{ shows = '(', key = 'y', words = '' }]",
            "cues.answers: '(': ",
        ),
        ("cues.suggestion_style = ['dim']", "of a style such as 38;5;103."),
        ("cues.marks = ['->']", "cues.marks: not single signs."),
        ("cues.program = ['x']", "cues.program: no such key"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_file_line_and_name(
    tmp_path: Path, lines: str, why: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[agents.codex]\n{lines}\n", "utf-8")
    with pytest.raises(InvalidSetting) as refused:
        configured.merged({"codex": {"argv": ["codex"]}}, str(file))
    assert refused.value.message.startswith(f"{file}:2: [agents.codex] ")
    assert why in refused.value.message
