"""Settings that are no ordinary file, or no text that a human has written, are told and not waited for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core.agents import configured
from cafleet_core.config import user_file
from cafleet_core.errors import InvalidSetting


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def an_endless_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_huge_file(path: Path) -> None:
    path.write_bytes(b"#" * 2**21)


def deep_arrays(path: Path) -> None:
    path.write_text("a = " + "[" * 100_000, "utf-8")


def no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (a_pipe, "cannot be read: it is no ordinary file"),
        (an_endless_device, "cannot be read: it is no ordinary file"),
        (a_huge_file, "it is over 1 MB"),
        (deep_arrays, "it is nested too deeply"),
        (no_text, "is not TOML: "),
    ],
)
def test_it_is_refused_in_one_line(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    path = tmp_path / "config.toml"
    make(path)
    for read in (user_file.read, lambda file: configured.merged({}, file)):
        with pytest.raises(InvalidSetting) as refused:
            read(str(path))
        assert why in refused.value.message
        assert "\n" not in refused.value.message
