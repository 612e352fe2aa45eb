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
    "qwen": ("@qwen-code/qwen-code", "0.24.4"),
}
"""The newest version of each that cafleet was tried with, and its package at npm."""

_OLDEST = {"claude": "2.1.224"}
"""Before it Claude Code has no inbox, and loses the first Enter after its start."""

_OLDEST_NODE = "22"
"""With an earlier Node npm chooses Claude Code 2.1.197, the last that declares to run on it."""

_NODE = "node"
_VERSION = re.compile(r"\d{1,9}(?:\.\d{1,9})+")
_SECONDS = 10.0  # for all of them, which start at the same time


def checks(environ: Mapping[str, str]) -> Iterator[Check]:
    """The version of each agent on PATH, and a Node that has npm install an old one."""
    path = environ.get("PATH")
    names = {**{agent: catalog.get(agent).argv[0] for agent in TRIED}, _NODE: _NODE}
    there = {
        name: program
        for name, argv in names.items()
        if (program := programs.which(argv, path)) is not None
    }
    if not there:
        return
    from concurrent.futures import ThreadPoolExecutor  # a machine may have none of them

    with ThreadPoolExecutor(len(there)) as side_by_side:
        versions = dict(
            zip(there, side_by_side.map(_version, there.values()), strict=True)
        )
    agents = [_agent(name, versions[name]) for name in TRIED if name in versions]
    yield from agents
    has_claude = any(check.ok for check in agents if check.name == _name("claude"))
    if _NODE in versions and not has_claude:
        yield from _node(versions[_NODE])


def warnings(environ: Mapping[str, str]) -> list[str]:
    """Outdated versions, in words for a note."""
    return [
        check.detail
        for check in checks(environ)
        if check.ok is False or check.name == _NODE
    ]


def _name(agent: str) -> str:
    return f"{agent}-version"


def _agent(agent: str, version: str | None) -> Check:
    name, (_, tried) = _name(agent), TRIED[agent]
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
