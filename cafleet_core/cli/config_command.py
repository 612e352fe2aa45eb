"""`cafleet config`: the settings, their origins, changes of the file, and its faults."""

from __future__ import annotations

import os
from typing import cast

import click

from cafleet_core import text
from cafleet_core.cli import output
from cafleet_core.cli.parser import Command, Group, pass_invocation
from cafleet_core.config import folders, keys, origins, settings, written_values
from cafleet_core.errors import NotFound
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.config.keys import Key, Value
    from cafleet_core.config.settings import Settings


_KEYS = "tui.keys."
_BY_NAME = {key.name: key for key in keys.KEYS}


class _Setting(NamedTuple):
    key: str
    value: Value
    source: str


@click.group("config", cls=Group)
def config_group() -> None:
    """Show, change and check the settings."""


@config_group.command()
@pass_invocation
def show(run: Invocation) -> None:
    """Print every setting, its value, and where that came from."""
    origin = origins.of(os.environ)
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


@config_group.command("set")
@click.argument("name")
@click.argument("value")
@pass_invocation
def set_value(run: Invocation, name: str, value: str) -> None:
    """Write a setting into the settings file; its comments stay.

    NAME is one that `cafleet config show` lists, or `tui.keys.` and an action. VALUE is as in
    its variable: `true`, a number, a text, a JSON list of strings.
    """
    _change(run, name, value if name.startswith(_KEYS) else _parsed(name, value))


@config_group.command()
@click.argument("name")
@pass_invocation
def unset(run: Invocation, name: str) -> None:
    """Take a setting out of the settings file: its default counts again."""
    _change(run, name, None)


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


def _change(run: Invocation, name: str, value: Value | None) -> None:
    from cafleet_core.config import file_edits

    key = None if name.startswith(_KEYS) else _known(name)
    _expect_usable(name, key, value)
    file_edits.change(folders.user_file(os.environ), name, value)
    origin = origins.of(os.environ).get(name, origins.DEFAULT)
    if key and origin == key.variable:
        run.note(f"Note: {key.variable} is set, and counts instead.")
    default: Value = key.default if key else ""
    now = _Setting(name, default if value is None else value, origin)
    words = f"{text.label(name)} = {text.label(_written(now.value))}"
    run.say(f"{words} ({text.label(origin)})", now._asdict())


def _expect_usable(name: str, key: Key[Any] | None, value: Value | None) -> None:
    """Raise InvalidSetting for a theme or keys that the control room does not know."""
    from cafleet_core.config import user_file
    from cafleet_core.errors import InvalidSetting

    if value is None:
        return
    try:
        current = settings.load()
    except InvalidSetting:  # which this change may mend
        current = settings.Settings("")
    action = name.removeprefix(_KEYS)
    changed = {key.field: value} if key else {"keys": {**current.keys, action: value}}
    for wrong, why in _faults_in_the_room(current.replace(**changed)):
        if wrong == name:
            raise InvalidSetting(f"{name}: {user_file.ended(why)}")


def _parsed(name: str, value: str) -> Value:
    return written_values.from_words(_known(name), value, name)


def _known(name: str) -> Key[Any]:
    """The setting of a name; raises NotFound."""
    from cafleet_core.suggestion import nearest

    if (key := _BY_NAME.get(name)) is not None:
        return key
    meant = nearest(name, _BY_NAME)
    name = text.label(name)
    if meant:
        raise NotFound(f"there is no setting '{name}'; did you mean {meant}?")
    raise NotFound(f"there is no setting '{name}'.")


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

    try:
        faults = list(_faults_in_the_room(settings.load()))
    except InvalidSetting:
        return []
    return [user_file.traced(name, why, os.environ) for name, why in faults]


def _faults_in_the_room(wanted: Settings) -> Iterable[tuple[str, str]]:
    root = click.get_current_context().find_root()
    try:
        room = cast("Group", root.command).get_command(root, "tui")
    except click.UsageError:
        return ()
    return cast("Command", room).faults(wanted)


def _written(value: Value) -> str:
    """A value as it is written in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(repr, value))}]"
    return str(value)
