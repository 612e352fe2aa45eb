"""What things are called: variables say what they hold, modules are things, words mean one thing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.reference import architecture
from tests.test_architecture import PACKAGES, ROOT, sources

EMPTY_WORDS = {"found", "one", "told", "it"}
"""They name no variable, parameter or loop target: what it holds has a name."""

KEPT = ROOT / "tests/cli/test_contract.py"
"""Changed only where the contract is."""

NOUNS = {
    "reading",
    "filtering",
    "pending",
    "standing",
    "timeline_paging",
    "timing",
    "troubleshooting",
}
"""Modules and packages whose name ends so, and is a thing."""

COMING: set[str] = set()
"""Names of the glossary that the code is still to get."""

DOCUMENT = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
BY_HAND = DOCUMENT.partition("<!-- modules")[0]
GLOSSARY = BY_HAND.partition("## Glossary")[2]


def bound(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a file gives a value to, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case (
                ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
                | ast.ExceptHandler(name=str(name))
            ):
                yield node.lineno, name


def empty_names(*packages: str) -> list[str]:
    """Where in these packages a variable has a name that says nothing."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sources(*packages)
        if path != KEPT
        for line, name in bound(ast.parse(path.read_text("utf-8")))
        if name in EMPTY_WORDS
    ]


def test_a_variable_says_what_it_holds() -> None:
    assert empty_names(*PACKAGES) == []


@pytest.mark.parametrize(
    "code",
    [
        "one = 1",
        "(a, *one), b = 1, 2",
        "one: int",
        "for one in x: pass",
        "[one for one in x]",
        "(one := 1)",
        "def f(one): pass",
        "def f(*one): pass",
        "lambda **one: 1",
        "with x as one: pass",
        "try: pass\nexcept E as one: pass",
        "match x:\n case one: pass",
        "match x:\n case [*one]: pass",
        "match x:\n case {**one}: pass",
        "match x:\n case C() as one: pass",
    ],
)
def test_a_bound_name_is_seen_wherever_it_is_bound(code: str) -> None:
    assert "one" in {name for _, name in bound(ast.parse(code))}


def test_a_module_is_named_for_a_thing() -> None:
    parts = {
        part.removesuffix(".py")
        for path in sources(*PACKAGES[:2])
        for part in path.relative_to(ROOT).parts
    }
    assert {part for part in parts if part.endswith("ing")} <= NOUNS


@pytest.mark.parametrize("path", architecture.modules(), ids=str)
def test_every_module_has_its_place_in_the_document(path: Path) -> None:
    _, _, after = DOCUMENT.partition(f"\n### `{path.parent}`\n")
    section = after.partition("\n### ")[0]
    assert f"\n| `{path.stem}` | " in section, "run 'make docs'"


def places() -> list[str]:
    """What the document says by hand of where something is: `folder/module.name`."""
    return sorted(set(re.findall(r"`((?:\w+/)+\w+(?:\.\w+)?)`", BY_HAND)))


@pytest.mark.parametrize("place", places())
def test_what_the_document_points_at_is_there(place: str) -> None:
    module, _, name = place.partition(".")
    if name in ("py", "toml", "md"):
        module, name = place, ""
    roots = (ROOT, ROOT / "cafleet_core", ROOT / "cafleet_tui")
    files = [root / f"{module}.py" for root in roots] + [
        root / module for root in roots
    ]
    there = [file for file in files if file.exists()]
    assert there, f"ARCHITECTURE.md points at {place}, which is not there"
    assert not name or name in defined(there[0])


def defined(path: Path) -> set[str]:
    """The names that a file declares: classes, functions, fields and variables."""
    tree = ast.parse(path.read_text("utf-8"))
    named = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return named | {name for _, name in bound(tree)}


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    known = set(COMING)
    for path in sources(*PACKAGES[:2]):
        known |= defined(path) | {*path.relative_to(ROOT).with_suffix("").parts}
    terms = re.findall(r"^\| .* \| .* \| (.*) \|$", GLOSSARY, re.M)[2:]
    names = {name for cell in terms for name in re.findall(r"`(\w+)`", cell)}
    assert len(terms) >= 35
    assert names - known == set()


def test_a_name_that_has_come_is_no_longer_awaited() -> None:
    known = set().union(*(defined(path) for path in sources(*PACKAGES[:2])))
    assert COMING & known == set(), "take it out of COMING"
