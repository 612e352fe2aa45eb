"""Create a member for the human, in its Director's name; and the CLI equivalent."""

from __future__ import annotations

import os
import shlex

from cafleet_core.broker.directory import identity
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import create_member, prompts, remote_member
from cafleet_core.errors import Refused
from cafleet_core.records import Session
from cafleet_core.requests import MemberRequest, StartResult


def create(registry: Registry, session: Session, request: MemberRequest) -> StartResult:
    """Create the member and start its program; without a prompt it gets the usual one.

    Raises CafleetError if that is not possible; nothing is left then.
    """
    director = identity.find_agent(
        registry, session.session_id, session.director_agent_id
    )
    complete = request._replace(prompt=request.prompt or prompts.FOR_MEMBERS)
    caller = Caller(session, director)
    if is_elsewhere(request.cwd):
        return remote_member.create(registry, caller, request.cwd, complete)
    here = complete._replace(cwd=folder(request.cwd))
    return create_member.create(registry, caller, here)


def is_elsewhere(written: str) -> bool:
    """Whether a human wrote MACHINE:FOLDER, as `--host` takes it, and no folder of this machine."""
    machine, colon, _ = written.partition(":")
    return bool(colon) and "/" not in machine and not os.path.isdir(written)


def folder(written: str) -> str:
    """The absolute path of a folder that the human wrote; raises Refused if there is none."""
    path = os.path.abspath(os.path.expanduser(written))
    if not os.path.isdir(path):
        raise Refused(f"{path} is not a folder.")
    return path


def cli_equivalent(session: Session, request: MemberRequest) -> str:
    """The command that does the same, its ids cut to prefixes."""
    words = ["cafleet", "--session-id", session.session_id[:8], "member", "create"]
    words += ["--agent-id", session.director_agent_id[:8]]
    words += ["--name", request.name, "--description", request.description]
    words += ["--coding-agent", request.coding_agent]
    if request.model:
        words += ["--model", request.model]
    if is_elsewhere(request.cwd):
        words += ["--host", request.cwd]
    elif request.cwd != ".":
        words += ["--cwd", request.cwd]
    return shlex.join([*words, *(["--", request.prompt] if request.prompt else [])])
