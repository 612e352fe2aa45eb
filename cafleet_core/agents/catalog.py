"""Coding agents as data: how each is started, recognised, read and left."""

from __future__ import annotations

import os
import sys
from functools import cache
from itertools import chain

from cafleet_core import memo, text
from cafleet_core.agents.cues import OF_AGENT, UNKNOWN, Answer, Cues
from cafleet_core.config import folders
from cafleet_core.errors import NotFound, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Table = dict[str, Any]

_FOLDER = os.path.dirname(__file__)


class FirstScreen(NamedTuple):
    """A screen that an agent may begin with, by a line of it, and the key that leaves it."""

    shows: str
    key: str


class CodingAgent(NamedTuple):
    """One kind of coding agent.

    The argv parts are or hold `{name}`, `{model}`, `{effort}`, `{prompt}`, `{folder}`,
    `{python}`, `{port}`, a port on this machine that is free for a server of its own, or,
    where something is said of the commands of one session, `{session_id}`;
    `director_argv` stands for `argv` in one that directs, which may ask the human at its
    pane, and `folder_argv` lets it read a folder that is not its own. `conversation_argv`
    begins a conversation with the id `{conversation}`, of our choice, and `resume_argv` goes
    on with the one of that id. `process_names` are its foreground commands as tmux shows
    them, `environment_marks` variables that it sets for the commands it runs, and
    `conversation_variable` the one of these that holds its conversation's id.
    `environment` are variables that it is started with; `{secret}` in one of them is a
    password that no one else is told.
    `account` is the variable that names the folder of its settings, whose sign-in its limits
    belong to, and that folder where the variable is not set; empty where that is not known.
    `interrupt_keys` are pressed one after the other, by tmux's names for them, to have it
    stop working. `startup` are screens that it may begin with and that a key leaves without
    harm. `exit_command` are the lines that it is left with, each a turn. `models` and `efforts` are all that it takes, with `*`
    and `?` for any letters; empty where that is not known.
    """

    name: str
    argv: tuple[str, ...]
    director_argv: tuple[str, ...] = ()
    model_argv: tuple[str, ...] = ()
    effort_argv: tuple[str, ...] = ()
    prompt_argv: tuple[str, ...] = ()
    folder_argv: tuple[str, ...] = ()
    conversation_argv: tuple[str, ...] = ()
    resume_argv: tuple[str, ...] = ()
    conversation_variable: str = ""
    account: tuple[str, ...] = ()
    process_names: tuple[str, ...] = ()
    environment_marks: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    models: tuple[str, ...] = ()
    efforts: tuple[str, ...] = ()
    exit_command: str = "/exit"
    shell_prefix: str = "! "
    interrupt_keys: tuple[str, ...] = ()
    startup: tuple[FirstScreen, ...] = ()
    cues: Cues = Cues()

    def command(
        self,
        name: str,
        model: str | None,
        prompt: str,
        folder: str | None = None,
        *,
        effort: str | None = None,
        session_id: str = "",
        directs: bool = False,
        conversation: str = "",
        resumes: bool = False,
        port: int = 0,
    ) -> list[str]:
        """The argument list that starts this agent. Words are filled in, never parsed.

        `folder` is one that its prompt is about, outside of its own. It goes on with the
        `conversation` if it `resumes`, else it begins one with that id. Raises Refused for
        a model or an effort that it is known not to take.
        """
        self._expect_takes(model, effort)
        # a folder's option may take any number of words, so that a prompt never follows it
        own = (directs and self.director_argv) or self.argv
        parts = [own[0], *(self.folder_argv if folder else ()), *own[1:]]
        parts += self.model_argv if model else ()
        parts += self.effort_argv if effort else ()
        if conversation:
            parts += self.resume_argv if resumes else self.conversation_argv
        parts += self.prompt_argv if prompt else ()
        words = {"{name}": name, "{model}": model or "", "{prompt}": prompt}
        words |= {"{folder}": folder or "", "{python}": sys.executable}
        words |= {"{conversation}": conversation, "{port}": str(port)}
        words |= {"{session_id}": session_id, "{effort}": effort or ""}
        return [
            _apart(prompt) if part == "{prompt}" else _filled(part, words)
            for part in parts
        ]

    def variables(self, secret: str) -> dict[str, str]:
        """The environment that this agent is started with."""
        within = {"{secret}": secret}
        return {name: _filled(value, within) for name, value in self.environment}

    def _expect_takes(self, model: str | None, effort: str | None) -> None:
        """Raise Refused for a model or an effort that it is known not to take."""
        if model and not self.model_argv:
            raise Refused(f"coding agent '{self.name}' takes no --model.")
        if effort and not self.effort_argv:
            raise Refused(f"coding agent '{self.name}' takes no --effort.")
        self._expect_among("--model", model, self.models)
        self._expect_among("--effort", effort, self.efforts)

    def _expect_among(
        self, option: str, value: str | None, known: Sequence[str]
    ) -> None:
        """Raise Refused for a value that is none of the `known` or reads as an option."""
        if not value or (not known and not value.startswith("-")):
            return
        from fnmatch import fnmatchcase  # only to start an agent

        if value.startswith("-") or not any(fnmatchcase(value, each) for each in known):
            raise Refused(
                f"coding agent '{self.name}' takes no {option} '{text.one_line(value)}'.",
                f"It takes {', '.join(known)}." if known else "",
            )


def load() -> dict[str, CodingAgent]:
    """Every known coding agent by name: the built-in ones, and the user's own.

    Raises InvalidSetting for a mistake in the user's file.
    """
    path = folders.user_file(os.environ)
    try:
        changed = os.stat(path).st_mtime_ns
    except OSError:
        changed = 0
    return _load(path, changed)


def get(name: str) -> CodingAgent:
    """The coding agent called `name`; raises NotFound, naming the known ones."""
    known = load()
    if name not in known:
        raise NotFound(f"coding agent '{name}' is unknown; known: {', '.join(known)}.")
    return known[name]


def running(environ: Mapping[str, str]) -> str:
    """The coding agent that started this process, by its environment marks; else UNKNOWN."""
    for agent in load().values():
        if any(mark in environ for mark in agent.environment_marks):
            return agent.name
    return UNKNOWN


def process_names(coding_agent: str) -> tuple[str, ...]:
    """The foreground commands of a coding agent; for an unknown one, those of all agents."""
    known = load()
    if coding_agent in known:
        return known[coding_agent].process_names
    return tuple(agent.argv[0] for agent in known.values() if agent.process_names)


def cues(coding_agent: str) -> Cues:
    """The cues of a coding agent; for an unknown one, those of all agents."""
    known = load()
    if coding_agent in known:
        return known[coding_agent].cues
    columns = zip(*(agent.cues for agent in known.values()), strict=True)
    either = Cues(*(tuple(dict.fromkeys(chain(*column))) for column in columns))
    return either._replace(program=(), submit_delay=(), paste_lines=())


@cache
def _load(path: str, changed: int) -> dict[str, CodingAgent]:
    tables = _built_in()
    if changed:
        from cafleet_core.agents import configured  # few have agents of their own

        tables = configured.merged(tables, path)
    return {name: _read(name, table) for name, table in tables.items()}


def _built_in() -> dict[str, Table]:
    """The built-in agents' tables, which are parsed again where one of the files has changed."""
    names = sorted(name for name in os.listdir(_FOLDER) if name.endswith(".toml"))
    files = [os.path.join(_FOLDER, name) for name in names]
    stats = [os.stat(file) for file in files]
    state = [f"{each.st_size} {each.st_mtime_ns} {each.st_ctime_ns}" for each in stats]
    kind = f"coding agents {_FOLDER} {' '.join(state)}"
    return memo.recall(kind, " ".join(names), _parsed)


def _parsed(names: str) -> dict[str, Table]:
    import tomllib  # costs more than all else that a short command does

    tables = {}
    for name in names.split():
        with open(os.path.join(_FOLDER, name), "rb") as file:
            tables[name.removesuffix(".toml")] = tomllib.load(file)
    return tables


def _read(name: str, table: Mapping[str, Any]) -> CodingAgent:
    of_agent = {key: (str(table[key]),) for key in OF_AGENT if key in table}
    cues = {key: _frozen(value) for key, value in table.get("cues", {}).items()}
    cues["answers"] = tuple(
        Answer(each["key"], each["words"], each["shows"]).line
        for each in cues.get("answers", ())
    )
    fields = {
        key: _frozen(value)
        for key, value in table.items()
        if key not in ("cues", *OF_AGENT)
    }
    fields["startup"] = tuple(
        FirstScreen(each["shows"], each["key"]) for each in fields.get("startup", ())
    )
    return CodingAgent(name=name, cues=Cues(**cues, **of_agent), **fields)


def _apart(prompt: str) -> str:
    """A prompt as a word of its own that nothing takes for an option or for a subcommand."""
    reads_as_one = prompt.startswith("-") or prompt.replace("-", "").isalnum()
    return f" {prompt}" if reads_as_one else prompt


def _filled(part: str, words: Mapping[str, str]) -> str:
    """A part of an argument list with what stands for something filled in, never twice."""
    before, brace, rest = part.partition("{")
    if not brace:
        return part
    for placeholder, word in words.items():
        if rest.startswith(placeholder[1:]):
            return f"{before}{word}{_filled(rest[len(placeholder) - 1 :], words)}"
    return f"{before}{brace}{_filled(rest, words)}"


def _frozen(value: Mapping[str, str] | Sequence[str] | str) -> Any:
    if isinstance(value, str):
        return value
    return tuple(value.items() if isinstance(value, dict) else value)
