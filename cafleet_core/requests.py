"""Requests to start agents, and their results: plain data."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cafleet_core.records import Agent, Session


class StartRequest(NamedTuple):
    """A coding agent to start: `cwd` is an absolute folder, `environment` joins the pane's.

    `layout` is that of its pane, `conversation` the one to go on with, empty for a new one.
    `missing` are the names of variables that it had before, and whose values are not known.
    """

    coding_agent: str
    prompt: str = ""
    model: str | None = None
    cwd: str = "."
    environment: tuple[tuple[str, str], ...] = ()
    effort: str | None = None
    layout: str | None = None
    conversation: str = ""
    missing: tuple[str, ...] = ()


class TreeRequest(NamedTuple):
    """A worktree to make for a member.

    `branch` is empty for one that is named after the member, `base` None for what is checked
    out in its folder. `set_up` is the user's command for new trees, empty for none.
    """

    branch: str = ""
    base: str | None = None
    set_up: tuple[str, ...] = ()
    set_up_seconds: int = 600


class MemberRequest(NamedTuple):
    """A member to create, how its agent is started, and the layout of its pane.

    `layout` is one of `panes.tmux.layouts.LAYOUTS`, `least` the columns and rows below
    which no pane of its window may shrink; None for the usual ones.
    """

    name: str
    description: str
    coding_agent: str
    prompt: str = ""
    model: str | None = None
    cwd: str = "."
    environment: tuple[tuple[str, str], ...] = ()
    effort: str | None = None
    layout: str | None = None
    least: tuple[int, int] | None = None
    tree: TreeRequest | None = None

    @property
    def start(self) -> StartRequest:
        """The request to start its coding agent."""
        return StartRequest(
            *(self.coding_agent, self.prompt, self.model, self.cwd),
            *(self.environment, self.effort, self.layout),
        )


class UpRequest(NamedTuple):
    """A team to start: the session's label, and how its Director is started."""

    label: str | None
    director: StartRequest


class StartResult(NamedTuple):
    """An agent in its pane; if it is not ready, `screen` holds its last lines, `state` says why.

    `untold` if its prompt was to be typed and could not be. `remark` is what else its
    maker should know.
    """

    agent: Agent
    ready: bool
    state: str
    screen: tuple[str, ...] = ()
    untold: bool = False
    remark: str = ""


class UpResult(NamedTuple):
    """A session with its Director at work, and the tmux ids of everything opened for it."""

    session: Session
    director: StartResult
    socket: str
    tmux_session: str
    window_id: str
    pane_id: str
    control_room_pane_id: str
