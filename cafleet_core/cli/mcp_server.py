"""Serve the tools over standard input and output, by the package `mcp`."""

from __future__ import annotations

from functools import partial

import anyio
import mcp_types as types
from anyio import to_thread
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from cafleet_core import __version__
from cafleet_core.cli import mcp_tools
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def serve(session_id: str | None, agent_id: str | None) -> None:
    """Serve until standard input ends."""
    anyio.run(_serve, session_id, agent_id)


def listed() -> types.ListToolsResult:
    """The tools as a client is told of them."""
    return types.ListToolsResult(
        tools=[
            types.Tool(
                name=name, description=tool.description, input_schema=tool.schema
            )
            for name, tool in mcp_tools.TOOLS.items()
        ]
    )


async def _serve(session_id: str | None, agent_id: str | None) -> None:
    async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
        return listed()

    async def call_tool(
        _context: Any, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        carried = partial(
            mcp_tools.carry_out,
            *(params.name, params.arguments or {}, session_id, agent_id),
        )
        answer = await to_thread.run_sync(carried)
        content = types.TextContent(type="text", text=answer.words)
        return types.CallToolResult(content=[content], is_error=answer.refused)

    server = Server(
        "cafleet",
        version=__version__,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())
