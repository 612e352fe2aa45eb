"""Find `cafleet` commands in Markdown: whole ones in code blocks, named ones in prose."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

import click
import pytest

from cafleet_core.cli import fast_lane
from cafleet_core.cli.commands import cafleet

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`(cafleet\s[^`]+)`")
_OPTION = re.compile(r"--[a-z][a-z-]+")
_SHELLS = ("sh", "console")


class Step(NamedTuple):
    """A command of a code block, and its documented output; None without one."""

    command: str
    printed: str | None


def read_only_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have command lines read as ever, by hand or by click, and nothing done after that."""
    monkeypatch.setattr(click.Command, "invoke", lambda *_: None)
    monkeypatch.setattr(fast_lane.Call, "on", lambda *_: None)


def blocks(text: str) -> list[tuple[str, str]]:
    """Every code block, as (language, text)."""
    return _BLOCK.findall(text)


def steps(text: str) -> list[Step]:
    """Every `cafleet` command of the `sh` and `console` blocks, in order."""
    steps: list[Step] = []
    for language, block in blocks(text):
        if language == "sh":
            steps += [Step(line, None) for line in block.splitlines()]
        if language == "console":
            parts = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
            steps += [Step(*part) for part in parts]
    return [step for step in steps if step.command.startswith("cafleet ")]


def written(text: str) -> list[list[str]]:
    """The arguments of every call in a code block, also inside other commands."""
    lines = [
        line.removeprefix("$ ")
        for language, block in blocks(text)
        if language in _SHELLS
        for line in block.splitlines()
    ]
    return [words for line in lines for words in _calls(line)]


def named(text: str) -> list[list[str]]:
    """The arguments of every call in inline code, which may be incomplete."""
    prose = _BLOCK.sub("", text)
    return [call.split()[1:] for call in _NAMED.findall(prose)]


def unknown(words: list[str]) -> list[str]:
    """The unknown command of a named call, or its unknown options."""
    command: click.Command = cafleet
    context = click.Context(cafleet)
    for word in (
        word
        for before, word in zip(["", *words], words, strict=False)
        if not _option(before, word)
    ):
        if not isinstance(command, click.Group):
            break
        subcommand = command.get_command(context, word)
        if subcommand is None:
            return [] if _stands_for_something(word) else [word]
        command = subcommand
    known = {name for param in command.params for name in param.opts} | {"--help"}
    return [
        option
        for word in words
        for option in _OPTION.findall(word)
        if option not in known
    ]


def _calls(line: str) -> Iterator[list[str]]:
    words = shlex.split(line, comments=True) if line.count('"') % 2 == 0 else []
    if words[:1] == ["tmux"]:
        words = shlex.split(words[-1])
    if words[:1] == ["cafleet"]:
        yield words[1:]


def _option(before: str, word: str) -> bool:
    """Whether a word is an option, or the value of one that all commands take."""
    return word.startswith("-") or before in ("--session-id", "--agent-id")


def _stands_for_something(word: str) -> bool:
    return word.startswith(("<", "…", "*"))
