"""Whether a pane still runs the program that its agent was bound to."""

from __future__ import annotations

from cafleet_core import process
from cafleet_core.agents import cues
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple, StrEnum
from cafleet_core.memo import expression as compiled
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.process import Instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.panes.tmux.snapshot import PaneSnapshot
    from cafleet_core.records import Placement

RESTARTED = "the pane was started anew, and nobody has said that the agent is in it"
ANOTHER = "another program was started in its pane than the agent"
IN_FRONT = "{words} is in front, which is another program than the agent"


class Sameness(StrEnum):
    """Whether a pane's program is the agent's; UNKNOWN if nothing proves either."""

    SAME = "same"
    ANOTHER = "another"
    UNKNOWN = "unknown"


class Sight(NamedTuple):
    """Whether the program in the foreground is the agent's; `words` say why it is not."""

    sameness: Sameness
    pane: Instance = Instance()
    front: Instance = Instance()
    words: str = ""


def seen(placement: Placement, snapshot: PaneSnapshot) -> Sight:
    """Compare a pane's processes with those in its placement.

    A program of another name may still be the agent's, and so is one that the agent has
    started in front, or was started by. One by the name of an interpreter is not if its
    command line is another's. Processes that cannot be looked up are not judged.
    """
    if placement.pane_pid not in (0, snapshot.pid):
        return Sight(Sameness.ANOTHER, words=RESTARTED)
    pane = process.find(snapshot.pid)
    if pane is None or placement.pane_started not in ("", pane.started):
        return Sight(Sameness.UNKNOWN)  # a process in another container
    front = process.in_front(snapshot.pid)
    if front is None:
        return Sight(Sameness.UNKNOWN, pane.instance)
    sight = Sight(Sameness.UNKNOWN, pane.instance, front.instance)
    agent = Instance(placement.program_pid, placement.program_started)
    if front.instance == agent:
        return sight._replace(sameness=Sameness.SAME)
    known_as = placement.process_names.split()
    if snapshot.command in known_as and not may_be(
        cues.parse(placement.cues).program, front.pid
    ):
        words = IN_FRONT.format(words=" ".join(process.script(front.pid)))
        return sight._replace(sameness=Sameness.ANOTHER, words=words)
    if not agent.pid or snapshot.command not in known_as or is_shell(snapshot.command):
        return sight
    if _related(agent, front.instance):
        return sight
    return sight._replace(sameness=Sameness.ANOTHER, words=ANOTHER)


def may_be(patterns: Sequence[str], pid: int) -> bool:
    """Whether a process may be the agent that these expressions find in its command line."""
    if not patterns:
        return True
    words = process.script(pid)
    return not words or any(
        compiled(pattern).search(word) for pattern in patterns for word in words
    )


def _related(agent: Instance, front: Instance) -> bool:
    """Whether the agent still runs, and one of the two was started by the other."""
    above_agent = [ancestor.instance for ancestor in process.lineage(agent.pid)]
    if agent not in above_agent:
        return False
    above_front = [ancestor.instance for ancestor in process.lineage(front.pid)]
    return front in above_agent or agent in above_front
