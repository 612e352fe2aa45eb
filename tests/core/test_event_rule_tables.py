"""The user's rules as they stand in `config.toml`: read, and blamed key by key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cafleet_core.errors import InvalidSetting
from cafleet_core.event_rules import tables
from cafleet_core.event_rules.rule import EventRule, is_quiet


def rules(tmp_path: Path, *lines: str) -> list[EventRule]:
    """The rules of a file with these lines."""
    path = tmp_path / "config.toml"
    path.write_text("\n".join(lines) + "\n")
    return tables.load(str(path))


def test_quiet_hours_span_midnight(tmp_path: Path) -> None:
    (each,) = rules(
        tmp_path,
        *("[[on]]", 'event = "asked"', 'quiet_hours = "22:00-07:00"', 'run = ["x"]'),
    )
    assert each.quiet is not None
    begin, end = each.quiet
    assert is_quiet(each, begin)
    assert is_quiet(each, begin.replace(hour=3))
    assert not is_quiet(each, end)
    assert not is_quiet(each, begin.replace(hour=12))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (['event = "asked"'], "give either run"),
        (['event = "aksed"', 'run = ["x"]'], "did you mean asked?"),
        (['event = "asked"', 'run = ["x"]', 'notify = "ntfy://x"'], "give either run"),
        (['event = "asked"', 'run = ["x"]', 'afetr = "5m"'], "did you mean after?"),
        (['event = "asked"', 'run = ["x"]', 'after = "soon"'], "no span such as"),
        (['event = "asked"', 'run = ["x"]', 'quiet_hours = "25:00-7"'], "22:00-07:00"),
        (['event = "asked"', 'run = "x"'], "not a list of strings"),
        (['run = ["x"]'], "name one, or a list"),
    ],
)
def test_a_mistake_is_named_with_its_rule(
    tmp_path: Path, lines: list[str], why: str
) -> None:
    with pytest.raises(InvalidSetting) as refused:
        rules(tmp_path, "[[on]]", *lines)
    assert "[[on]] number 1" in refused.value.message
    assert why in refused.value.message


def test_a_file_without_rules_has_none(tmp_path: Path) -> None:
    assert rules(tmp_path, "[push]", "hold_timeout = 1") == []
    assert tables.load(str(tmp_path / "missing.toml")) == []


def test_a_file_that_never_ends_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    with pytest.raises(InvalidSetting, match="it is no ordinary file"):
        tables.load(str(tmp_path / "config.toml"))
