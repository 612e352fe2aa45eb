"""The prompt that an agent starts with: the caller's or ours, with names filled in."""

from __future__ import annotations

import re

from cafleet_core import text
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from cafleet_core.records import Agent

_LONGEST_FILE = 10_000_000

FOR_MEMBERS = """\
You are {{name}}, a member of a team of coding agents. The team talks through the \
command line program cafleet; the agent who directs you has the id {{director_agent_id}}.

- A prompt that begins with [cafleet msg ...] announces a message, perhaps shortened. \
Read all that is new with:
  cafleet --session-id {{session_id}} message poll --agent-id {{agent_id}} --full
- Acknowledge each message that you have read:
  cafleet --session-id {{session_id}} message ack --agent-id {{agent_id}} --task-id ID
- Report, answer and ask by message, not on your screen, which nobody may be watching:
  cafleet --session-id {{session_id}} message send --agent-id {{agent_id}} \
--to {{director_agent_id}} --reply-to ID --text "..."

Read your messages now. If there is none, stop; you will be told when one comes."""

FOR_DIRECTORS = """\
You are {{name}} and direct a team of coding agents through the command line program \
cafleet, in session {{session_id}}, where your id is {{agent_id}}. A human watches the \
control room beside you.

- Spawn a member: cafleet --session-id {{session_id}} member create \
--agent-id {{agent_id}} --name NAME --description TEXT -- PROMPT
- Give it work: cafleet --session-id {{session_id}} message send \
--agent-id {{agent_id}} --to NAME --text "..."
- A prompt that begins with [cafleet msg ...] announces a message, perhaps shortened; \
`message poll --full` prints what is new, `message ack --task-id ID` acknowledges it.
- `member list --activity` tells what each is doing; `cafleet --help` lists the rest.

Wait for the human's instructions now."""

LONGEST_ARGUMENT = 100_000
"""Bytes that one argument of a program may have on every system."""

_FILE = "prompt.md"
_PLACEHOLDER = re.compile(r"\{\{(session_id|agent_id|director_agent_id|name)\}\}")


def filled(words: str, agent: Agent, director_agent_id: str) -> str:
    """`words` with the four known names in double braces replaced; every other brace stays.

    Raises InvalidInput if `words` are empty or no text.
    """
    if not text.is_text(words):
        raise InvalidInput("the prompt is not UTF-8 text.")
    names = {
        "session_id": agent.session_id,
        "agent_id": agent.agent_id,
        "director_agent_id": director_agent_id,
        "name": agent.name,
    }
    return _PLACEHOLDER.sub(lambda match: names[match[1]], text.storable(words))


def read_file(path: str) -> str:
    """The prompt in a file; raises Refused if it cannot be read as text."""
    try:
        with open(path, "rb") as file:
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
