"""Draw the settings: a line each, and what the marked one means."""

from __future__ import annotations

import json

from rich.cells import set_cell_size
from textual.content import Content

from cafleet_core.config.keys import Value
from cafleet_tui.operations.settings import ShownSetting
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import shorten

TITLE = Content("Settings")

_NAME, _VALUE = 24, 24


def row(setting: ShownSetting) -> Content:
    """One setting: what is not as it comes is bold."""
    value = shorten(label(written(setting.value)) or "–", _VALUE - 2)
    style = "$text-muted" if setting.is_default else "bold"
    where = "" if setting.is_default else _where(setting)
    return Content.assemble(
        setting.key.name.ljust(_NAME),
        (set_cell_size(value, _VALUE), style),
        (where, "$warning" if setting.variable_counts else "$text-muted"),
    )


def _where(setting: ShownSetting) -> str:
    if setting.variable_counts:
        return f"by {setting.key.variable}"
    return f"line {setting.origin.rpartition(':')[2]} of config.toml"


def meaning(setting: ShownSetting) -> Content:
    """What a setting does, and its default."""
    usual = written(setting.key.default) or "nothing"
    lines = [
        Content(setting.key.meaning.replace("`", "")),
        Content.styled(f"By default: {usual}", "$text-muted"),
    ]
    if setting.variable_counts:
        why = f"{setting.key.variable} is set, and counts whatever the file says."
        lines.append(Content.styled(why, "$text-warning"))
    return Content("\n").join(lines)


def changed(setting: ShownSetting) -> Content:
    """What was written."""
    value = label(written(setting.value)) or "nothing"
    words = f"{setting.key.name} is {value} now"
    return Content.styled(f"✓ {words}", "$success")


def refused(why: str) -> Content:
    """Why nothing was written."""
    return Content.styled(f"✗ {label(why)}", "$text-warning")


def written(value: Value) -> str:
    """A value as a human writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)
