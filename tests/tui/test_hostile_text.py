"""Whatever agents call themselves and write, the terminal is told nothing by it."""

from __future__ import annotations

import re

import pytest

from cafleet_core.states import PushOutcome
from cafleet_core.views import Entry
from cafleet_tui.render import timeline_entry
from cafleet_tui.render.timeline_entry import Shape
from tests.builders import a_delivery, an_entry
from tests.tui.timeline_stage import a_stage

HOSTILE = [
    "[/] [bold]x [@click=app.quit]quit[/]",
    "unbalanced [/foo] [red",
    "[link=https://example.org]here[/link]",
    "\\[escaped] \\\\[twice]",
    "\x1b]2;PWNED\x1b\\title",
    "\x1b]52;c;cHduZWQ=\x07clipboard",
    "\x1b[31mred\x1b[2J\x1b[H",
    "\x1bP1$r\x1b\\ \x1b_Gi=1;AAAA\x1b\\",
    "\x9b31m\x9d2;eight bits\x9c",
    "bell\a back\b\b\b\bfree \v\f\x00\x7f",
    "over\rwritten\r\nlines\n\n\n",
    "\u202egnp.exe\u202c \u2066isolated\u2069 \u200e\u061c",
    "line\u2028separator\u2029paragraph",
    "lone surrogate \udc80\ud83d",
    "tab\tin\tthe\tmiddle",
    "e" + "\u0301" * 500,
    "\u0301" * 300 + "x" * 300,
    "\u200b" * 300 + "\ufe0f\u200d" * 20,
    "👩‍👩‍👧‍👦" * 40,
    "日本語" * 60,
    "x" * 5000,
    "%s {0} $HOME `id` $(id)",
    " \n \t ",
    "",
]

OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What a terminal, or the reader's eye, would take as an instruction."""


def a_hostile_entry(text: str) -> Entry:
    """An entry in which every string that an agent can choose is `text`."""
    return an_entry(
        1,
        sender=text,
        text=text,
        to=[
            a_delivery(
                text, push_outcome=PushOutcome.HELD, push_reason=text, task_id=text
            ),
            a_delivery(text, acked_at=text, status_timestamp=text),
        ],
        task_id=text,
        created_at=text,
        reply_to_task_id=text,
    )


def test_the_list_is_hostile() -> None:
    assert sum(bool(OBEYED.search(text)) for text in HOSTILE) >= 10


@pytest.mark.parametrize("selected", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_row_of_an_entry_holds_anything_obeyed(text: str, selected: bool) -> None:
    entry = a_hostile_entry(text)
    alone = entry._replace(deliveries=entry.deliveries[:1])

    for shown in (entry, alone, entry._replace(broadcast=True)):
        rows = timeline_entry.draw(shown, Shape(60, selected))
        assert not OBEYED.search("".join(row.plain for row in rows))
        for row in rows:
            for span in row.spans:
                style, _, address = str(span.style).partition(" ")
                assert style in timeline_entry.STYLES
                assert row.plain[span.start : span.end] in (address or row.plain)


@pytest.mark.parametrize("text", HOSTILE)
async def test_the_timeline_draws_it_as_plain_text(text: str) -> None:
    async with a_stage(a_hostile_entry(text)) as stage:
        await stage.press("k")
        for y in range(stage.timeline.size.height):
            strip = stage.timeline.render_line(y)
            assert not OBEYED.search(strip.text)
            assert strip.cell_length == stage.timeline.virtual_size.width
            assert all(not part.style or not part.style.meta for part in strip)
            links = [(part.text, part.style and part.style.link) for part in strip]
            assert all(text in link for text, link in links if link)


async def test_markup_is_shown_as_it_was_written() -> None:
    async with a_stage(an_entry(text=HOSTILE[0], sender="[red]eve[/]")) as stage:
        assert stage.shows(HOSTILE[0])
        assert stage.shows("[red]eve[/] → reviewer")
