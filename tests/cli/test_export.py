"""`session export`: all that happened in one file, in which foreign text is nothing but text."""

from __future__ import annotations

import hashlib
import json
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from cafleet_core import clock
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import kept_states
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.states import EventKind, PaneState
from cafleet_core.storage import events, lookup, screens
from tests.cli.conftest import Prompt
from tests.team import Team
from tests.tui.test_hostile_text import HOSTILE

NASTY = [
    *HOSTILE,
    "<script>alert(1)</script>",
    "</pre></details><img src=http://x.example/a onerror=alert(1)>",
    "```\n<iframe src=javascript:alert(1)>\n````\n# head\n~~~\n| a | b |",
    "[click](javascript:alert(1)) ![](http://x.example/p.png) https://x.example",
    "--> ]]> &lt;b&gt; <!-- \u202e gnp.exe",
]
OURS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table"),
    *("tr", "th", "td", "time", "strong", "pre", "details", "summary"),
}


def reading(
    state: PaneState, screen: str, question: Question | None = None
) -> PaneReading:
    return PaneReading(state, "screen", "a line", screen=screen, question=question)


def seen(
    registry: Registry, team: Team, *readings: PaneReading, keeps: bool = True
) -> None:
    """The Director's pane is seen so, by whoever keeps screens, or not."""
    for each in readings:
        (director,) = lookup.agents(registry, None, team.director.agent_id)
        views = {director.agent_id: each}
        kept_states.keep(registry, [director], views, screens=keeps)


def exported(cli: Prompt, team: Team, form: str) -> str:
    ran = cli("session", "export", team.session.session_id, "--format", form)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


QUESTION = Question("Run it?", (Option(1, "Yes", False), Option(2, "No", False)))


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_report_tells_who_what_and_when(
    cli: Prompt, registry: Registry, team: Team, form: str
) -> None:
    sent = send.send(registry, team.director, [team.others["alice"]], "Draft the plan")
    inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    seen(
        registry,
        team,
        reading(PaneState.BUSY, "Thinking"),
        reading(PaneState.WAITING, "A dialog", QUESTION),
    )
    answer = json.dumps(
        {"by_name": "Administrator", "interface": "room", "label": "Yes"}
    )
    with registry.write():
        events.add(
            *(registry, EventKind.ANSWERED, clock.stamp()),
            *(team.session.session_id, team.director.agent_id),
            detail=answer,
        )
    report = exported(cli, team, form).replace("\\", "")
    steps = (
        *("alice", "has joined", "Draft the plan", "has acked a message", "is busy"),
        *("Thinking", "asks: Run it?", "1 Yes", "was answered: Yes"),
    )
    assert [step for step in steps if step not in report] == []
    assert "(by Administrator, room)" in report
    report = report[report.index("What happened") :]
    places = [report.index(step) for step in steps[1:]]
    assert places == sorted(places)


def test_for_programs_it_is_every_event_with_all_that_is_kept(
    cli: Prompt, registry: Registry, team: Team
) -> None:
    send.send(registry, team.director, [team.others["alice"]], "Draft the plan")
    seen(registry, team, reading(PaneState.BUSY, "\x1b[31mThinking"))
    first, *lines = map(json.loads, exported(cli, team, "jsonl").splitlines())
    assert [agent["name"] for agent in first["agents"]][-1] == "bob"
    assert [line["event"]["seq"] for line in lines] == [
        seq for (seq,) in registry.rows("SELECT seq FROM events ORDER BY seq")
    ]
    assert [line["message"]["text"] for line in lines if line["message"]] == [
        "Draft the plan"
    ]
    assert [line["screen"] for line in lines if line["screen"]] == ["Thinking"]


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.sqlite
@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_is_nothing_but_text(
    cli: Prompt, registry: Registry, team: Team, text: str
) -> None:
    text = text.encode("utf-8", "replace").decode()
    named = "UPDATE agents SET name = ?, description = ? WHERE name = 'bob'"
    registry.execute(named, (text, text))
    registry.execute("UPDATE sessions SET label = ?", (text,))
    send.send(registry, team.others["bob"], [team.others["alice"]], f"{text}!")
    asked = Question(text, (Option(1, text, False),))
    seen(registry, team, reading(PaneState.WAITING, text, asked))

    page = exported(cli, team, "html")
    parser = Tags()
    parser.feed(page)
    assert {tag for tag, _ in parser.tags} <= OURS
    owned = {"meta", "html"}
    assert all(not attrs for tag, attrs in parser.tags if tag not in owned)
    assert "\x1b" not in page

    written = exported(cli, team, "md")
    assert "\x1b" not in written
    flat = list(MarkdownIt("gfm-like", {"linkify": False}).parse(written))
    tokens = [each for token in flat for each in (token, *(token.children or ()))]
    kinds = {token.type for token in tokens}
    assert not kinds & {"link_open", "image", "html_inline", "code_inline"}
    allowed = {"<details><summary>screen</summary>", "</details>"}
    markup = {token.content.strip() for token in tokens if token.type == "html_block"}
    assert markup <= allowed
    assert sum(token.type == "heading_open" for token in tokens) == 2


def test_screens_are_kept_only_where_that_is_wanted(
    cli: Prompt, registry: Registry, team: Team
) -> None:
    seen(registry, team, reading(PaneState.BUSY, "Thinking"), keeps=False)
    assert "Thinking" not in exported(cli, team, "md")


def test_a_large_screen_is_cut_and_the_oldest_of_many_go(
    registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = "\n".join(
        hashlib.shake_256(bytes([number])).hexdigest(100) for number in range(250)
    )
    seen(registry, team, reading(PaneState.BUSY, screen))
    (stored,) = registry.row("SELECT screen FROM screens")
    assert len(stored) <= screens.LONGEST
    (shown,) = screens.between(registry, team.session.session_id, "", "9").values()
    assert screen.endswith(shown)
    assert len(shown) > 1000
    monkeypatch.setattr(screens, "MOST", 3)
    for _ in range(5):
        seen(registry, team, reading(PaneState.IDLE, "a"), reading(PaneState.BUSY, "b"))
    (count,) = registry.row("SELECT COUNT(*) FROM screens")
    assert count == 3


def test_old_screens_are_pruned_and_damaged_ones_are_left_out(
    cli: Prompt, registry: Registry, team: Team
) -> None:
    seen(registry, team, reading(PaneState.BUSY, "Thinking"))
    registry.execute("UPDATE screens SET screen = 'x~~'")
    assert "is busy" in exported(cli, team, "md").replace("\\", "")
    maintenance.prune(registry, clock.stamp(), dry_run=False)
    assert registry.rows("SELECT 1 FROM screens") == []


def test_an_unknown_session_is_refused(cli: Prompt, registry: Registry) -> None:
    ran = cli("session", "export", "ffffffff")
    assert (ran.code, ran.out) == (1, "")
