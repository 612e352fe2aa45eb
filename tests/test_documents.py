"""The documents: their commands run with the documented output, and their links exist."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from cafleet_core.agents import catalog
from cafleet_core.cli.main import run
from cafleet_core.config import user_file
from cafleet_core.states import PaneState
from cafleet_tui.keys.actions import ACTIONS
from cafleet_tui.render import delivery
from tests import command_lines
from tests.command_lines import Step, read_only_the_words
from tests.terminal import Ran, Terminal, cafleet, eventually

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

LOOKS = re.compile(r"cafleet (status|member (list|capture)|message list)")
"""Commands without side effects, repeated until they print the documented output."""

AGENT = """
[agents.{name}]
argv = ["{python}", "-P", "-m", "cafleet_core.demo.standin", "--name", "{{name}}"]
process_names = []
exit_command = "/exit"
prompt_argv = ["{{prompt}}"]
folder_argv = []
conversation_argv = []
[agents.{name}.cues]
{cues}
"""
"""A settings file that runs a stand-in in place of a coding agent with an account."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


OURS = {"registry", "push", "monitor", "server", "tui", "agents"}
"""The tables of cafleet's own settings file."""

HOMES = ("HOME", "XDG_CONFIG_HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME")
"""Variables with settings folders, set so that no test reads the user's own."""


class Reader:
    """Runs a document's commands in the first pane of a terminal."""

    def __init__(self, terminal: Terminal, settings: Path) -> None:
        self._terminal = terminal
        self._here = terminal.inside(terminal.first)
        self._here |= dict.fromkeys(HOMES, str(settings))
        (settings / "cafleet").mkdir(parents=True)
        cues = catalog.get("standin").cues._asdict()
        lines = "\n".join(
            f"{kind} = {json.dumps(cue)}" for kind, cue in cues.items() if cue
        )
        played = [
            AGENT.format(name=name, python=sys.executable, cues=lines)
            for name in ("claude", "codex")
        ]
        (settings / "cafleet" / "config.toml").write_text("".join(played), "utf-8")

    def follows(self, step: Step) -> None:
        """Run a step as written; a command without side effects until its output fits."""
        tried: list[Ran] = []

        def settled() -> bool:
            tried.append(self._run(step.command))
            repeated = tried[-1].code != 0 or LOOKS.match(step.command)
            return holds(step, tried[-1]) or not repeated

        with contextlib.suppress(AssertionError):
            eventually(settled)
        assert holds(step, tried[-1]), f"{step.command} printed:\n{tried[-1]}"

    def _run(self, command: str) -> Ran:
        _, *arguments = shlex.split(command, comments=True)
        return cafleet(self._terminal.registry, *arguments, **self._here)


@pytest.fixture
def reader(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Reader:
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    return Reader(terminal, tmp_path / "settings")


def holds(step: Step, ran: Ran) -> bool:
    """Whether a step succeeded with its documented output."""
    return ran.code == 0 and (step.printed is None or fits(step.printed, ran.out))


def fits(promised: str, printed: str) -> bool:
    """Whether the output matches the documented one, in which `…` matches any text."""
    pattern = ".*?".join(re.escape(part) for part in promised.strip().split("…"))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


@pytest.mark.parametrize("document", [README, *GUIDES], ids=relative)
def test_what_a_document_says_is_what_happens(document: Path, reader: Reader) -> None:
    steps = command_lines.steps(document.read_text("utf-8"))
    assert len(steps) >= 6
    for step in steps:
        reader.follows(step)


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_command_is_one_that_the_program_takes(
    document: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read_only_the_words(monkeypatch)
    text = document.read_text("utf-8")
    for words in command_lines.written(text):
        assert run(words) == 0, f"{words}: {capsys.readouterr().err}"
    missing = {
        " ".join(words): unknown
        for words in command_lines.named(text)
        if (unknown := command_lines.unknown(words))
    }
    assert missing == {}


def test_a_command_that_is_not_there_would_be_found() -> None:
    wrong = ["member stop", "message poll --ful", "nothing", "status --member-id x"]
    named = command_lines.named(" ".join(f"`cafleet {call}`" for call in wrong))
    assert list(map(command_lines.unknown, named)) == [
        ["stop"],
        ["--ful"],
        ["nothing"],
        ["--member-id"],
    ]
    block = '```sh\ntmux new-window "cafleet monitor --once"  # so\n```\n'
    assert command_lines.written(block) == [["monitor", "--once"]]


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_settings_can_be_copied_as_they_are(document: Path) -> None:
    for language, block in command_lines.blocks(document.read_text("utf-8")):
        if language == "json":
            assert json.loads(block)
        if language == "toml":
            settings = tomllib.loads(block)
            if settings.keys() <= OURS:
                assert user_file.faults(settings, block) == []


def test_the_concepts_name_every_state() -> None:
    rows = (ROOT / "docs" / "concepts.md").read_text("utf-8")
    for letter in delivery.STATES:
        assert f"| `{letter.glyph}` {letter.word} |" in rows
    seen = (
        PaneState.IDLE,
        PaneState.BUSY,
        PaneState.WAITING,
        PaneState.DRAFT,
        PaneState.STARTING,
        PaneState.SHELL,
        PaneState.DEAD,
        PaneState.UNKNOWN,
    )
    for state in seen:
        assert f"| `{state}` |" in rows


def test_every_key_in_the_readme_exists() -> None:
    table = re.findall(r"^\| `([^`]+)` \|", README.read_text("utf-8"), re.MULTILINE)
    known = {key for action in ACTIONS for key in action.keys.split(",")}
    assert table
    assert set(table) <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*)(#[^):]+)?\)", document.read_text("utf-8"))
    for target, anchor in links:
        aim = document.parent / target if target else document
        assert aim.exists(), target
        if anchor:
            assert anchor[1:] in anchors(aim.read_text("utf-8")), f"{target}{anchor}"


NAMED_FILE = re.compile(r"`((?:\w[\w.-]*/)*\w[\w-]*\.(?:py|md|toml|svg|yml))`")
A_USER_S = {"config.toml"}
"""Files that documents name and that are no part of the project."""


@pytest.fixture(scope="module")
def files() -> set[str]:
    """Every file's path, and all ends of it: documents leave out what their context says."""
    kept = ("cafleet_core", "cafleet_tui", "docs", "screenshots", "tests")
    paths = [*ROOT.glob("*.*"), *(path for d in kept for path in (ROOT / d).rglob("*"))]
    parts = [path.relative_to(ROOT).parts for path in paths]
    return {"/".join(names[start:]) for names in parts for start in range(len(names))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_a_file_that_a_document_names_is_there(document: Path, files: set[str]) -> None:
    named = set(NAMED_FILE.findall(document.read_text("utf-8"))) - A_USER_S
    missing = sorted(named - files)
    assert not missing, f"{relative(document)} names {missing}, which are not there"


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        for heading in headings
    }


def test_the_index_leads_to_every_document() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    named = set(re.findall(r"\]\(([^)#]+)", index))
    written = {
        path.relative_to(ROOT / "docs").as_posix()
        for path in (ROOT / "docs").rglob("*.md")
        if path.name != "README.md"
    }
    assert written <= named
