"""The pieces of each coding agent, with the files of this user that hold them."""

from __future__ import annotations

import os
from functools import cache

from cafleet_core import assets, user_files
from cafleet_core.config import server_url
from cafleet_core.errors import InvalidInput, InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.setup import (
    edit_hooks,
    hooks,
    host_unit,
    jsonc,
    signature,
    status_line,
)
from cafleet_core.setup.agent_folders import AGENTS, TITLES, home, installed
from cafleet_core.setup.edits import (
    AllowedPattern,
    ListedItems,
    Superseded,
    WholeFile,
    within,
)
from cafleet_core.setup.piece import Piece, Target
from cafleet_core.setup.toml_edits import TomlLine, WritableFolder
from cafleet_core.suggestion import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

_CODEX_RULES = """\
# Codex runs cafleet without asking, and outside of its sandbox, where tmux can be reached.
prefix_rule(pattern = ["cafleet"], decision = "allow")
"""

_PLUGIN = "cafleet@cafleet"

_RESTART = "Agents that run already notice at their next start."
_TRUST = (
    "Codex runs new hooks when you have trusted them: start `codex` once and choose so,"
    " before members of yours are asked."
)


def pieces(environ: Mapping[str, str], registry: str) -> list[Piece]:
    """Every piece, for the registry at this path or URL, in the order of `AGENTS`."""
    homes = {agent: home(agent, environ) for agent in AGENTS}
    on_server = registry.startswith(server_url.SCHEMES)
    return [
        *_claude(homes["claude"]),
        *_codex(homes["codex"], "" if on_server else os.path.dirname(registry)),
        *_opencode(homes["opencode"]),
        *(host_unit.pieces(environ) if on_server else ()),
    ]


def chosen(
    names: Sequence[str], environ: Mapping[str, str], registry: str
) -> list[Piece]:
    """The pieces with these names or of these agents; without names, of installed agents,
    and of this machine.

    Spare pieces are chosen only by their name. Raises InvalidInput for an unknown name, Refused
    for the host process's unit where it would be of no use.
    """
    every = pieces(environ, registry)
    of_host = {host_unit.HOST, host_unit.NAME}
    agents = names or [*installed(environ), host_unit.HOST]
    _check(names, {*AGENTS, *of_host, *(piece.name for piece in every)})
    if of_host.intersection(names):
        host_unit.expect_use(on_server=registry.startswith(server_url.SCHEMES))
    return [
        piece
        for piece in every
        if piece.name in names or (piece.agent in agents and not piece.is_spare)
    ]


def _check(names: Sequence[str], known: Set[str]) -> None:
    for name in names:
        if name not in known:
            meant = nearest(name, known)
            hint = f"; did you mean '{meant}'?" if meant else "."
            raise InvalidInput(f"there is no piece '{name}'{hint}")


def _claude(home: str) -> Iterator[Piece]:
    settings = os.path.join(home, "settings.json")
    # Claude Code may not read the other files of a loaded skill without permission
    rules = ("Bash(cafleet:*)", f"Read(/{os.path.join(home, 'skills')}/**)")
    allow = ListedItems(("permissions", "allow"), *rules)
    skills = _skills("claude", home)
    copied = any(os.path.exists(target.path) for target in skills.targets)
    yield skills._replace(is_spare=_has_plugin(settings) and not copied)
    does = "runs cafleet and reads its skills"
    yield _allow("claude", home, Target(settings, allow), does)
    yield _hooks("claude", home, Target(settings, hooks.edit(hooks.CLAUDE)))
    yield _files_piece("claude", home, Target(settings, edit_hooks.CLAUDE))
    purpose = "Claude Code tells its cost, its context and its quotas."
    tap = Target(settings, status_line.StatusLineTap())
    yield Piece("claude-usage", "claude", purpose, home, (tap,), _RESTART)


def _has_plugin(settings: str) -> bool:
    """Whether cafleet's plugin, with its skills, is installed in Claude Code."""
    try:
        plugins = within(jsonc.load(user_files.read(settings) or ""), "enabledPlugins")
    except (InvalidSetting, ValueError):
        return False
    return isinstance(plugins, dict) and plugins.get(_PLUGIN) is True


def _codex(home: str, registry_folder: str) -> Iterator[Piece]:
    rules = os.path.join(home, "rules", "cafleet.rules")
    stamps = os.path.join(home, "hooks.json")
    yield _skills("codex", home)
    yield _allow("codex", home, Target(rules, WholeFile(_CODEX_RULES, "#")))
    settings = os.path.join(home, "config.toml")
    if registry_folder:
        purpose = "Codex's sandbox lets the registry be written."
        target = Target(settings, WritableFolder(registry_folder))
        yield Piece("codex-registry", "codex", purpose, home, (target,), _RESTART)
    alone = TomlLine("features", "daemon_auto_start", False)
    yield Piece(
        *("codex-daemon", "codex", "Each Codex runs its commands in its own pane."),
        *(home, (Target(settings, alone),), _RESTART),
    )
    yield _hooks("codex", home, Target(stamps, hooks.edit(hooks.CODEX)), _TRUST)
    yield _files_piece("codex", home, Target(stamps, edit_hooks.CODEX), _TRUST)


def _opencode(home: str) -> Iterator[Piece]:
    names = [os.path.join(home, f"opencode.{ending}") for ending in ("jsonc", "json")]
    settings = next(filter(os.path.exists, names), names[-1])
    yield _skills("opencode", home)
    yield _allow("opencode", home, Target(settings, AllowedPattern("cafleet *")))
    plugin = assets.opencode_plugin()
    whole = WholeFile(plugin.read_text(encoding="utf-8"), "//")
    target = Target(os.path.join(home, "plugin", plugin.name), whole)
    yield _files_piece("opencode", home, target)


def _allow(agent: str, home: str, target: Target, does: str = "runs cafleet") -> Piece:
    purpose = f"{TITLES[agent]} {does} without asking."
    return Piece(f"{agent}-allow", agent, purpose, home, (target,), _RESTART)


def _hooks(agent: str, home: str, target: Target, note: str = _RESTART) -> Piece:
    purpose = f"{TITLES[agent]} tells when it is busy, idle or waiting."
    return Piece(f"{agent}-hooks", agent, purpose, home, (target,), note)


def _files_piece(agent: str, home: str, target: Target, note: str = _RESTART) -> Piece:
    purpose = f"{TITLES[agent]} tells which files it edits, and is told who else does."
    return Piece(f"{agent}-files", agent, purpose, home, (target,), note)


def _skills(agent: str, home: str) -> Piece:
    """The piece with the skills; it also removes an earlier version's files from their folders."""
    purpose = f"{TITLES[agent]} knows how to work with cafleet."
    folder = os.path.join(home, "skills")
    shipped = {os.path.join(folder, name): text for name, text in _shipped()}
    targets = [
        Target(path, WholeFile(text, "<!--" if path.endswith(".md") else "#"), True)
        for path, text in shipped.items()
    ]
    targets += [
        Target(path, Superseded(), True)
        for name in assets.skills()
        for path in _files(os.path.join(folder, name))
        if path not in shipped and _is_sealed(path)
    ]
    return Piece(f"{agent}-skills", agent, purpose, home, tuple(targets), _RESTART)


@cache
def _shipped() -> tuple[tuple[str, str], ...]:
    """Every file of every skill: its path below the folder of skills, and its text."""
    files = []
    for name, source in assets.skills().items():
        for path in _files(str(source)):
            with open(path, encoding="utf-8") as file:
                below = os.path.relpath(path, source)
                files.append((os.path.join(name, below), file.read()))
    return tuple(files)


def _files(folder: str) -> list[str]:
    return sorted(
        os.path.join(where, name)
        for where, _, names in os.walk(folder)
        if os.path.basename(where) != "__pycache__"
        for name in names
    )


def _is_sealed(path: str) -> bool:
    try:
        return signature.opened(user_files.read(path) or "") is not None
    except InvalidSetting:
        return False
