"""Writing: what Enter and Ctrl+J do, whom it says it reaches, and the popover of names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button

from cafleet_core.states import AgentKind, AgentStatus
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.mention_popup import being_written
from tests.builders import an_agent, an_entry
from tests.terminal import PATIENCE

ADMINISTRATOR = an_agent("Administrator", AgentKind.ADMINISTRATOR)
AGENTS = (
    an_agent("Director", AgentKind.DIRECTOR),
    an_agent("drafter"),
    an_agent("reviewer"),
    an_agent("gone", status=AgentStatus.DEREGISTERED),
    ADMINISTRATOR,
)


class Host(App[None]):
    """A composer beside another place for the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[OutgoingMessage] = []

    def compose(self) -> ComposeResult:
        yield Composer()
        yield Button("elsewhere")

    def on_composer_submitted(self, event: Composer.Submitted) -> None:
        self.submitted.append(event.outgoing)


@asynccontextmanager
async def a_composer() -> AsyncIterator[
    tuple[Composer, Pilot[None], list[OutgoingMessage]]
]:
    """A composer with the focus that knows the agents, and the messages it submits."""
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        composer = app.query_one(Composer)
        composer.know(AGENTS, ADMINISTRATOR)
        composer.draft.focus()
        await pilot.pause()
        yield composer, pilot, app.submitted


async def write(pilot: Pilot[None], text: str) -> None:
    """Type `text` as keys, a blank closing the popover."""
    await pilot.press(*text)
    await pilot.pause()


def title(composer: Composer) -> str:
    return composer._border_title.plain if composer._border_title else ""


def reason(composer: Composer) -> str:
    return composer._border_subtitle.plain if composer._border_subtitle else ""


async def burst(composer: Composer, keys: Sequence[str]) -> None:
    """Let the draft deal with these keys while what is around it is busy with something else."""
    busy = asyncio.Event()
    composer.call_later(busy.wait)
    for key in keys:
        composer.draft.post_message(events.Key(key, key if len(key) == 1 else None))
    async with asyncio.timeout(PATIENCE):
        while composer.draft.message_queue_size:
            await asyncio.sleep(0.001)
    busy.set()


@pytest.mark.parametrize(
    ("before", "keys"),
    [
        ("", (*"@drafter hello", "enter")),
        ("@dra", (*"fter hello", "enter")),
        ("@all nonsense", (*["backspace"] * 30, *"@drafter hello", "enter")),
        ("", (*"@dra", "tab", *"hello", "enter")),
        ("", (*"@drafter hello", "enter", *"@all next")),
        ("", (*"@dra", "escape", *"fter hello", "enter")),
    ],
)
async def test_keys_that_come_faster_than_they_are_dealt_with_do_what_they_say(
    before: str, keys: Sequence[str]
) -> None:
    async with a_composer() as (composer, pilot, submitted):
        await write(pilot, before)
        await burst(composer, keys)
        await pilot.pause()
        assert [(each.recipients, each.body) for each in submitted] == [
            ((AGENTS[1],), "hello")
        ]
        assert composer.draft.text == ("@all next" if keys[-1] == "t" else "")


async def test_enter_sends_to_whom_the_title_names() -> None:
    async with a_composer() as (composer, pilot, submitted):
        await write(pilot, "@drafter @reviewer agree first")
        assert title(composer) == "Sending as Administrator → drafter, reviewer"
        assert reason(composer) == ""
        await pilot.press("enter")
        (outgoing,) = submitted
        assert [agent.name for agent in outgoing.recipients] == ["drafter", "reviewer"]
        assert (outgoing.body, outgoing.everyone) == ("agree first", False)
        assert outgoing.sender == ADMINISTRATOR


async def test_all_is_everyone() -> None:
    async with a_composer() as (composer, pilot, submitted):
        await write(pilot, "@all stop")
        assert title(composer).endswith("→ everyone")
        await pilot.press("enter")
        assert submitted[0].everyone


async def test_ctrl_j_and_shift_enter_make_lines() -> None:
    async with a_composer() as (composer, pilot, submitted):
        await write(pilot, "@all one")
        await pilot.press("ctrl+j", *"two", "shift+enter", *"three")
        composer.draft.post_message(events.Key("shift+\r", None))
        await pilot.pause()
        await pilot.press(*"four")
        assert composer.draft.text == "@all one\ntwo\nthree\nfour"
        assert not submitted
        await pilot.press("enter")
        assert submitted[0].body == "one\ntwo\nthree\nfour"


async def test_a_pasted_text_of_several_lines_stays_a_draft() -> None:
    async with a_composer() as (composer, pilot, submitted):
        pilot.app.post_message(events.Paste("@all one\rtwo\r\nthree\n"))
        await pilot.pause()
        assert composer.draft.text == "@all one\ntwo\nthree\n"
        assert not submitted


async def test_it_says_why_it_cannot_be_sent_but_not_before_anything_is_written() -> (
    None
):
    async with a_composer() as (composer, pilot, submitted):
        assert reason(composer) == ""
        await write(pilot, "hello")
        assert reason(composer) == "Start with @name or @all."
        await pilot.press("enter")
        assert not submitted
        composer.draft.text = "@nobody hello"
        await pilot.pause()
        assert reason(composer) == "No active agent is named '@nobody'."


async def test_enter_on_nothing_says_what_to_write() -> None:
    async with a_composer() as (composer, pilot, _):
        await pilot.press("enter")
        assert reason(composer) == "Start with @name or @all."


async def test_enter_twice_sends_once_and_what_failed_comes_back() -> None:
    async with a_composer() as (composer, pilot, submitted):
        await write(pilot, "@all stop")
        await pilot.press("enter", "enter")
        assert len(submitted) == 1
        assert reason(composer) == "sending …"
        composer.failed()
        await pilot.pause()
        assert composer.draft.text == "@all stop"
        await pilot.press("enter")
        assert len(submitted) == 2
        composer.sent()
        await pilot.pause()
        assert composer.draft.text == ""
        assert title(composer) == "Sending as Administrator"


async def test_a_reply_addresses_the_sender_and_quotes_the_id_until_it_is_taken_back() -> (
    None
):
    async with a_composer() as (composer, pilot, submitted):
        entry = an_entry(sender="reviewer")
        composer.reply(entry)
        await write(pilot, "yes")
        assert composer.draft.text == "@reviewer yes"
        assert title(composer).endswith(f"replying to {entry.task_id[:8]}")
        await pilot.press("enter")
        assert submitted[0].reply_to == entry.task_id
        composer.failed()
        await pilot.press("escape", "enter")
        assert submitted[1].reply_to is None


async def test_a_reply_to_ones_own_message_goes_to_its_recipients() -> None:
    async with a_composer() as (composer, _, _):
        own = an_entry(sender="Administrator", to=["drafter", "reviewer"])
        composer.reply(own)
        assert composer.draft.text == "@drafter @reviewer "
        composer.draft.text = ""
        composer.reply(own._replace(broadcast=True))
        assert composer.draft.text == "@all "


async def test_an_at_sign_offers_the_active_agents_and_everyone() -> None:
    async with a_composer() as (composer, pilot, _):
        await write(pilot, "@")
        assert composer.popup.is_open
        ids = [option.id for option in composer.popup.options]
        assert ids == ["director", "drafter", "reviewer", "all"]
        assert composer.draft.has_focus
        await write(pilot, "re")
        meant = [option.id for option in composer.popup.options]
        assert meant == ["reviewer", "director", "drafter"]


async def test_those_who_were_written_to_last_are_offered_first() -> None:
    async with a_composer() as (composer, pilot, _):
        composer.remember(["@drafter one", "@all two", "@reviewer @drafter three"])
        await write(pilot, "@")
        ids = [option.id for option in composer.popup.options]
        assert ids == ["reviewer", "drafter", "all", "director"]


@pytest.mark.parametrize("key", ["enter", "tab"])
async def test_a_name_is_chosen_with_the_arrows_and_undo_takes_it_back(
    key: str,
) -> None:
    async with a_composer() as (composer, pilot, submitted):
        await write(pilot, "@")
        await pilot.press("down", "down", "up", key)
        await pilot.pause()
        assert composer.draft.text == "@drafter "
        assert composer.draft.has_focus
        assert not composer.popup.is_open
        assert not submitted
        await pilot.press("ctrl+z")
        assert composer.draft.text == "@"


async def test_escape_closes_the_names_and_they_stay_closed_for_that_word() -> None:
    async with a_composer() as (composer, pilot, _):
        await write(pilot, "@d")
        await pilot.press("escape")
        await pilot.pause()
        assert not composer.popup.is_open
        assert composer.draft.text == "@d"
        await write(pilot, "r")
        assert composer.popup.is_open


async def test_a_click_chooses_a_name() -> None:
    async with a_composer() as (composer, pilot, _):
        await write(pilot, "@")
        await pilot.click(composer.popup, offset=(3, 1))
        await pilot.pause()
        assert composer.draft.text == "@drafter "
        assert composer.draft.has_focus


async def test_tab_leaves_the_composer_when_no_names_are_offered() -> None:
    async with a_composer() as (composer, pilot, _):
        await write(pilot, "@drafter hi")
        await pilot.press("tab")
        assert not composer.draft.has_focus


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("@", ""),
        ("@re", "re"),
        ("hi @re", "re"),
        ("@drafter @re.v-1", "re.v-1"),
        ("me@example", None),
        ("@drafter ", None),
        ("", None),
    ],
)
def test_names_are_offered_after_an_at_sign_that_begins_a_word(
    text: str, written: str | None
) -> None:
    assert being_written(text) == written
