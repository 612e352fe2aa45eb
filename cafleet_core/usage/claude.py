"""What a Claude Code has used: its transcript, and what its status line was told.

The transcript has the tokens of every answer, the status line money, context and quotas.
"""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import claude_files, foreign_files
from cafleet_core.process import PROC
from cafleet_core.usage import sample
from cafleet_core.usage.sample import Tokens, UsageSample, Window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

STATUS_FOLDER = "cafleet-usage"
"""Below the folder of its settings: what the status line of each conversation was last told."""

MOST_AT_ONCE = 1 << 26
"""Bytes of a transcript that one reading usually takes in; the next goes on there."""

_ANSWER, _USAGE, _COST = b'"assistant"', b'"usage"', b'"cost-state"'
_UNSETTLED = 32
"""Answers whose lines may still be mixed with those of others, such as subagents'."""

_SYNTHETIC = "<synthetic>"
"""The model of an answer that no model gave."""


class Progress(NamedTuple):
    """How far a transcript was read, and what was counted up to there.

    `answers` are the last ones by their ids: each is written in several lines, and every
    line tells of all of it. `cost` is None once something was used after it was told.
    """

    offset: int = 0
    settled: Tokens = Tokens()
    answers: Mapping[str, Tokens] = {}  # immutable
    model: str = ""
    context_used: int | None = None
    cost: int | None = None

    @property
    def tokens(self) -> Tokens:
        """All that was counted."""
        return _sum(self.settled, *self.answers.values())


def read(
    pane_pid: int,
    before: dict[str, Progress],
    proc: str = PROC,
    most: int = MOST_AT_ONCE,
) -> UsageSample | None:
    """What the Claude Code in a pane has used in its conversation; None without one.

    `before` has the progress of transcripts by their paths, and is kept up to date.
    """
    shown = claude_files.conversation(pane_pid, proc)
    if shown is None:
        return None
    conversation = sample.identifier(shown.record.get("sessionId"))
    if not conversation:
        return None
    path = shown.transcript
    progress = before[path] = advance(path, before.get(path, Progress()), most)
    status_file = os.path.join(shown.home, STATUS_FOLDER, f"{conversation}.json")
    status = foreign_files.document(status_file)
    return _sample(conversation, shown.home, progress, status)


def _sample(
    conversation: str, account: str, progress: Progress, status: dict[str, Any]
) -> UsageSample:
    cost = sample.table(status.get("cost")).get("total_cost_usd")
    context = sample.table(status.get("context_window"))
    limits = sample.table(status.get("rate_limits"))
    stated = sample.micro_dollars(cost)
    return UsageSample(
        conversation,
        account,
        progress.model or sample.name(sample.table(status.get("model")).get("id")),
        progress.tokens,
        progress.cost if stated is None else stated,
        _context_used(context) or progress.context_used,
        sample.counted(context.get("context_window_size")),
        _window(limits, "five_hour"),
        _window(limits, "seven_day"),
    )


def _window(limits: dict[str, Any], which: str) -> Window | None:
    quota = sample.table(limits.get(which))
    return sample.window(quota.get("used_percentage"), quota.get("resets_at"))


def _context_used(context: dict[str, Any]) -> int | None:
    tokens = _tokens(sample.table(context.get("current_usage")))
    return tokens.input + tokens.cached or None


def advance(path: str, progress: Progress, most: int = MOST_AT_ONCE) -> Progress:
    """The progress after the whole lines that a transcript has more by now, up to `most` bytes."""
    text, start = foreign_files.beginning_at(path, progress.offset, most)
    if start < progress.offset:  # it was written anew
        progress = Progress()
    whole, end, _ = text.rpartition(b"\n")
    if not end and len(text) == most:
        whole = text  # a line that is longer than that is passed over
    for line in whole.split(b"\n"):
        if _COST in line or (_ANSWER in line and _USAGE in line):
            progress = _counted(progress, foreign_files.parsed(line))
    return progress._replace(offset=start + len(whole) + len(end))


def _counted(progress: Progress, entry: dict[str, Any]) -> Progress:
    if entry.get("type") == "cost-state":
        cost = sample.micro_dollars(entry.get("totalCostUSD"))
        return progress._replace(cost=cost)
    message = sample.table(entry.get("message"))
    answer, model = str(message.get("id")), sample.name(message.get("model"))
    if entry.get("type") != "assistant" or model == _SYNTHETIC:
        return progress
    tokens = _tokens(sample.table(message.get("usage")))
    seen = progress.answers.get(answer, Tokens())
    answers = {**progress.answers, answer: Tokens(*map(max, seen, tokens))}
    settled = progress.settled
    if len(answers) > _UNSETTLED:
        settled = _sum(settled, answers.pop(next(iter(answers))))
    progress = progress._replace(settled=settled, answers=answers, cost=None)
    if entry.get("isSidechain"):  # a subagent's, with a context of its own
        return progress
    used = tokens.input + tokens.cached or progress.context_used
    return progress._replace(model=model or progress.model, context_used=used)


def _tokens(usage: dict[str, Any]) -> Tokens:
    """What was written to the cache was sent anew."""
    sent = sample.count(usage.get("input_tokens"))
    written = sample.count(usage.get("cache_creation_input_tokens"))
    return Tokens(
        sent + written,
        sample.count(usage.get("output_tokens")),
        sample.count(usage.get("cache_read_input_tokens")),
    )


def _sum(*tokens: Tokens) -> Tokens:
    return Tokens(*map(sum, zip(*tokens, strict=True)))
