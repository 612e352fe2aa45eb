"""The agents that a pane is marked with: put on and taken off within the tmux server, one by one.

A mark is a set, because several agents may live in one pane: each change is made by the
server itself on the value that it holds then, so that no two writers lose one another's.
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
"""The pane option with the agents of which it was told that it is taken for them."""

_REMEMBERED = 370
"""Characters of such a list that a pane keeps: those of the last ten agents."""


class MarkedPane(NamedTuple):
    """A pane of one running tmux server; `pid` is its first process, 0 where not known."""

    socket: str
    server_pid: int
    pane_id: str
    pid: int = 0


def add(pane: MarkedPane, agent_id: str) -> bool:
    """Mark a pane with one agent more; whether it bears that mark now.

    Nothing is done to another pane than the one that was meant, nor to the marks of others.
    """
    before = f"#{{?{IDENTITY_OPTION},#{{{IDENTITY_OPTION}}}#,,}}"
    return _changed(
        pane,
        "1",
        f"if-shell -F -t {_checked(_PANE_ID, pane.pane_id)}"
        f" '{marked_with(_checked(_ID, agent_id))}' {{ }}"
        f" {{ set-option -F -p -t {pane.pane_id} {IDENTITY_OPTION} '{before}{agent_id}' }}",
    )


def remove(pane: MarkedPane, agent_id: str) -> bool:
    """Take one agent's mark off a pane, and no other's; whether that was done.

    The pane remembers who has lived there: who clears up knows by it whose it was.
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
    """Remember on a pane that it was told of an agent; False where it had been."""
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
    """Make a change to a pane where it is the one that was meant, and a condition holds."""
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
