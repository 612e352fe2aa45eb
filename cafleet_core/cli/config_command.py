"""`cafleet config`: the settings, their origins, and the faults of the file."""

from __future__ import annotations

import os
from typing import cast

import click

from cafleet_core import text
from cafleet_core.cli import output
from cafleet_core.cli.parser import Command, Group, pass_invocation
from cafleet_core.config import folders, keys, settings
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.config.keys import Value


class _Setting(NamedTuple):
    key: str
    value: Value
    source: str


@click.group("config", cls=Group)
def config_group() -> None:
    """Show and check the settings."""


@config_group.command()
@pass_invocation
def show(run: Invocation) -> None:
    """Print every setting, its value, and where that came from."""
    origin = _origins()
    settings_shown = [
        _Setting(key.name, run.settings.value(key), origin[key.name])
        for key in keys.KEYS
    ]
    settings_shown += [
        _Setting(f"tui.keys.{action}", keys, origin.get(f"tui.keys.{action}", "file"))
        for action, keys in run.settings.keys.items()
    ]
    rows = [
        (
            text.label(setting.key),
            text.label(_written(setting.value)),
            text.label(setting.source),
        )
        for setting in settings_shown
    ]
    run.say(
        output.table(("key", "value", "source"), rows),
        [setting._asdict() for setting in settings_shown],
    )


@config_group.command()
@pass_invocation
def path(run: Invocation) -> None:
    """Print where the settings file is, or would be."""
    file = folders.user_file(os.environ)
    run.say(file, {"path": file, "exists": os.path.exists(file)})


@config_group.command()
@pass_invocation
def check(run: Invocation) -> int:
    """Name everything that is wrong with the settings; 1 when something is."""
    wrong = [text.label(words) for words in [*_wrong(), *_wrong_in_the_room()]]
    run.say(
        "\n".join(wrong) if wrong else "The settings are sound.", {"problems": wrong}
    )
    return 1 if wrong else 0


def _origins() -> dict[str, str]:
    """Where each setting's value comes from: default, a variable, or a line of the file."""
    file = folders.user_file(os.environ)
    lines: dict[str, int] = {}
    if os.path.exists(file):
        from cafleet_core.config import user_file

        lines = user_file.lines_of(file)
    origins = {name: f"{file}:{line}" for name, line in lines.items()}
    for key in keys.KEYS:
        if os.environ.get(key.variable):
            origins[key.name] = key.variable
        else:
            origins.setdefault(key.name, "default")
    return origins


def _wrong() -> list[str]:
    from cafleet_core.agents import catalog
    from cafleet_core.config import user_file
    from cafleet_core.errors import InvalidSetting
    from cafleet_core.event_rules import tables

    file = folders.user_file(os.environ)
    wrong = []
    if os.path.exists(file):
        wrong = [user_file.blame(file, fault) for fault in user_file.check(file)]
    loads: list[Callable[[], object]] = [catalog.load]
    if not wrong:
        loads.append(lambda: tables.load(file))
        loads.insert(0, settings.load)
    for load in loads:
        try:
            load()
        except InvalidSetting as error:
            wrong.append(error.message)
    return wrong


def _wrong_in_the_room() -> list[str]:
    """Faults that only the control room can judge; none if it is not installed."""
    from cafleet_core.config import user_file
    from cafleet_core.errors import InvalidSetting

    root = click.get_current_context().find_root()
    try:
        loaded = settings.load()
        room = cast("Group", root.command).get_command(root, "tui")
    except (InvalidSetting, click.UsageError):
        return []
    faults = cast("Command", room).faults(loaded)
    return [user_file.traced(name, why, os.environ) for name, why in faults]


def _written(value: Value) -> str:
    """A value as it is written in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(repr, value))}]"
    return str(value)
