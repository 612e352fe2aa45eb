"""The pieces that there are for each coding agent, and where this user's agents keep them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cafleet_core import assets
from cafleet_core.errors import InvalidInput, InvalidSetting
from cafleet_core.setup import files, hooks, seal
from cafleet_core.setup.edits import AllowedPattern, ListedItem, Superseded, WholeFile
from cafleet_core.setup.homes import AGENTS, TITLES, home, installed
from cafleet_core.setup.piece import Piece, Target
from cafleet_core.setup.toml_edits import TomlLine, WritableFolder
from cafleet_core.suggestion import nearest

_CODEX_RULES = """\
# Codex runs cafleet without asking, and outside of its sandbox, where tmux can be reached.
prefix_rule(pattern = ["cafleet"], decision = "allow")
"""

_RESTART = "Agents that run already notice at their next start."
_TRUST = (
    "Codex runs new hooks when you have trusted them: start `codex` once and choose so,"
    " before members of yours are asked."
)


def pieces(environ: Mapping[str, str], registry: str) -> list[Piece]:
    """Every piece, for the registry file at this path, in the order of `AGENTS`."""
    homes = {agent: home(agent, environ) for agent in AGENTS}
    return [
        *_claude(homes["claude"]),
        *_codex(homes["codex"], os.path.dirname(registry)),
        *_opencode(homes["opencode"]),
    ]


def chosen(
    names: Sequence[str], environ: Mapping[str, str], registry: str
) -> list[Piece]:
    """The pieces with these names, or of these agents; without any, of all that are installed.

    Raises InvalidInput for a name that there is not.
    """
    every = pieces(environ, registry)
    known = {*AGENTS, *(piece.name for piece in every)}
    for name in names:
        if name not in known:
            meant = nearest(name, known)
            hint = (
                f"; did you mean '{meant}'?"
                if meant
                else f"; known: {', '.join(AGENTS)}."
            )
            raise InvalidInput(f"There is no piece '{name}'{hint}")
    if names:
        return [one for one in every if one.name in names or one.agent in names]
    here = installed(environ)
    return [one for one in every if one.agent in here]


def _claude(home: str) -> Iterator[Piece]:
    settings = os.path.join(home, "settings.json")
    allow = ListedItem(("permissions", "allow"), "Bash(cafleet:*)")
    yield _skills("claude", home)
    yield _allow("claude", home, Target(settings, allow))
    yield _hooks("claude", home, Target(settings, hooks.StateHooks(hooks.CLAUDE)))


def _codex(home: str, registry_folder: str) -> Iterator[Piece]:
    rules = os.path.join(home, "rules", "cafleet.rules")
    stamps = os.path.join(home, "hooks.json")
    yield _skills("codex", home)
    yield _allow("codex", home, Target(rules, WholeFile(_CODEX_RULES, "#")))
    settings = os.path.join(home, "config.toml")
    yield Piece(
        *("codex-registry", "codex", "Codex's sandbox lets the registry be written."),
        *(home, (Target(settings, WritableFolder(registry_folder)),), _RESTART),
    )
    alone = TomlLine("features", "daemon_auto_start", False)
    yield Piece(
        *(
            "codex-daemon",
            "codex",
            "Each Codex runs commands and hooks in its own pane.",
        ),
        *(home, (Target(settings, alone),), _RESTART),
    )
    yield _hooks("codex", home, Target(stamps, hooks.StateHooks(hooks.CODEX)), _TRUST)


def _opencode(home: str) -> Iterator[Piece]:
    names = [os.path.join(home, f"opencode.{ending}") for ending in ("jsonc", "json")]
    settings = next(filter(os.path.exists, names), names[-1])
    yield _skills("opencode", home)
    yield _allow("opencode", home, Target(settings, AllowedPattern("cafleet *")))


def _allow(agent: str, home: str, target: Target) -> Piece:
    purpose = f"{TITLES[agent]} runs cafleet without asking."
    return Piece(f"{agent}-allow", agent, purpose, home, (target,), _RESTART)


def _hooks(agent: str, home: str, target: Target, note: str = _RESTART) -> Piece:
    purpose = f"{TITLES[agent]} tells when it is busy, idle or waiting."
    return Piece(f"{agent}-hooks", agent, purpose, home, (target,), note)


def _skills(agent: str, home: str) -> Piece:
    purpose = f"{TITLES[agent]} knows how to work with cafleet."
    targets: list[Target] = []
    for name, source in assets.skills().items():
        targets += _skill(source, os.path.join(home, "skills", name))
    return Piece(f"{agent}-skills", agent, purpose, home, tuple(targets), _RESTART)


def _skill(source: Path, folder: str) -> Iterator[Target]:
    """The files of a skill, and those of an earlier version that it has no more."""
    shipped = {
        os.path.join(folder, path.relative_to(source)): path
        for path in sorted(source.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    for there, path in shipped.items():
        comment = "<!--" if path.suffix == ".md" else "#"
        yield Target(there, WholeFile(path.read_text("utf-8"), comment), is_prose=True)
    for there in sorted(map(str, Path(folder).rglob("*"))):
        if there not in shipped and os.path.isfile(there) and _is_sealed(there):
            yield Target(there, Superseded(), is_prose=True)


def _is_sealed(path: str) -> bool:
    try:
        return seal.opened(files.read(path) or "") is not None
    except InvalidSetting:
        return False
