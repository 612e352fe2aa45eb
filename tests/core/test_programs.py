"""Programs are found as a shell finds them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cafleet_core.agents import programs


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH of two folders and one that is not there; `both` is in both of them."""
    for folder, names in (("a", ("both", "plain")), ("b", ("both", "only"))):
        (tmp_path / folder / "folder").mkdir(parents=True)
        for name in names:
            mode = 0o644 if name == "plain" else 0o755
            (tmp_path / folder / name).touch(mode)
    return f"/nowhere:{tmp_path / 'a'}:{tmp_path / 'b'}"


@pytest.mark.parametrize("name", ["both", "only", "plain", "folder", "missing", ""])
def test_the_first_that_can_be_run_is_found(path: str, name: str) -> None:
    assert programs.which(name, path) == shutil.which(name, path=path)


def test_a_path_is_taken_as_it_is(path: str) -> None:
    both = path.rpartition(":")[2] + "/both"
    assert programs.which(both, "") == both
    assert programs.which(f"{both}-not", path) is None


def test_without_a_path_the_process_s_own_counts() -> None:
    assert programs.which("sh") == shutil.which("sh")
