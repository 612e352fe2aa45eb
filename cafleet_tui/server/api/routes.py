"""Which command answers which request, and in whose name."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from cafleet_core.cli import command_table
from cafleet_core.cli.options import Argument, Command, Kind, Option

ROOT = "/api/v1"

_IN_SESSION = "/sessions/{session}"
_MEMBER = _IN_SESSION + "/members/{member_id}"
_MESSAGE = _IN_SESSION + "/messages/{task_id}"


class As(StrEnum):
    """In whose name a command runs: the Director's, where nobody else may."""

    HUMAN = "human"
    DIRECTOR = "director"
    NOBODY = "nobody"


class Route(NamedTuple):
    """One request and its command.

    Parameters in braces are the command's, `{session}` is the session to work in. `fixed`
    are values that every call has, `without` the parameters that stay at their default:
    files of this machine, and forms of output for people.
    """

    name: str
    method: str
    path: str
    words: str
    caller: As = As.HUMAN
    fixed: dict[str, object] = {}  # noqa: RUF012  # read only
    without: frozenset[str] = frozenset()

    @property
    def command(self) -> Command:
        """The command, as it stands in the table."""
        command = command_table.command(self.words)
        if command is None:
            raise LookupError(self.words)
        return command

    @property
    def parameters(self) -> list[Option]:
        """What a request may hold besides the session, those of the path too."""
        command = self.command
        given = [*command.options, *_as_option(command.argument)]
        left_out = {*self.fixed, *self.without, *_FOR_A_TERMINAL}
        return [option for option in given if option.field not in left_out]

    def is_in_path(self, option: Option) -> bool:
        """Whether a parameter is a part of the path."""
        return f"{{{option.field}}}" in self.path


_FOR_A_TERMINAL = frozenset(
    (
        "quiet",
        "export",
        "tmux",
        "file",
        "prompt_file",
        "here",
        "attach",
        "copied",
        "review",
    )
)
_WAITING = frozenset(("wait", "awaited", "timeout"))


def _as_option(argument: Argument | None) -> list[Option]:
    """The words behind a command's options as one text."""
    if argument is None or argument.instead:
        return []
    return [
        Option(
            (), argument.field, "The text.", None, Kind.TEXT, required=argument.required
        )
    ]


ROUTES = (
    Route("listSessions", "GET", "/sessions", "session list", As.NOBODY),
    Route("showSession", "GET", _IN_SESSION, "session show", As.NOBODY),
    Route("deleteSession", "DELETE", _IN_SESSION, "session delete", As.NOBODY),
    Route("showStatus", "GET", _IN_SESSION + "/status", "status"),
    Route("listAgents", "GET", _IN_SESSION + "/agents", "agent list"),
    Route(
        "registerAgent",
        "POST",
        _IN_SESSION + "/agents",
        "agent register",
        without=frozenset(("coding_agent",)),
    ),
    Route("showAgent", "GET", _IN_SESSION + "/agents/{reference}", "agent show"),
    Route(
        "listMembers",
        "GET",
        _IN_SESSION + "/members",
        "member list",
        As.DIRECTOR,
        {"activity": True},
    ),
    Route(
        "createMember",
        "POST",
        _IN_SESSION + "/members",
        "member create",
        As.DIRECTOR,
        without=frozenset(("count",)),
    ),
    Route("deleteMember", "DELETE", _MEMBER, "member delete"),
    Route("captureMember", "GET", _MEMBER + "/capture", "member capture"),
    Route(
        "captureMembers", "GET", _IN_SESSION + "/captures", "member scan", As.DIRECTOR
    ),
    Route("explainMember", "GET", _MEMBER + "/explanation", "member explain"),
    Route("pingMember", "POST", _MEMBER + "/ping", "member ping"),
    Route("promptMember", "POST", _MEMBER + "/prompt", "member prompt"),
    Route(
        "execOnMember",
        "POST",
        _MEMBER + "/exec",
        "member exec",
        without=frozenset(("waits", "timeout")),
    ),
    Route("listQuestions", "GET", _IN_SESSION + "/questions", "member questions"),
    Route("answerQuestion", "POST", _MEMBER + "/answer", "member send-input"),
    Route("listMessages", "GET", _IN_SESSION + "/messages", "message list"),
    Route("sendMessage", "POST", _IN_SESSION + "/messages", "message send"),
    Route("broadcastMessage", "POST", _IN_SESSION + "/broadcasts", "message broadcast"),
    Route("showMessage", "GET", _MESSAGE, "message show"),
    Route(
        "showMessageStatus",
        "GET",
        _MESSAGE + "/status",
        "message status",
        without=_WAITING,
    ),
    Route("cancelMessage", "POST", _MESSAGE + "/cancel", "message cancel"),
    Route(
        "pollInbox",
        "POST",
        _IN_SESSION + "/inbox/poll",
        "message poll",
        without=_WAITING,
    ),
    Route("ackInbox", "POST", _IN_SESSION + "/inbox/ack", "message ack"),
    Route("listEvents", "GET", _IN_SESSION + "/events", "event list"),
)
"""Every request that a command answers; `GET /events` streams, see `event_stream`."""
