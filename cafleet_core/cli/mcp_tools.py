"""The tools that `cafleet mcp` offers: each is a command, and carried out as one."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.cli import error_hints, fast_lane
from cafleet_core.cli.invocation import Invocation
from cafleet_core.errors import CafleetError, WrongUsage
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

_TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_TEXT = {"type": "string"}


class Tool(NamedTuple):
    """A tool: its command, what it is for, and the command's options by its parameters.

    A parameter's schema is JSON Schema; `required` are those that must be given.
    """

    command: tuple[str, ...]
    description: str
    options: dict[str, str]
    schemas: dict[str, dict[str, Any]]
    required: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The tool's input as JSON Schema."""
        schema: dict[str, Any] = {"type": "object", "properties": self.schemas}
        return schema | ({"required": list(self.required)} if self.required else {})


TOOLS = {
    "poll": Tool(
        ("message", "poll"),
        "Read your unacked messages.",
        {"wait": "--wait"},
        {
            "wait": {
                "type": "integer",
                "minimum": 0,
                "maximum": 50,
                "description": "Seconds to wait for one",
            }
        },
    ),
    "ack": Tool(
        ("message", "ack"),
        "Tell senders that you have dealt with these messages.",
        {"ids": "--task-id"},
        {"ids": _TEXTS},
        ("ids",),
    ),
    "send": Tool(
        ("message", "send"),
        "Send a message to agents of your session.",
        {"to": "--to", "text": "--text", "reply_to": "--reply-to"},
        {
            "to": {**_TEXTS, "description": "Names or ids"},
            "text": _TEXT,
            "reply_to": {**_TEXT, "description": "Id of the message this answers"},
        },
        ("to", "text"),
    ),
    "status": Tool(
        ("message", "status"),
        "Show what became of a message at each recipient.",
        {"id": "--task-id"},
        {"id": _TEXT},
        ("id",),
    ),
    "members": Tool(("agent", "list"), "List the agents of your session.", {}, {}),
}


class Answer(NamedTuple):
    """What a tool says, sanitised, and whether it was refused."""

    words: str
    refused: bool = False


class _ToolRun(Invocation):
    """A run of a command whose result is kept, not printed."""

    said = ""

    def say(self, words: str, document: object) -> None:
        """Keep the result, as text."""
        self.said = words


def carry_out(
    name: str,
    arguments: dict[str, Any],
    session_id: str | None = None,
    agent_id: str | None = None,
) -> Answer:
    """Carry a tool out as its command would be, with the same refusals.

    The ids are those that the server was started with; else the caller is who lives in
    the pane of this process.
    """
    run = _ToolRun()
    run.session_id, run.agent_id = session_id, agent_id
    try:
        try:
            _call(name, arguments).on(run)
        finally:
            run.close()
    except CafleetError as error:
        way_out = error_hints.way_out(error)
        words = f"Error: {error.message}" + (f"\n{way_out}" if way_out else "")
        return Answer(text.sanitise(words), refused=True)
    return Answer(text.sanitise(run.said))


def _call(name: str, arguments: dict[str, Any]) -> fast_lane.Call:
    """The command line that a call of a tool means, read as any other; raises WrongUsage."""
    tool = TOOLS.get(name)
    if tool is None:
        raise WrongUsage(f"there is no tool {name!r}; there are {', '.join(TOOLS)}.")
    words = list(tool.command)
    for parameter, value in arguments.items():
        option = tool.options.get(parameter)
        if option is None:
            raise WrongUsage(f"{name} has no parameter {parameter!r}.")
        words += [f"{option}={each}" for each in _values(parameter, value)]
    call = fast_lane.parse(words)
    if call is None:
        needed = ", ".join(tool.required)
        raise WrongUsage(f"{name}: a value is not valid" + f"; it needs {needed}.")
    return call


def _values(parameter: str, value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    for each in values:
        if isinstance(each, bool) or not isinstance(each, str | int):
            raise WrongUsage(f"{parameter}: neither a text nor a whole number.")
    return [str(each) for each in values]
