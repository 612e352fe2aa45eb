"""The prompt that an agent starts with: the caller's or ours, with names filled in."""

from __future__ import annotations

import re

from cafleet_core import text
from cafleet_core.agents.cues import UNKNOWN
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cafleet_core.records import Agent

_LONGEST_FILE = 10_000_000

FOR_MEMBERS = """\
You are {{name}}, a member of a team of coding agents, directed by {{director_agent_id}}.

- A prompt [cafleet msg ID from SENDER TIME] is a message. Where its text ends in … or has \
⏎ for a new line, read it whole: cafleet message poll --full
- Acknowledge what you have read: cafleet message ack ID
- Report, answer and ask by message, not on your screen, which nobody may be watching: \
cafleet message send SENDER "..." --reply-to ID

Run cafleet message poll --full now. If there is no message, stop; you will be told."""

FOR_DIRECTORS = """\
You are {{name}} and direct a team of coding agents through the command cafleet. A human \
watches the control room beside you.

- Spawn a member: cafleet member create --name NAME --description TEXT -- PROMPT
- Give it work: cafleet message send NAME "..."
- A prompt [cafleet msg ID from SENDER TIME] is a message. Where its text ends in … or has \
⏎ for a new line, read it whole: cafleet message poll --full
- Acknowledge what you have read: cafleet message ack ID
- Who needs you: cafleet member list --news; the rest: cafleet --help

Wait for the human's instructions now."""

FOR_RESTARTED = """\
You were started again: your program had ended. You are still {{name}}, with the same id \
and the same messages. {{waiting}} Read what is new: cafleet message poll --full
If you were in the middle of something, go on with it; else stop, you will be told when a \
message comes."""

LONGEST_ARGUMENT = 100_000
"""Bytes that one argument of a program may have on every system."""

PLACEHOLDERS = ("session_id", "agent_id", "director_agent_id", "name", "coding_agent")
"""The names that stand in double braces for what is known of the agent."""

OF_TREES = ("branch", "worktree")
"""Such names for a member with a worktree of its own."""

_FILE = "prompt.md"
_STANDARD_INPUT = "-"
_PLACEHOLDER = re.compile(r"(\\?)\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")


def expect_known(words: str, known: Sequence[str]) -> None:
    """Raise InvalidInput for a name in double braces that stands for nothing."""
    for escaped, name in _PLACEHOLDER.findall(words):
        if not escaped and name not in known:
            listed = ", ".join(f"{{{{{each}}}}}" for each in known)
            raise InvalidInput(
                f"{{{{{name}}}}} stands for nothing in a prompt; known are {listed}.",
                f"To keep the braces as they are, write \\{{{{{name}}}}}.",
            )


def with_values(words: str, values: Mapping[str, str]) -> str:
    """`words` with these names in double braces replaced; those after a backslash stay so."""
    return _PLACEHOLDER.sub(
        lambda match: match[0] if match[1] else values.get(match[2], match[0]), words
    )


def filled(words: str, agent: Agent, director_agent_id: str) -> str:
    """`words` with the known names in double braces replaced; every other brace stays.

    A backslash before such braces goes, and they stay. Raises InvalidInput if `words` are
    no text.
    """
    if not text.is_text(words):
        raise InvalidInput("the prompt is not UTF-8 text.")
    placement = agent.placement
    names = {
        "session_id": agent.session_id,
        "agent_id": agent.agent_id,
        "director_agent_id": director_agent_id,
        "name": agent.name,
        "coding_agent": placement.coding_agent if placement else UNKNOWN,
    }

    def value(match: re.Match[str]) -> str:
        return match[0][1:] if match[1] else names.get(match[2], match[0])

    return _PLACEHOLDER.sub(value, text.storable(words))


def read_file(path: str) -> str:
    """The prompt in a file, or on standard input for `-`.

    Raises Refused if it cannot be read as text.
    """
    is_input = path == _STANDARD_INPUT
    try:
        with open(0 if is_input else path, "rb", closefd=not is_input) as file:
            content = file.read(_LONGEST_FILE + 1)
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"prompt file {path} is not UTF-8.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refused(f"prompt file {path} cannot be read: {why}.") from None
    if len(content) > _LONGEST_FILE:
        raise Refused(f"prompt file {path} cannot be read: it is over 10 MB.")
    if not words.strip():
        raise Refused(f"prompt file {path} is empty.")
    return words


def too_long(words: str) -> bool:
    """Whether a prompt is too long for one argument, and needs a file."""
    return len(words.encode()) > LONGEST_ARGUMENT


def kept(words: str, folder: Path) -> str:
    """Write a long prompt to a private folder, and return the short one that points to it."""
    path = folder / _FILE
    path.touch(mode=0o600)
    path.write_text(words, encoding="utf-8")
    return pointer(folder)


def pointer(folder: Path) -> str:
    """The prompt that points to a long one in a folder."""
    return (
        f"Your instructions are in the file {folder / _FILE}."
        " Read all of it and follow it."
    )
