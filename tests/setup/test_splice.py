"""Inserting into any JSON and removing again leaves the text unchanged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cafleet_core.setup import hooks, json_edits, jsonc
from cafleet_core.setup.edits import AllowedPattern, ListedItems
from cafleet_core.setup.piece import ABSENT, PRESENT, Edit

WORDS = st.text(max_size=5)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
    ),
    max_leaves=8,
)
ACTIONS = st.sampled_from(["allow", "ask", "deny"])
GROUPS = st.fixed_dictionaries(
    {"hooks": st.lists(st.fixed_dictionaries({"command": WORDS}), max_size=2)},
    optional={"matcher": WORDS},
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "model": ANYTHING,
        "permissions": st.fixed_dictionaries(
            {}, optional={"deny": ANYTHING, "allow": st.lists(WORDS, max_size=3)}
        ),
        "permission": ACTIONS
        | st.fixed_dictionaries(
            {"*": ACTIONS},
            optional={"bash": ACTIONS | st.dictionaries(WORDS, ACTIONS, max_size=3)},
        ),
        "hooks": st.dictionaries(
            st.sampled_from(["Stop", "Notification", "Other"]),
            st.lists(GROUPS, max_size=2),
        ),
        "é": ANYTHING,
    },
)
STYLES = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 2, 4, "\t"]),
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([None, (",", ":")]),
    }
)
EDITS = st.sampled_from(
    [
        ListedItems(("permissions", "allow"), "Bash(cafleet:*)", "Read(~/x)"),
        AllowedPattern("cafleet *"),
        hooks.edit(hooks.CLAUDE),
    ]
)


def keeps(document: Any, added: Any) -> bool:
    """Whether `added` contains every value of `document` at the same path."""
    if isinstance(document, dict) and isinstance(added, dict):
        return all(key in added for key in document) and all(
            keeps(document[key], added[key]) for key in document
        )
    if isinstance(document, list) and isinstance(added, list):
        return added[: len(document)] == document
    if isinstance(document, str) and isinstance(added, dict):
        return bool(added.get("*") == document)  # OpenCode's short form
    return bool(document == added)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(document=SETTINGS, style=STYLES, edit=EDITS, ending=st.sampled_from(["", "\n"]))
def test_all_that_a_user_has_survives_putting_in_and_taking_out(
    document: dict[str, Any], style: dict[str, Any], edit: Edit, ending: str
) -> None:
    text = json.dumps(document, **style) + ending
    assert edit.state(text) == ABSENT
    there = edit.put(text)
    assert there is not None
    assert edit.state(there) == PRESENT
    assert edit.put(there) == there
    assert keeps(document, json.loads(there))
    assert edit.take(there) == text


COMMENTED = [
    "{} // nothing yet\n",
    '{\n  // mine\n  "a": 1 // one\n}\n',
    '{\n  "a": [1, 2,], // trailing\n}',
    '{\r\n\t"a": 1\r\n}\r\n',
    '{"permissions": {"allow": []}}',
    '{"permissions": {"allow": [\n]}}',
    '{"permissions": {"allow": [ /* none */ ]}}',
    '{\n  "permissions": {\n    "allow": [\n      "x" /* y */\n    ]\n  }\n}',
    "{\n}",
    "{ }",
]


@pytest.mark.parametrize("text", COMMENTED)
def test_comments_and_line_ends_stay_where_they_are(text: str) -> None:
    edit = ListedItems(("permissions", "allow"), "ours", "too")
    there = edit.put(text)
    assert "ours" in jsonc.load(there)["permissions"]["allow"]
    assert edit.take(there) == text


def test_a_new_entry_looks_like_its_neighbours() -> None:
    text = '{\n    "a": {\n        "b": 1 // one\n    }\n}\n'
    assert json_edits.insert(text, ("a",), [2], key="c") == (
        '{\n    "a": {\n        "b": 1, // one\n        "c": [\n            2\n        ]\n    }\n}\n'
    )


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ('{"a": 1, "b": 2}', ("a",), '{"b": 2}'),
        (
            '{\n  "a": 1, // one\n  "b": 2\n}',
            ("b",),
            '{\n  "a": 1 // one\n}',
        ),
        ('{\n  "a": 1, // one\n  "b": 2 }', ("b",), '{\n  "a": 1 // one\n   }'),
        ("[1, /* two */ 2, 3]", (1,), "[1 /* two */, 3]"),
        ("[1,]", (0,), "[]"),
        ("[ /* x */ 1]", (0,), "[ /* x */ ]"),
        ('{\n  "a": [\n    1\n  ]\n}\n', ("a", 0), None),
    ],
)
def test_what_is_taken_out_takes_one_comma_and_no_comment(
    text: str, path: tuple[str | int, ...], left: str | None
) -> None:
    assert json_edits.remove(text, path) == left


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", 1),
        ('{\n"a" 1}', 2),
        ("{\n\n,}", 3),
        ('{"a": tru}', 1),
        ('{"a": "\\x"}', 1),
        ('{"a": 1} x', 1),
        ("[" * 100_000, 1),
    ],
)
def test_what_is_no_json_is_named_by_its_line(text: str, line: int) -> None:
    with pytest.raises(ValueError, match=f"line {line}$|nested too deeply"):
        jsonc.parse(text)


@given(ANYTHING, STYLES)
def test_json_means_what_it_means_elsewhere(value: Any, style: dict[str, Any]) -> None:
    assert jsonc.parse(json.dumps(value, **style)).value == value
