"""Versions of the coding agents on PATH, and of the Node with which npm installs them."""

from __future__ import annotations

import re
import subprocess

from cafleet_core import text
from cafleet_core.agents import catalog, programs
from cafleet_core.diagnosis.check import Check
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TRIED = {
    "claude": ("@anthropic-ai/claude-code", "2.1.332"),
    "codex": ("@openai/codex", "0.171.0"),
    "opencode": ("opencode-ai", "1.18.33"),
}
"""The newest version of each that cafleet was tried with, and its package at npm."""

_OLDEST = {"claude": "2.1.224"}
"""Before it Claude Code has no inbox, and loses the first Enter after its start."""

_OLDEST_NODE = "22"
"""With an earlier Node npm chooses Claude Code 2.1.197, the last that declares to run on it."""

_NODE = "node"
_VERSION = re.compile(r"\d{1,9}(?:\.\d{1,9})+")
_SECONDS = 5.0


def checks(environ: Mapping[str, str]) -> Iterator[Check]:
    """The version of each agent on PATH, and a Node that has npm install an old one."""
    path = environ.get("PATH")
    has_claude = False
    for agent in TRIED:
        program = programs.which(catalog.get(agent).argv[0], path)
        if program is None:
            continue
        check = _agent(agent, _version(program))
        has_claude = has_claude or (agent == "claude" and bool(check.ok))
        yield check
    node = programs.which(_NODE, path)
    if node is not None and not has_claude:
        yield from _node(_version(node))


def warnings(environ: Mapping[str, str]) -> list[str]:
    """Outdated versions, in words for a note."""
    return [
        check.detail
        for check in checks(environ)
        if check.ok is False or check.name == _NODE
    ]


def _agent(agent: str, version: str | None) -> Check:
    name, (_, tried) = f"{agent}-version", TRIED[agent]
    if version is None:
        return Check(name, None, "its version could not be asked")
    oldest = _OLDEST.get(agent)
    if oldest is not None and _parts(version) < _parts(oldest):
        return Check(
            name,
            False,
            f"{agent} {version} is older than {oldest}: {_way_out(agent)}",
        )
    return Check(name, True, f"{version} (tried up to {tried})")


def _node(version: str | None) -> Iterator[Check]:
    if version is not None and _parts(version) < _parts(_OLDEST_NODE):
        yield Check(
            _NODE,
            None,
            f"with Node {version} npm installs an old Claude Code unless the version is"
            f" named: {_way_out('claude')}",
        )


def _way_out(agent: str) -> str:
    package, tried = TRIED[agent]
    return f"`npm install -g {package}@{tried}`"


def _version(program: str) -> str | None:
    """The version that a program tells; None if it does not within seconds."""
    try:
        done = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    said = text.label(done.stdout.decode(errors="replace"))
    match = _VERSION.search(said)
    return match[0] if match else None


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
