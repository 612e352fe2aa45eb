"""Anything that might be written on the command line, sensible things among it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click
from hypothesis import strategies as st

from cafleet_core.cli.aliases import ALIASES
from cafleet_core.reference import commands
from tests.cli.test_hostile import EVIL

LASTING = {
    *(("tui",), ("replay",), ("demo",), ("up",), ("monitor",), ("server",)),
    *(("host",), ("mcp",), ("member", "create")),
    *(("event", "follow"), ("member", "wait")),
    ("help",),
}
"""Commands that open something which stays, that wait, or that are for people alone; what they
refuse is tested with them.
"""

COMMANDS = [
    (page.words, page.command)
    for page in commands.documented()
    if not isinstance(page.command, click.Group) and page.words not in LASTING
]
COMMANDS += [
    ((alias,), command)
    for alias, meant in ALIASES.items()
    for words, command in COMMANDS
    if words == meant
]

SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|sqlite3)\b")
"""What no answer may show, unless it was put in."""


def words(most: int) -> st.SearchStrategy[str]:
    """Text of at most so many characters, in which nothing passes for SQL."""
    return st.text(max_size=most).filter(lambda text: not SQL.search(text))


ANYTHING = words(30).filter(lambda text: "help" not in text)
AWKWARD = st.sampled_from(
    [
        *(EVIL, EVIL.replace("\0", ""), "\udcff", "\ud800", "é" * 300, "🙂", "a\nb"),
        *("", " ", "-", "--", "-1", "0", "1e999", "nan", "null", "{}", "["),
        *("%", "*", "..", "/", "'; --", "$(id)"),
    ]
)
MOMENTS = st.one_of(
    st.datetimes().map(str),
    st.from_regex(r"[0-9]{1,12}[smhdx]", fullmatch=True),
    st.sampled_from(["0001-01-01", "9999-12-31T23:59:59-23:59", "0d", "999999999d"]),
)
WAITS = st.sampled_from(["0", "0.01", "-1", "x", "nan", "1e999", "", "1_0.0.0"])
PATHS = st.sampled_from(
    [
        *("-", ".", "", "new", "registry.db"),
        "/nonexistent/x",
        "/dev/null",
        "\udcff",
        "a\nb",
    ]
)
VARIABLES = st.sampled_from(
    [
        *("CAFLEET_DATABASE_URL", "CAFLEET_MAX_TEXT_LEN", "CAFLEET_SESSION_ID"),
        *("CAFLEET_AGENT_ID", "TMUX", "TMUX_PANE", "XDG_CONFIG_HOME"),
    ]
)
POSSIBLE = st.one_of(ANYTHING, AWKWARD, st.integers().map(str)).filter(
    lambda text: not re.search("[\0\ud800-\udc7f\udd00-\udfff]", text)
)
"""What the system lets through: no NUL, no surrogate that stands for no byte."""

_PATHS = ("file", "cwd", "path", "screenshot", "prompt_file")


def values(known: Sequence[str], param: click.Parameter) -> st.SearchStrategy[str]:
    """What might be given for a parameter, sensible things among it."""
    if param.name == "session_id":
        return st.one_of(ANYTHING, AWKWARD)
    if param.name == "wait":
        return WAITS
    if param.name == "awaited":  # what is awaited would not come
        return AWKWARD
    if param.name in _PATHS or isinstance(param.type, click.Path):
        return PATHS
    if isinstance(param.type, click.Choice):
        return st.one_of(st.sampled_from([*param.type.choices]), AWKWARD)
    there = st.sampled_from(known)
    return st.one_of(there, there, MOMENTS, AWKWARD, ANYTHING, st.integers().map(str))


@st.composite
def command_lines(draw: st.DrawFn, known: Sequence[str]) -> list[str]:
    """A command with some of its options, in any order, and perhaps a stray word."""
    words, command = draw(st.sampled_from(COMMANDS))
    fragments: list[list[str]] = []
    for param in command.params:
        wanted = param.required or draw(st.booleans())
        if not wanted or param.name == "json":
            continue
        flag = getattr(param, "is_flag", False)
        value = [] if flag else [draw(values(known, param))]
        spelt = [param.opts[0]] if isinstance(param, click.Option) else []
        fragments.append([*spelt, *value])
    if draw(st.integers(0, 4)) == 0:
        fragments.append([draw(st.one_of(ANYTHING, AWKWARD))])
    shuffled = draw(st.permutations(fragments))
    return [*words, *(word for fragment in shuffled for word in fragment)]
