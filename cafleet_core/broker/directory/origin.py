"""The pane that a process was started from, as its ancestors prove it.

A pane whose first process is an ancestor of the calling one is the caller's: no variable can
imitate that. A background program between them breaks the proof.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.process import Process
    from cafleet_core.records import Agent


class Origin(NamedTuple):
    """The agents' pane that the calling process was started from, its agents newest first.

    `apart` if a background program has opened a terminal of its own in between: it may work
    for others too, so its place proves nothing. `program` is the pid that leads the pane's
    foreground if that has started the calling process, else 0.
    """

    agents: Sequence[Agent] = ()
    apart: bool = False
    program: int = 0

    @property
    def proven(self) -> Sequence[Agent]:
        """The agents in whose pane the process provably runs."""
        return () if self.apart else self.agents


def origin_of(line: Sequence[Process], placed: Sequence[Agent]) -> Origin:
    """Where a process was started from.

    `line` is the process and its ancestors, nearest first; `placed` the agents whose pane's
    first process has the pid of one of them.
    """
    for number, step in enumerate(line):
        agents = [agent for agent in placed if _is_first_of(step, agent)]
        if agents:
            below = [between.pid for between in line[1:number]]
            program = step.foreground if step.foreground in below else 0
            return Origin(agents, not _holds_together(line[: number + 1]), program)
    return Origin()


def _is_first_of(step: Process, agent: Agent) -> bool:
    """Whether a process is the first one of an agent's pane, by pid and start time."""
    placement = agent.placement
    return placement is not None and step.instance == (
        placement.pane_pid,
        placement.pane_started,
    )


def _holds_together(line: Sequence[Process]) -> bool:
    """Whether all processes of a line work for the terminal of the last one, the pane.

    A child may have no terminal, or one that its parent, at the pane's or such a terminal,
    has opened for it, as agents do for their commands. A program without a terminal that
    opens one for a child is a background program: its client may be in any pane.
    """
    *below, pane = line
    ours, attached = {pane.terminal}, bool(pane.terminal)
    for step in reversed(below):
        if step.terminal and step.terminal not in ours:
            if not attached:
                return False
            ours.add(step.terminal)
        attached = bool(step.terminal)
    return True
