"""What is printed as JSON is what the library would print of the sanitised data."""

from __future__ import annotations

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core import text
from cafleet_core.cli import output
from cafleet_core.states import PaneState

TEXTS = st.text() | st.sampled_from(
    ["\x1b[31m", "\u202e", "\ud800", '"\\/', "é\U0001f600", PaneState.IDLE]
)
DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(TEXTS, inner)
    ),
    max_leaves=20,
)


def sanitised(value: object) -> object:
    if isinstance(value, str):
        return text.sanitise(value)
    if isinstance(value, dict):
        return [(text.sanitise(key), sanitised(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [sanitised(item) for item in value]
    return value


def pairs(read: list[tuple[str, object]]) -> object:
    """Keys that became equal are both there."""
    return read


@given(DATA)
def test_it_reads_back_as_the_data(value: object) -> None:
    shown = output.encoded(value)
    assert "\n" not in shown
    back = json.loads(shown, object_pairs_hook=pairs)
    assert json.dumps(back) == json.dumps(sanitised(value))


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True, False, "é", {"b": []}], "c": {}},
        [],
        "",
        {"state": PaneState.IDLE},
        {1: "one", 2.5: [], None: {}, False: 0},
        -0.0,
        10**30,
        1e-7,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_it_is_the_librarys_compact_form(
    value: object, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    escaped = encoding == "ascii"
    form = json.dumps(value, ensure_ascii=escaped, separators=(",", ":"))
    assert output.encoded(value) == form


def test_what_is_no_data_is_no_json() -> None:
    with pytest.raises(TypeError, match="set"):
        output.encoded({"a": {1}})
