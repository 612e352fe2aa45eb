"""The cues of each coding agent, on short screens as they show them."""

from __future__ import annotations

import pytest

from cafleet_core.agents import catalog
from cafleet_core.agents.cues import Cues
from cafleet_core.panes.reading import cue_match, question
from cafleet_core.panes.reading.box import Cursor
from cafleet_core.states import PaneState
from tests.screens.corpus import recorded

RULE = "─" * 40

CLAUDE_IDLE = f"● Done.\n\n{RULE}\n❯\xa0\n{RULE}\n  ? for shortcuts"
CLAUDE_DRAFT = f"{RULE}\n❯ half a thought\n{RULE}\n  ? for shortcuts"
CLAUDE_BUSY = f"✻ Ruminating… (3s · ↓ 11 tokens)\n\n{RULE}\n❯\n{RULE}\n  manual mode on"
CLAUDE_FOOTER = f"{RULE}\n❯\n{RULE}\n  ⏸ manual mode on · esc to interrupt"
CLAUDE_FINISHED = f"✻ Cooked for 1s · done 10:06 PM\n\n{RULE}\n❯\n{RULE}"
CLAUDE_PERMISSION = """
 Do you want to proceed?
 ❯ 1. Yes
   2. Yes, and do not ask again
   4. No
 Esc to cancel · Tab to amend
"""
CLAUDE_TRUST = """
 Do you trust the files in this folder?
 ❯ No, exit
   Yes, I trust this folder
 Enter to confirm · Esc to cancel
"""
CODEX_IDLE = "• Done.\n\n› Ask Codex to do anything\n\n  gpt · 97% left"
CODEX_BUSY = "• Working (3s • esc to interrupt)\n\n› Ask Codex to do anything"
CODEX_APPROVAL = """
  $ rm -r build
› 1. Yes, proceed (y)
  2. No, and tell Codex what to do differently (esc)
  Press enter to confirm or esc to cancel
"""
OPENCODE_IDLE = "  It is done.\n  ┃\n  ┃\n  ┃  Build · Sonnet Anthropic\n  ╹▀▀▀"
OPENCODE_BUSY = f"{OPENCODE_IDLE}\n   ■■■⬝⬝  esc interrupt"
OPENCODE_PERMISSION = "  ┃  △ Permission required\n  ┃  Allow once   Reject"
QWEN_IDLE = (
    f"  ◆ Done.\n{RULE}\n>   Type your message or @path/to/file\n{RULE}\n  ➜ work"
)
QWEN_BUSY = f"  .  Thinking (5s · ↓ 3 tokens · esc to cancel)\n{QWEN_IDLE}"
QWEN_PERMISSION = """
   Allow execution of: 'touch'?
   › 1. Yes, allow once
     4. No, suggest changes (esc)
  ⠏ Waiting for user confirmation...
"""
STANDIN_IDLE = f"● Nothing new.\n{RULE}\n❯ \n{RULE}\n  enter sends"
STANDIN_BUSY = f"✻ Reading…\n{RULE}\n❯ \n{RULE}"
STANDIN_QUESTION = f"Apply both remarks?\n❯ 1. Yes\n  2. No\n{RULE}\n  a digit answers"


SCREENS = [
    ("claude", CLAUDE_IDLE, PaneState.IDLE),
    ("claude", CLAUDE_BUSY, PaneState.BUSY),
    ("claude", CLAUDE_FOOTER, PaneState.BUSY),
    ("claude", CLAUDE_FINISHED, PaneState.IDLE),
    ("claude", CLAUDE_PERMISSION, PaneState.WAITING),
    ("claude", CLAUDE_TRUST, PaneState.WAITING),
    ("codex", CODEX_IDLE, PaneState.IDLE),
    ("codex", CODEX_BUSY, PaneState.BUSY),
    ("codex", CODEX_APPROVAL, PaneState.WAITING),
    ("opencode", OPENCODE_IDLE, PaneState.IDLE),
    ("opencode", OPENCODE_BUSY, PaneState.BUSY),
    ("opencode", OPENCODE_PERMISSION, PaneState.WAITING),
    ("qwen", QWEN_IDLE, PaneState.IDLE),
    ("qwen", QWEN_BUSY, PaneState.BUSY),
    ("qwen", QWEN_PERMISSION, PaneState.WAITING),
    ("standin", STANDIN_IDLE, PaneState.IDLE),
    ("standin", STANDIN_BUSY, PaneState.BUSY),
    ("standin", STANDIN_QUESTION, PaneState.WAITING),
]


def test_every_coding_agent_is_shown_at_rest_at_work_and_asking() -> None:
    recordings = [(screen.agent, screen.expected) for screen in recorded()]
    for agent, kind in catalog.load().items():
        wanted = {"idle", "busy", *(["waiting"] if kind.cues.waiting else [])}
        known = [*((name, state) for name, _, state in SCREENS), *recordings]
        shown = {str(state) for name, state in known if name == agent}
        assert wanted <= shown, f"SCREENS in {__file__} has too few of {agent}"


@pytest.mark.parametrize(("agent", "screen", "state"), SCREENS)
def test_a_screen_is_read_by_the_cues_of_its_agent(
    agent: str, screen: str, state: str
) -> None:
    match = cue_match.read(screen, "", catalog.get(agent).cues)
    assert match.state == state
    assert match.evidence
    assert match.evidence in screen.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("⠹ work", PaneState.BUSY),
        ("[ ! ] Action Required | work", PaneState.WAITING),
        ("work", PaneState.IDLE),
    ],
)
def test_codex_says_by_its_title_what_its_screen_hides(title: str, state: str) -> None:
    assert cue_match.read(CODEX_IDLE, title, catalog.get("codex").cues).state == state


@pytest.mark.parametrize("agent", catalog.load())
@pytest.mark.parametrize("screen", ["", "\n\n", "user@host:~$ ls\nREADME.md"])
def test_a_screen_without_a_cue_is_unknown(agent: str, screen: str) -> None:
    read = cue_match.read(screen, "host", catalog.get(agent).cues)
    assert read.state == PaneState.UNKNOWN


PROMPTS = Cues(idle=("^> ",))


@pytest.mark.parametrize(
    ("screen", "cursor", "state"),
    [
        ("Sage\n> ", Cursor(1, True, 2), PaneState.IDLE),
        ("Sage\n> \n\nAllow edits? (y/n) ", Cursor(3, True, 19), PaneState.UNKNOWN),
        ("Sage\n> \n  ? for help", Cursor(2, False, 12), PaneState.IDLE),
        ("Sage\n> \n  ? for help", Cursor(2, True, 0), PaneState.IDLE),
        ("Sage\n> \n  ? for help", Cursor(1, True, 2), PaneState.IDLE),
        ("Sage\n> \n\n", Cursor(3, True, 0), PaneState.IDLE),
        ("────\n> \n────", Cursor(2, True, 4), PaneState.IDLE),
        ("────\n> \n──── Delete?", Cursor(2, True, 12), PaneState.UNKNOWN),
        ("Allow edits? (y/n) y\n> ", Cursor(1, True, 2), PaneState.IDLE),
    ],
)
def test_a_prompt_above_the_words_at_the_cursor_is_no_rest(
    screen: str, cursor: Cursor, state: PaneState
) -> None:
    assert cue_match.read(screen, "host", PROMPTS, cursor).state == state


def test_a_question_beats_work_and_work_beats_rest() -> None:
    cues = catalog.get("claude").cues
    assert cue_match.read(CLAUDE_BUSY + CLAUDE_PERMISSION, "", cues).state == "waiting"
    assert cue_match.read(CLAUDE_BUSY + CLAUDE_IDLE, "", cues).state == PaneState.BUSY


def test_what_scrolled_away_is_history() -> None:
    cues = catalog.get("claude").cues
    below = "\n".join(f"line {number}" for number in range(20))
    assert (
        cue_match.read(f"{CLAUDE_PERMISSION}\n{below}\n{CLAUDE_IDLE}", "", cues).state
        == "idle"
    )


def test_colours_do_not_hide_a_cue() -> None:
    styled = "\x1b[38;5;244m❯\x1b[0m \x1b[7m1\x1b[0m. \x1b]8;;http://x\x1b\\Yes"
    match = cue_match.read(styled, "", catalog.get("claude").cues)
    assert match[:2] == (PaneState.WAITING, "❯ 1. Yes")


def test_a_draft_in_the_box_is_not_taken_for_work() -> None:
    assert cue_match.read(CLAUDE_DRAFT, "", catalog.get("claude").cues).state == "idle"


def test_the_answers_count_from_one_without_a_gap() -> None:
    asked = question.read("Which?\n❯ 1. One\n  2. Two\n  7. Seven sins\n")
    assert asked is not None
    assert [option.digit for option in asked.options] == [1, 2]
