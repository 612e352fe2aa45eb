"""What an OpenCode asks, and its answers, by its own server: its screen numbers none of them."""

from __future__ import annotations

import re

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import opencode_server
from cafleet_core.readings import Option, Question

if TYPE_CHECKING:
    from typing import Any

_INBOX = "opencode"
"""The kind of inbox that agents' data names for an agent with such a server."""

_PERMISSION, _CHOICE = re.compile(r"per_\w+"), re.compile(r"que_\w+")

_REPLIES = ("once", "always", "reject", "reject")
_PERMITTING = (
    Option(1, "Allow once", free_text=False),
    Option(2, "Allow always", free_text=False),
    Option(3, "Reject", free_text=False),
    Option(4, "Reject, and tell what to do instead", free_text=True),
)
_OWN = "Type your own answer"
_MOST = 8
"""Answers to choose from: with one's own there are nine digits."""

_LONGEST = 2000


class Asked(NamedTuple):
    """A question, the path at which it is answered, and the reply that each answer is.

    Of a choice these are the labels as its model wrote them, which have to come back so.
    """

    question: Question
    path: str
    replies: tuple[str, ...]

    def reply(self, option: Option, words: str) -> dict[str, Any]:
        """The body of the request that gives an answer; `words` for one that takes text."""
        chosen = self.replies[option.digit - 1]
        if self.replies is not _REPLIES:
            return {"answers": [[words if option.free_text else chosen]]}
        return {"reply": chosen, **({"message": words} if words else {})}


def asked(kinds: tuple[str, ...], pane_pid: int) -> Question | None:
    """What the agent in a pane asks, if it has such a server; None where that does not tell."""
    waiting = _asked(pane_pid) if _INBOX in kinds else None
    return waiting and waiting.question


def is_servers(question: Question) -> bool:
    """Whether a question was told by a server, and is answered there."""
    [named, *more] = question.context or ("",)
    return not more and bool(_PERMISSION.fullmatch(named) or _CHOICE.fullmatch(named))


def answer(pane_pid: int, question: Question, option: Option, words: str) -> bool:
    """Give an answer; whether the server has taken it, which still asked that question."""
    server = opencode_server.find(pane_pid)
    waiting = _asked(pane_pid) if server else None
    if server is None or waiting is None or waiting.question != question:
        return False
    reply = waiting.reply(option, words)
    return opencode_server.ask(server, waiting.path, reply).status == 200


def _asked(pane_pid: int) -> Asked | None:
    """The first question that waits: OpenCode shows one after the other."""
    server = opencode_server.find(pane_pid)
    if server is None:
        return None
    for path, read in (("/permission", _permission), ("/question", _choice)):
        listed = opencode_server.ask(server, path).document
        for document in listed if isinstance(listed, list) else ():
            return read(document) if isinstance(document, dict) else None
    return None


def _permission(document: dict[str, Any]) -> Asked | None:
    number = str(document.get("id"))
    if not _PERMISSION.fullmatch(number):
        return None
    lines = [f"Permission required: {document.get('permission')}", *_wanted(document)]
    question = Question(_said("\n".join(lines)), _PERMITTING, (number,))
    return Asked(question, f"/permission/{number}/reply", _REPLIES)


def _wanted(document: dict[str, Any]) -> list[str]:
    """What a permission is for: the command, else what it names."""
    about, patterns = document.get("metadata"), document.get("patterns")
    command = about.get("command") if isinstance(about, dict) else None
    if isinstance(command, str):
        return [f"$ {command}"]
    return [str(each) for each in patterns] if isinstance(patterns, list) else []


def _choice(document: dict[str, Any]) -> Asked | None:
    """A question of its model's; None for several at once, or one with several answers."""
    number, listed = str(document.get("id")), document.get("questions")
    if not (
        _CHOICE.fullmatch(number) and isinstance(listed, list) and len(listed) == 1
    ):
        return None
    [only] = listed
    offered = only.get("options") if isinstance(only, dict) else None
    if not isinstance(offered, list) or len(offered) > _MOST or only.get("multiple"):
        return None
    labels = [str(each.get("label")) for each in offered if isinstance(each, dict)]
    options = [
        Option(at, text.one_line(label), free_text=False)
        for at, label in enumerate(labels, 1)
    ]
    if only.get("custom", True):
        options.append(Option(len(options) + 1, _OWN, free_text=True))
    question = Question(_said(str(only.get("question"))), tuple(options), (number,))
    return Asked(question, f"/question/{number}/reply", (*labels, _OWN))


def _said(words: str) -> str:
    said = text.sanitise(words)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
