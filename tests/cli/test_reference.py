"""The documents that are made from the program are those that are kept with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cafleet_core.cli import command_table, push_hints
from cafleet_core.cli import commands as cli_commands
from cafleet_core.cli.aliases import ALIASES
from cafleet_core.cli.commands import LazyCommand
from cafleet_core.cli.options import Command
from cafleet_core.event_rules import message
from cafleet_core.reference import commands, completeness, pages
from cafleet_core.reference.sections import ROOT
from cafleet_core.states import EventKind

PRINT = "from cafleet_core.reference.pages import documents; print(documents())"


def test_the_documents_are_what_the_program_says() -> None:
    assert pages.stale(ROOT) == [], "run 'make docs'"


def test_every_command_option_and_alias_is_there() -> None:
    document = commands.document()
    for page in commands.documented():
        assert f"# cafleet {' '.join(page.words)}\n" in document
        for option in commands.own_options(page.command):
            assert f"| `{option.opts[0]}" in document
    for alias, words in ALIASES.items():
        assert f"| `cafleet {alias}` | `cafleet {' '.join(words)}` |" in document


def test_the_same_program_makes_the_same_documents() -> None:
    elsewhere = {**os.environ, "PYTHONHASHSEED": "1", "COLUMNS": "40"}
    made = subprocess.run(
        [sys.executable, "-c", PRINT],
        env=elsewhere,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert made == f"{pages.documents()}\n"


def test_no_step_of_a_recipe_is_forgotten() -> None:
    assert completeness.gaps() == []


def test_a_command_that_cannot_be_loaded_is_named_with_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(command_table._PLAIN, "nap", Command("nap.nap"))
    assert completeness.gaps() == [
        "cafleet_core/cli/nap.py has no function `nap`, which `cafleet nap` names."
    ]
    monkeypatch.undo()
    monkeypatch.setitem(cli_commands._COMMANDS, "nap", LazyCommand("Rest."))
    assert completeness.gaps() == [
        "cafleet_core/cli/command_table.py does not say what `cafleet nap` takes."
    ]


def test_a_function_that_no_command_names_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cli"
    folder.mkdir()
    (folder / "nap.py").write_text("def nap(run: Invocation) -> None:\n    rest()\n")
    monkeypatch.setattr(completeness, "_CORE", tmp_path)
    assert list(completeness._unnamed()) == [
        "cafleet_core/cli/nap.py has `nap`, which no command of cli/*_options.py or"
        " cli/command_table.py names."
    ]
    (folder / "nap_options.py").write_text('COMMANDS = {"nap": Command("nap.nap")}\n')
    assert list(completeness._unnamed()) == []


def test_a_hint_for_no_push_reason_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(push_hints.BY_PUSH_REASON, "napping", ("It naps.", "Wait."))
    assert completeness.gaps() == [
        "cafleet_core/states.py: PushReason has no `napping`, which BY_PUSH_REASON names."
    ]


def test_a_push_reason_that_nobody_gives_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(completeness, "_GIVERS", ("push/*.py",))
    gaps = completeness.gaps()
    assert [gap for gap in gaps if "`question`" in gap] == [
        "No module of cafleet_core/broker, push or panes gives the push reason `question`."
    ]
    assert not any("`input_off`" in gap for gap in gaps)


def test_an_event_without_words_and_one_that_nobody_records_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(message.WORDS, EventKind.SENT)
    monkeypatch.setattr(completeness, "_RECORDERS", ("broker/team/*.py",))
    gaps = completeness.gaps()
    assert [gap for gap in gaps if "`sent`" in gap] == [
        "cafleet_core/event_rules/message.py says nothing in WORDS of `sent`.",
        "No module of cafleet_core/broker or storage records the event `sent`.",
    ]
    assert not any("answered" in gap for gap in gaps)


def test_check_names_what_is_stale_and_touches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pages.main([], tmp_path) == 0
    assert pages.main(["--check"], tmp_path) == 0
    (tmp_path / "docs/cli.md").write_text("something else", "utf-8")
    assert pages.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err == "docs/cli.md is stale; run 'make docs'.\n"
    assert (tmp_path / "docs/cli.md").read_text("utf-8") == "something else"
