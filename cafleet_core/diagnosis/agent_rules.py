"""Rules in coding agents' own settings that keep a member from calling cafleet."""

from __future__ import annotations

import glob
import os
import re

from cafleet_core import user_files
from cafleet_core.diagnosis.check import Check
from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.setup import agent_folders, jsonc

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Reader = Callable[[str], Iterator[tuple[str, str]]]

_VERBS = ("poll", "ack", "send")
COMMANDS = (
    *(f"cafleet message {verb} --agent-id A" for verb in _VERBS),
    *(f"cafleet --session-id S message {verb} --agent-id A" for verb in _VERBS),
)
"""The commands that a member runs, as its first prompt and a ping spell them."""

_MANAGED = ("/etc/claude-code", "/Library/Application Support/ClaudeCode")
_CODEX_MANAGED = "/etc/codex"
_BASH_RULE = re.compile(r"Bash(?:\((?P<pattern>.*)\))?", re.DOTALL)
_STOPS = {
    "deny": "is denied",
    "ask": "would be asked for, and a member has nobody to ask",
}
_CODEX_STOPS = {"forbidden": _STOPS["deny"], "prompt": _STOPS["ask"]}


def rules(
    installed: Iterable[str], environ: Mapping[str, str], folder: str
) -> Iterator[Check]:
    """A check for each muting rule and unreadable file of the installed agents.

    One of an agent that has neither. `folder` is where members work: a project's settings count, too.
    """
    sources: dict[str, tuple[list[str], Reader]] = {
        "claude": (claude_files(environ, folder), claude),
        "codex": (codex_files(environ, folder), codex),
    }
    for agent in installed:
        if agent not in sources:
            continue
        paths, read = sources[agent]
        checks = [check for path in paths for check in _checks(agent, path, read)]
        none = Check(f"{agent}-rules", True, "none keeps members from calling cafleet")
        yield from checks or [none]


def claude_files(environ: Mapping[str, str], folder: str) -> list[str]:
    """Claude Code's settings files: managed, the user's, the project's and its local ones."""
    managed = [
        path
        for place in _MANAGED
        for path in (
            os.path.join(place, "managed-settings.json"),
            *sorted(glob.glob(os.path.join(place, "managed-settings.d", "*.json"))),
        )
    ]
    user = os.path.join(agent_folders.home("claude", environ), "settings.json")
    project = os.path.join(folder, ".claude")
    names = ("settings.json", "settings.local.json")
    return list(
        dict.fromkeys(
            (*managed, user, *(os.path.join(project, name) for name in names))
        )
    )


def codex_files(environ: Mapping[str, str], folder: str) -> list[str]:
    """Codex's rules: the machine's, the user's and the project's."""
    user = agent_folders.home("codex", environ)
    homes = dict.fromkeys((_CODEX_MANAGED, user, os.path.join(folder, ".codex")))
    return [
        path
        for home in homes
        for path in sorted(glob.glob(os.path.join(home, "rules", "*.rules")))
    ]


def claude(text: str) -> Iterator[tuple[str, str]]:
    """The rules of a settings file of Claude Code that stop a member, and how each does.

    Raises ValueError for what is no settings file.
    """
    permissions = jsonc.load(text).get("permissions")
    if not isinstance(permissions, dict):
        return
    for kind, how in _STOPS.items():
        listed = permissions.get(kind)
        for rule in listed if isinstance(listed, list) else ():
            if isinstance(rule, str) and _claude_meets(rule):
                yield f"{kind} {rule}", how


def codex(text: str) -> Iterator[tuple[str, str]]:
    """The rules of a rules file of Codex that stop a member, and how each does.

    Raises ValueError for what is no rules file: its language is a part of Python's.
    """
    import ast

    try:
        tree = ast.parse(text)
    except (SyntaxError, RecursionError) as error:
        raise ValueError(f"is no rules file: {error}") from None
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        given = {word.arg: word.value for word in node.keywords}
        if node.func.id != "prefix_rule" or "pattern" not in given:
            continue
        pattern = _literal(given["pattern"])
        decision = _literal(given["decision"]) if "decision" in given else "allow"
        how = _CODEX_STOPS.get(str(decision))
        if how and _codex_meets(pattern):
            yield f"{decision} {pattern}", how


def _checks(agent: str, path: str, read: Reader) -> Iterator[Check]:
    name = f"{agent}-rules"
    try:
        text = user_files.read(path)
        for rule, how in read(text or ""):
            yield Check(name, False, f"{path}: {rule}: `cafleet message` {how}")
    except InvalidSetting as error:
        yield Check(name, None, error.message)
    except ValueError as error:
        yield Check(name, None, f"{path} {error}")


def _claude_meets(rule: str) -> bool:
    """Whether a rule is about one of a member's commands, which it may name by a pattern."""
    match = _BASH_RULE.fullmatch(rule.strip())
    if match is None:
        return False
    pattern = match["pattern"] or "*"
    ending = ""
    if pattern.endswith(":*"):
        pattern, ending = pattern[:-2], "( .*)?"
    expression = ".*".join(map(re.escape, pattern.split("*"))) + ending
    return any(re.fullmatch(expression, command, re.DOTALL) for command in COMMANDS)


def _codex_meets(pattern: object) -> bool:
    """Whether a prefix of words, or of lists of words, is that of one of a member's commands."""
    if not isinstance(pattern, (list, tuple)) or not pattern:
        return False
    offered = [word if isinstance(word, list) else [word] for word in pattern]
    return any(_begins(command.split(), offered) for command in COMMANDS)


def _begins(words: Sequence[str], offered: Sequence[Iterable[object]]) -> bool:
    return len(offered) <= len(words) and all(
        word in choices for word, choices in zip(words, offered, strict=False)
    )


def _literal(node: ast.expr) -> object:
    """The value of a literal; None for anything else."""
    import ast

    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
