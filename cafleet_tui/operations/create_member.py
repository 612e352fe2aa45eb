"""Starting a member for the human: what is wished, who starts it, and the command that would."""

from __future__ import annotations

import os
import shlex

from cafleet_core.broker.directory import identity
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import create_member, prompts
from cafleet_core.errors import Refused
from cafleet_core.records import Session
from cafleet_core.requests import MemberRequest, StartResult


def hire(registry: Registry, session: Session, wish: MemberRequest) -> StartResult:
    """Start the member in its Director's name, told how to talk where no prompt says otherwise.

    Raises CafleetError with the reason where that cannot be done; nothing is left then.
    """
    cwd = folder(wish.cwd)
    director = identity.find_agent(
        registry, session.session_id, session.director_agent_id
    )
    complete = wish._replace(cwd=cwd, prompt=wish.prompt or prompts.FOR_MEMBERS)
    return create_member.create(registry, Caller(session, director), complete)


def folder(written: str) -> str:
    """The absolute folder that the human means; raises Refused where there is none."""
    found = os.path.abspath(os.path.expanduser(written))
    if not os.path.isdir(found):
        raise Refused(f"{found} is not a folder.")
    return found


def twin(session: Session, wish: MemberRequest) -> str:
    """The command line that does the same, its ids cut to prefixes."""
    words = ["cafleet", "--session-id", session.session_id[:8], "member", "create"]
    words += ["--agent-id", session.director_agent_id[:8]]
    words += ["--name", wish.name, "--description", wish.description]
    words += ["--coding-agent", wish.coding_agent]
    if wish.model:
        words += ["--model", wish.model]
    if wish.cwd != ".":
        words += ["--cwd", wish.cwd]
    return shlex.join([*words, *(["--", wish.prompt] if wish.prompt else [])])
