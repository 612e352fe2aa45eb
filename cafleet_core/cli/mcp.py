"""`cafleet mcp`: messages for agents without a shell."""

from __future__ import annotations

from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation


def serve(run: Invocation) -> None:
    """Serve poll, ack, send, status and members to an agent by the Model Context Protocol.

    A coding agent starts it, and calls its tools over standard input and output: for agents
    that may not run commands. The caller is who lives in the pane that it runs in.
    """
    try:
        from cafleet_core.cli import mcp_server
    except ImportError:
        raise Refused("cafleet mcp needs a package: install cafleet[mcp].") from None
    mcp_server.serve(run.session_id, run.agent_id)
