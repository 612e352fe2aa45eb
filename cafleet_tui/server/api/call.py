"""Run a command for a request: the function that the command line calls, its result kept."""

from __future__ import annotations

from typing import Any, NamedTuple

from cafleet_core.broker.directory import identity
from cafleet_core.cli import crash, output
from cafleet_core.cli.fast_lane import Call
from cafleet_core.cli.invocation import Invocation
from cafleet_core.config.settings import Settings
from cafleet_core.errors import CafleetError, Internal
from cafleet_core.states import Interface
from cafleet_tui.server.api import statuses
from cafleet_tui.server.api.routes import As


class Reply(NamedTuple):
    """The answer to a request: a status, one JSON document, and notes beside it."""

    status: int
    body: str
    notes: tuple[str, ...] = ()


class ApiInvocation(Invocation):
    """One run of a command whose result goes to a request instead of a terminal.

    It belongs to the thread that runs it. `read_only` also makes the registry refuse writes.
    """

    def __init__(self, settings: Settings, *, read_only: bool) -> None:
        super().__init__()
        self.json = True
        self.read_only = read_only
        self.result: object = None
        self.notes: list[str] = []
        self._settings = settings
        if read_only:
            self.registry.refuse_writes()

    def act_as(self, caller: As, session: str | None) -> None:
        """Work in a session in somebody's name; raises NotFound, Ambiguous."""
        self.session_id = session
        if session is None or caller == As.NOBODY:
            return
        named = identity.find_session(self.registry, session)
        self.session_id = named.session_id
        self.agent_id = (
            named.administrator_agent_id
            if caller == As.HUMAN
            else named.director_agent_id
        )

    def say(self, words: str, document: object) -> None:  # noqa: ARG002  # for people
        """See `Invocation`."""
        self.result = document

    def note(self, words: str) -> None:
        """See `Invocation`."""
        self.notes.append(words)


def reply(
    settings: Settings,
    place: str,
    values: dict[str, Any],
    caller: As,
    session: str | None,
    *,
    read_only: bool,
    interface: Interface = Interface.API,
) -> Reply:
    """Run the command at a place as `caller`; whatever goes wrong is in the reply.

    An answer is recorded with the `interface` that it came through.
    """
    run: ApiInvocation | None = None
    try:
        run = ApiInvocation(settings, read_only=read_only)
        run.interface = interface
        run.act_as(caller, session)
        Call(place, values, {}).on(run)
        return Reply(200, output.encoded(run.result), tuple(run.notes))
    except CafleetError as error:
        return refusal(error)
    except Exception as error:  # noqa: BLE001  # the last line of defence against tracebacks
        return refusal(Internal(type(error).__name__, crash.keep(error)))
    finally:
        if run is not None:
            run.close()


def refusal(error: CafleetError) -> Reply:
    """The reply that says why something was not done."""
    return Reply(statuses.status(error), output.encoded(statuses.document(error)))
