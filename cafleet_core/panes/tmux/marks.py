"""Add and remove agents' marks on panes, one at a time, within the tmux server.

A mark is a set, because several agents may live in one pane. The server itself makes each
change on the value that it holds then, so that two writers never lose each other's.
"""

from __future__ import annotations

from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import NamedTuple
from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION, LEFT_OPTION, marked_with

_ID = frozenset("0123456789abcdef-")
_PANE_ID = frozenset("0123456789%")
_DONE = "done"
_NOTED_OPTION = "@cafleet_noted"
"""The pane option with the agents that the pane was told it is assumed to be."""

_REMEMBERED = 370
"""Characters of such a list that a pane keeps: the last ten agents."""


class MarkedPane(NamedTuple):
    """A pane of one running tmux server; `pid` is its first process, 0 if unknown."""

    socket: str
    server_pid: int
    pane_id: str
    pid: int = 0


def add(pane: MarkedPane, agent_id: str) -> bool:
    """Add an agent's mark to a pane; whether the pane bears it now.

    Nothing is done to any other pane, nor to the marks of other agents.
    """
    before = f"#{{?{IDENTITY_OPTION},#{{{IDENTITY_OPTION}}}#,,}}"
    return _changed(
        pane,
        "1",
        f"if-shell -F -t {_checked(_PANE_ID, pane.pane_id)}"
        f" '{marked_with(_checked(_ID, agent_id))}' {{ }}"
        f" {{ set-option -F -p -t {pane.pane_id} {IDENTITY_OPTION} '{before}{agent_id}' }}",
    )


def claim(pane: MarkedPane, agent_id: str) -> bool:
    """Mark a pane that bears no agent's mark with one; whether the pane was free."""
    aimed = f"set-option -p -t {_checked(_PANE_ID, pane.pane_id)}"
    own = _checked(_ID, agent_id)
    unmarked = f"#{{==:#{{{IDENTITY_OPTION}}},}}"
    return _changed(pane, unmarked, f"{aimed} {IDENTITY_OPTION} {own}")


def remove(pane: MarkedPane, agent_id: str) -> bool:
    """Remove an agent's mark from a pane, and no other's; whether that was done.

    The pane remembers the agents that left it: cleanup recognises it by them.
    """
    own = _checked(_ID, agent_id)
    rest = f"#{{s/(^{own},?|,{own})//:{IDENTITY_OPTION}}}"
    left = f"#{{=-{_REMEMBERED}:{LEFT_OPTION}}},{own}"
    aimed = f"set-option -F -p -t {_checked(_PANE_ID, pane.pane_id)}"
    return _changed(
        pane,
        marked_with(own),
        f"{aimed} {IDENTITY_OPTION} '{rest}' ; {aimed} {LEFT_OPTION} '{left}'",
    )


def note(pane: MarkedPane, agent_id: str) -> bool:
    """Remember on a pane that it was told of an agent; False if it was told before."""
    own = _checked(_ID, agent_id)
    kept = f"#{{=-{_REMEMBERED}:{_NOTED_OPTION}}},{own}"
    return not _changed(
        pane,
        f"#{{m/r:{own},#{{{_NOTED_OPTION}}}}}",
        "",
        f"set-option -F -p -t {_checked(_PANE_ID, pane.pane_id)} {_NOTED_OPTION} '{kept}'",
    )


def _changed(
    pane: MarkedPane, condition: str, change: str, otherwise: str = ""
) -> bool:
    """Make a change to a pane if it is still the same one, and a condition holds."""
    tests = [
        f"#{{==:#{{pid}},{pane.server_pid}}}",
        f"#{{==:#{{pane_id}},{pane.pane_id}}}",
    ]
    if pane.pid:
        tests.append(f"#{{==:#{{pane_pid}},{pane.pid}}}")
    for test in tests:
        condition = f"#{{&&:{condition},{test}}}"
    done = " ; ".join(filter(None, (change, f"display-message -p {_DONE}")))
    script = (
        f"if-shell -F -t {pane.pane_id} '{condition}' {{ {done} }} {{ {otherwise} }}\n"
    )
    try:
        reply = client.call(
            ["source-file", "-"], socket=pane.socket, stdin=script.encode()
        )
    except TmuxError:
        return False
    return reply.out.strip() == _DONE


def _checked(allowed: frozenset[str], value: str) -> str:
    if not value or not allowed.issuperset(value):
        raise ValueError(f"not fit for a tmux script: {value!r}")
    return value
