"""Bodies as Markdown: drawn in style, dead, and never saying less than was written."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cafleet_tui.model.density import Density
from cafleet_tui.render import code_colours, entry_body, markdown, timeline_entry
from cafleet_tui.render.timeline_entry import Shape
from tests.builders import an_entry


def rows(text: str, width: int = 60) -> list[str]:
    """The rows of a text, without styles."""
    return ["".join(part for part, _ in row) for row in markdown.rows(text, width)]


def styles(text: str) -> dict[str, str]:
    """The style of each piece that has one."""
    return {
        part: style for row in markdown.rows(text, 60) for part, style in row if style
    }


def test_headings_emphasis_and_code_have_styles_and_lose_their_marks() -> None:
    text = "# The plan\nWe **must** run `pytest` ~~now~~ *soon*."
    assert rows(text) == ["The plan", "We must run pytest now soon."]
    assert styles(text) == {
        "The plan": "title",
        "must": "strong",
        "pytest": "code",
        "now": "struck",
        "soon": "emphasis",
    }


@pytest.mark.parametrize(
    "text",
    [
        *("run __init__.py and snake_case_name", r"C:\new\*.py", "a &lt; b &#65;"),
        *("<b>bold</b> <script>x</script>", "Title\n---x", "[x]: http://e.org"),
        "Files:\n    a.py\n  b.py\n\n\nend",
    ],
)
def test_what_is_no_markdown_stays_as_it_was_written(text: str) -> None:
    assert "\n".join(rows(text)) == text


def test_lists_and_quotes_hang() -> None:
    assert rows("- one two three\n  1. four\n\n> five six seven", 14) == [
        *("• one two", "  three", "  1. four", "", "▎ five six", "▎ seven"),
    ]


def test_a_table_has_columns_where_they_fit_and_is_as_written_where_not() -> None:
    table = "|name|state|\n|-|-|\n|テスト|**busy**|"
    assert rows(table) == ["name   │ state", "───────┼──────", "テスト │ busy"]
    assert rows(table, 13)[0] == "|name|state|"


@pytest.mark.parametrize("text", ["```diff\n{}\n```", "--- a/x\n{}"])
def test_a_patch_tells_what_is_added_and_removed(text: str) -> None:
    shown = styles(text.format("@@ -1 +1 @@\n-old\n+new"))
    assert shown["+new"] == "added"
    assert shown["-old"] == "removed"
    assert shown["@@ -1 +1 @@"] == "hunk"


def test_no_address_is_hidden_and_only_those_of_the_web_can_be_opened() -> None:
    shown = styles("[here](https://e.org/a_b) https://x.org, [evil](file:///etc)")
    assert shown == {
        "https://e.org/a_b": "link https://e.org/a_b",
        "https://x.org": "link https://x.org",
    }
    assert styles("[mail](mailto:a@e.org)") == {}
    assert rows("[https://good.org](https://bad.org)") == [
        "https://good.org (https://bad.org)"
    ]


@given(st.text(st.sampled_from("ab *_`[]()|-#>\n1.~!<&\\é日\t"), max_size=300))
def test_no_row_is_wider_than_asked_and_no_letter_is_lost(text: str) -> None:
    drawn = rows(text, 20)
    assert max(map(cell_len, drawn)) <= 20
    letters = [sign for sign in "".join(drawn) if sign in "ab日é"]
    assert len(letters) >= sum(text.count(sign) for sign in "abé日")


@pytest.mark.parametrize(
    "piece", ["[", "*a ", "`", "![](", "> ", "- ", "_a_ ", "<a", "|a", "[a]("]
)
def test_a_hostile_text_costs_little(piece: str) -> None:
    began = time.process_time()
    markdown.lines(piece * 50_000)
    assert time.process_time() - began < 0.2


def test_a_long_text_is_folded_and_unfolds() -> None:
    entry = an_entry(text="\n".join(f"line {n}" for n in range(30)))
    folded = timeline_entry.draw(entry, Shape(60))
    assert len(folded) == 1 + entry_body.FOLDED_ROWS + 1
    assert "22 more lines · o unfolds" in folded[-1].plain
    unfolded = timeline_entry.draw(entry, Shape(60, unfolded=True))
    assert len(unfolded) == 31
    almost = an_entry(text="\n".join("123456789"))
    assert len(timeline_entry.draw(almost, Shape(60))) == 10, "no row to save one"


def test_a_dense_entry_says_a_short_text_beside_its_sender() -> None:
    dense = Shape(80, density=Density.DENSE)
    [row] = timeline_entry.draw(an_entry(text="All green."), dense)
    assert "Fri 12:01  drafter → reviewer  All green." in row.plain
    assert timeline_entry.height(an_entry(text="one\ntwo"), dense) == 3


def test_in_lines_each_entry_has_one_row_but_the_selected_one() -> None:
    entry = an_entry(text="# Head\nand more")
    line = Shape(80, density=Density.LINES)
    [row] = timeline_entry.draw(entry, line)
    assert "Head" in row.plain
    [narrow] = timeline_entry.draw(entry, line._replace(width=54))
    assert narrow.plain.rstrip().endswith("◌")
    assert "  Head  " in narrow.plain
    assert timeline_entry.height(entry, line) == 1
    assert timeline_entry.height(entry, line._replace(selected=True)) == 3


PYTHON = 'def plan(x):\n    # why\n    return "a b" if x else None'


@pytest.mark.parametrize("name", ["python", "PY", "py linenos"])
def test_code_of_a_known_language_has_colours(name: str) -> None:
    shown = styles(f"```{name}\n{PYTHON}\n```")
    assert shown["plan"] == "defined"
    assert shown["# why"] == "comment"
    assert shown['"a b"'] == "string"
    assert shown["return"] == "keyword"
    assert "\n".join(rows(f"```{name}\n{PYTHON}\n```")) == PYTHON


@pytest.mark.parametrize("name", ["", "colour", "makefile", "py" * 2000, "../x"])
def test_code_of_no_known_language_is_plain_code(name: str) -> None:
    assert set(styles(f"```{name}\n{PYTHON}\n```").values()) == {"code"}


@pytest.mark.parametrize("name", sorted(code_colours._LANGUAGES))
@pytest.mark.parametrize(
    "code", ["\n\nx\n\n", "'" * 7000, "(" * 7000, "{[`<$\\" * 999, "", " \t"]
)
def test_any_code_stays_as_it_was_written(name: str, code: str) -> None:
    began = time.process_time()
    coloured = code_colours.lines(code, name)
    assert time.process_time() - began < 3
    if coloured is not None:
        joined = ("".join(text for text, _ in row) for row in coloured)
        assert "\n".join(joined) == code
    assert code_colours.lines("x" * (code_colours.LONGEST + 1), name) is None
