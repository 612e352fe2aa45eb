"""`cafleet file hook`: what coding agents' own hooks run before an edit and after a turn.

An agent waits for it at every edit, so that it has little time and no say when anything is
wrong: then it prints nothing, and ends as if all were well.
"""

from __future__ import annotations

import os
import sys

from cafleet_core import clock, ids, text
from cafleet_core.broker.files import edits
from cafleet_core.broker.files.place import locate
from cafleet_core.broker.registry.open import is_file
from cafleet_core.config.rules import OnConflict
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.file_use import FileUseKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from cafleet_core.broker.files.place import FilePlace
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.storage.files import FileUser

SECONDS = 2.0
"""Seconds after which an agent's edit goes on without an answer."""

_LONGEST = 32 << 20
"""Bytes of what a hook is told, with all that a tool writes into a file."""

_MOST_FILES = 100
_SHOWN_PATH = 200
_SHOWN_USERS = 3

_BEFORE_EDIT = "PreToolUse"
_AFTER_TURN = ("Stop", "SessionEnd", "Interrupt")

_PATHS = ("file_path", "notebook_path", "filePath")
_PATCHES = ("command", "input", "patchText")
_PATCH_BEGINS = "*** Begin Patch"
_PATCHED = ("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")


def answer(run: Invocation) -> None:
    """Take in what a coding agent's hook is told on standard input, and answer it.

    Before an edit the file is noted; if another agent uses it, the answer says so to the
    model, or denies the edit. After a turn its edits are over. Whatever is wrong, the edit goes
    on: nothing is printed, and the exit code is 0.
    """
    _end_in_time()
    run.brief = True
    try:
        said = _said()
        if said is not None:
            _act(run, said)
    except (CafleetError, OSError, ValueError, RecursionError, MemoryError):
        pass  # see above


def _end_in_time() -> None:
    """Have this process ended once its time is over, also in the middle of a wait for a lock."""
    # `signal` makes enumerations of these names, which takes as long as all the rest
    from _signal import (  # type: ignore[import-not-found]
        ITIMER_REAL,
        SIG_DFL,
        SIGALRM,
        setitimer,
        signal,
    )

    signal(SIGALRM, SIG_DFL)
    setitimer(ITIMER_REAL, SECONDS)


def _act(run: Invocation, said: Mapping[str, Any]) -> None:
    event = said.get("hook_event_name")
    if event in _AFTER_TURN and _has_registry(run):
        edits.end(run.registry, run.caller().agent)
    if event != _BEFORE_EDIT:
        return
    places = _places(said)
    if places and _has_registry(run):
        rule = run.settings.file_rule
        others = edits.begin(run.registry, run.caller().agent, places, rule)
        if others:
            _print(_reply(others, rule))


def _has_registry(run: Invocation) -> bool:
    """Whether there is a registry: a hook makes none."""
    place = run.settings.registry
    return not is_file(place) or os.path.exists(place)


def _places(said: Mapping[str, Any]) -> list[FilePlace]:
    """The files that a tool is about to change, each once."""
    tool, folder = said.get("tool_input"), said.get("cwd")
    if not isinstance(tool, dict):
        return []
    if not isinstance(folder, str) or not os.path.isabs(folder):
        folder = os.getcwd()
    paths = dict.fromkeys(_paths(tool))
    places = (locate(path, folder) for path in [*paths][:_MOST_FILES])
    return [*dict.fromkeys(place for place in places if place is not None)]


def _paths(tool: Mapping[str, Any]) -> Iterator[str]:
    for key in _PATHS:
        if isinstance(path := tool.get(key), str) and path:
            yield path
    for key in _PATCHES:
        patch = tool.get(key)
        if isinstance(patch, str) and _PATCH_BEGINS in patch:
            for line in patch.split("\n"):
                for head in _PATCHED:
                    if line.startswith(head):
                        yield line.removeprefix(head).strip()


def _reply(others: list[FileUser], rule: OnConflict) -> dict[str, Any]:
    """The answer in the form that Claude Code and Codex read."""
    words = _words(others)
    reply: dict[str, Any] = {"hookEventName": _BEFORE_EDIT}
    if rule == OnConflict.DENY:
        reply["permissionDecision"] = "deny"
        reply["permissionDecisionReason"] = (
            f"{words} Your edit was not made: go on with something else, or agree with them."
        )
    else:
        reply["additionalContext"] = (
            f"{words} Your edit is made all the same: read the file again before the next one,"
            " and agree with them who changes what."
        )
    return {"hookSpecificOutput": reply}


def _words(others: list[FileUser]) -> str:
    now = clock.now()
    lines = []
    for use, name, _ in others[:_SHOWN_USERS]:
        path = text.cut(text.one_line(use.path), _SHOWN_PATH)
        if use.kind == FileUseKind.CLAIM:
            does = f"has claimed {path} until {clock.seconds(use.ends_at)}"
        else:
            ago = clock.span(clock.age(use.began_at, now))
            does = f"has been editing {path} for {ago}"
        lines.append(f"{text.label(name)} {does}.")
    more = len(others) - len(lines)
    lines += [f"So do {more} others."] if more else []
    to = ids.shown(others[0].use.agent_id)  # a name may hold what a shell obeys
    lines.append(f"(`cafleet message send --to {to}`; `cafleet file list`.)")
    return f"cafleet: {' '.join(lines)}"


def _print(reply: dict[str, Any]) -> None:
    from cafleet_core.cli import output

    output.document(reply)


def _said() -> dict[str, Any] | None:
    """The JSON object on standard input; None for anything else."""
    content = sys.stdin.buffer.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        return None
    said = _decoded(content.decode("utf-8", "replace"))
    return said if isinstance(said, dict) else None


class _Scanning:
    """How the scanner of the standard library makes values; all of `json` costs as much as a poll."""

    strict = False
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = parse_constant = float


def _decoded(words: str) -> Any:
    """The JSON value that a text begins with; raises ValueError without one."""
    try:
        from _json import make_scanner
    except ImportError:
        import json

        return json.loads(words)
    begin = len(words) - len(words.lstrip())
    try:
        value, _ = make_scanner(_Scanning)(words, begin)  # type: ignore[arg-type]  # any object with these names
    except StopIteration:
        raise ValueError("no JSON") from None
    return value
