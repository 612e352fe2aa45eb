"""`cafleet file`: who edits which file, and claims of files."""

from __future__ import annotations

import os

from cafleet_core import clock, ids, text
from cafleet_core.cli import output
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.file_use import FileUseKind

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.files.users import ListedUse
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.storage.files import FileUser

_COLUMNS = ("agent_id", "name", "use", "since", "until", "also", "path")


def listing(run: Invocation) -> None:
    """List which files the living agents edit or have claimed, and who shares one.

    An edit counts for ten minutes, and no longer than the turn in which it was made. The same
    path in two worktrees are two files: they meet when they are merged.
    """
    from cafleet_core.broker.files import users

    listed = users.of_session(run.registry, run.session().session_id)
    table = output.table(_COLUMNS, [_row(each) for each in listed])
    run.say(table if listed else "0 files.", [_document(each) for each in listed])


def claim(run: Invocation, paths: tuple[str, ...], until: str) -> None:
    """Claim files until a time: others are warned before they edit them, or denied it.

    What another has claimed is refused; what another edits now is claimed and said. To claim
    again moves the end.
    """
    from cafleet_core.broker.files import claims
    from cafleet_core.broker.messages import timing

    end = clock.stamp(timing.coming("--until", until, clock.now()))
    places = claims.places(paths, _folder())
    agent = run.caller().agent
    others = claims.claim(run.registry, agent, places, end)
    lines = [
        f"Claimed {text.one_line(place.path)} until {clock.seconds(end)}."
        for place in places
    ]
    for user in others:
        path = text.one_line(user.use.path)
        lines.append(f"  {text.label(user.agent_name)} edits {path} now.")
    run.say(
        "\n".join(lines),
        {
            "paths": [place.path for place in places],
            "ends_at": end,
            "edited_by": [_user_document(user) for user in others],
        },
    )


def release(
    run: Invocation, paths: tuple[str, ...], everything: bool, member: str | None
) -> None:
    """End claims and edits of files: your own, or those of a member of yours."""
    from cafleet_core.broker.files import claims

    if bool(paths) == everything:
        raise InvalidInput("give --path or --all.")
    caller = run.caller()
    agent = caller.agent
    if member is not None:
        from cafleet_core.broker.team import roster  # for Directors alone

        agent = roster.find(run.registry, caller, member)
    if everything:
        count = claims.release_all(run.registry, agent)
    else:
        places = claims.places(paths, _folder())
        count = claims.release(run.registry, agent, places)
    files = "1 use of a file" if count == 1 else f"{count} uses of files"
    run.say(f"Ended {files}.", {"ended": count})


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        raise Refused("the folder that this was called in is gone.") from None


def _row(listed: ListedUse) -> tuple[str, ...]:
    use, name, _ = listed.user
    also = [*listed.others, *(f"{other} (other tree)" for other in listed.elsewhere)]
    return (
        ids.shown(use.agent_id),
        text.label(name),
        "edits" if use.kind == FileUseKind.EDIT else "claimed",
        clock.seconds(use.began_at),
        clock.seconds(use.ends_at),
        ", ".join(map(text.label, also)) or "-",
        text.one_line(use.path),
    )


def _document(listed: ListedUse) -> dict[str, Any]:
    return {
        **_user_document(listed.user),
        "shared_with": list(listed.others),
        "in_other_trees": list(listed.elsewhere),
    }


def _user_document(user: FileUser) -> dict[str, Any]:
    use = user.use
    return {
        "agent_id": use.agent_id,
        "name": user.agent_name,
        "use": use.kind,
        "host": use.host,
        "path": use.path,
        "repository": use.repository or None,
        "path_in_tree": use.name or None,
        "began_at": use.began_at,
        "ends_at": use.ends_at,
    }
