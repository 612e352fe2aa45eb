"""A session's report in Markdown, in which foreign text is nothing but text."""

from __future__ import annotations

import re

from cafleet_core.cli.export_lines import TIMES, agent_row, title
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.cli.export_lines import Line
    from cafleet_core.records import Agent, Session

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_TICKS = re.compile(r"`+")
_SHORTEST_FENCE = 3


def document(
    session: Session, team: Sequence[Agent], lines: Iterator[Line]
) -> Iterator[str]:
    """The report, a part at a time."""
    yield f"# {_plain(title(session))}\n\n{_plain(session.session_id)}. {TIMES}\n"
    yield "| agent | is | for |\n| --- | --- | --- |"
    for agent in team:
        yield f"| {' | '.join(map(_plain, agent_row(agent)))} |"
    yield "\n## What happened\n"
    for line in lines:
        yield f"- {line.at} **{_plain(line.who)}** {_plain(line.what)}\n"
        if line.body:
            yield _fenced(line.body)
        if line.screen:
            yield f"  <details><summary>screen</summary>\n\n{_fenced(line.screen)}\n  </details>\n"


def _plain(words: str) -> str:
    """One line in which no character is markup."""
    return _PUNCTUATION.sub(r"\\\1", words)


def _fenced(words: str) -> str:
    """A block of text, behind a fence that is longer than any in it."""
    longest = max(map(len, _TICKS.findall(words)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    inner = "\n".join(f"  {line}" for line in words.split("\n"))
    return f"  {fence}text\n{inner}\n  {fence}\n"
