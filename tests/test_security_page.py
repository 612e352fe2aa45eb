"""Every promise of docs/security.md that names its test names one that is there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.test_architecture import ROOT

_CELL = re.compile(r"`([^`]*::\w+|test_\w+)`")
_FOLDER = re.compile(r"held by, in `(tests/[\w/.]*)`")


def named() -> list[tuple[str, str]]:
    """The tests that the page names, as file and function."""
    tests: list[tuple[str, str]] = []
    folder = path = ""
    for line in (ROOT / "docs/security.md").read_text("utf-8").splitlines():
        if header := _FOLDER.search(line):
            folder = path = header[1]
        elif line.startswith("|") and folder:
            for reference in _CELL.findall(line.rpartition(" | ")[2]):
                place, _, name = reference.rpartition("::")
                path = folder + place if place else path
                tests.append((path, name))
        elif not line:
            folder = path = ""
    return tests


@pytest.mark.parametrize(("path", "name"), named(), ids="::".join)
def test_a_promise_has_its_test(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in tree.body if hasattr(node, "name")}


def promises() -> list[str]:
    """The rows of the page's tables, without their heads."""
    page = (ROOT / "docs/security.md").read_text("utf-8").splitlines()
    rows = [number for number, line in enumerate(page) if line.startswith("|")]
    heads = {number for number in rows if page[number - 1 : number] == [""]}
    rules = {number + 1 for number in heads}
    return [page[number] for number in rows if number not in heads | rules]


def test_every_promise_names_one() -> None:
    listed = promises()
    unproven = [row for row in listed if not _CELL.search(row.rpartition(" | ")[2])]
    # the table of what the kinds of proof are is no promise
    assert [row.split(" ")[1] for row in unproven] == ["`pane`", "`key`", "`claimed`"]
    assert len(listed) > 30
