"""`cafleet member note`: what is noted of a member."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.team import notes, roster
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation

NOTHING = "Nothing is noted of {}."


def note(run: Invocation, member_id: str, clears: bool, words: tuple[str, ...]) -> None:
    """Note something of a member, one line in the place of the earlier one; else print it.

    The control room and 'member list' show it, and nothing of it is typed to anybody.
    """
    if clears and words:
        raise InvalidInput("--clear takes no text.")
    agent = roster.find(run.registry, run.caller(), member_id)
    noted = agent.note
    if clears or words:
        line = " ".join(words)
        if not clears and not text.label(line):
            raise InvalidInput("the note is empty; --clear takes it away.")
        noted = notes.write(run.registry, agent, line)
    shown = text.label(noted) if noted else NOTHING.format(text.label(agent.name))
    run.say(shown, {"member_agent_id": agent.agent_id, "note": noted})
