"""`--help`: for every command, and the same whatever it is called by."""

from __future__ import annotations

import click
import pytest

from cafleet_core.cli.aliases import ALIASES
from cafleet_core.cli.commands import cafleet
from cafleet_core.cli.examples import EXAMPLES
from cafleet_core.reference import commands
from tests.cli.conftest import Prompt

PAGES = [*commands.documented()]
COMMANDS = [page for page in PAGES if not isinstance(page.command, click.Group)]


@pytest.mark.parametrize("page", COMMANDS, ids=lambda page: " ".join(page.words))
def test_a_command_s_help_ends_with_its_examples(
    cli: Prompt, page: commands.DocumentedCommand
) -> None:
    helped = cli(*page.words, "--help")
    assert (helped.code, helped.err) == (0, "")
    lines = EXAMPLES[" ".join(page.words)].splitlines()
    heading = "Examples" if len(lines) > 1 else "Example"
    before, _, shown = helped.out.partition(f"\n{heading}:\n")
    assert "Example" not in before
    assert shown == "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: " ".join(page.words))
def test_a_command_and_its_options_say_what_they_are_for(
    page: commands.DocumentedCommand,
) -> None:
    assert page.command.help
    assert page.command.help.split("\n\n")[0].strip().endswith(".")
    options = [
        option for option in page.command.params if isinstance(option, click.Option)
    ]
    assert [
        option.name for option in options if not (option.help or option.hidden)
    ] == []


def test_the_overview_says_of_a_command_what_its_help_says(cli: Prompt) -> None:
    overview = " ".join(cli("--help").out.split())
    for page in PAGES:
        if isinstance(page.command, click.Group):
            assert f"{' '.join(page.words)} {page.command.help}" in overview


@pytest.mark.parametrize("alias", sorted(ALIASES))
def test_an_alias_is_the_command_itself(cli: Prompt, alias: str) -> None:
    meant = cli(*ALIASES[alias], "--help").out.splitlines()
    lines = cli(alias, "--help").out.splitlines()
    assert lines[1:] == meant[1:]
    assert lines[0].startswith(f"Usage: cafleet {alias} ")


def test_the_other_list_of_agents_has_an_example_too(cli: Prompt) -> None:
    assert cli("agents", "--help").out.endswith(f"Example:\n  {EXAMPLES['agents']}\n")


def test_there_is_no_example_of_a_command_that_is_not_there() -> None:
    known = {" ".join(page.words) for page in COMMANDS} | {"agents"}
    assert set(EXAMPLES) - known == set()


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_needs_no_registry(cli: Prompt, flag: str) -> None:
    context = click.Context(cafleet)
    for name in cafleet.list_commands(context):
        assert cli(name, flag).code == 0
