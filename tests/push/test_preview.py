"""What a body can do to its reader: in a pane nothing; in an inbox it is exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core.agents import catalog, cues
from cafleet_core.agents.cues import Cues
from cafleet_core.broker.delivery import turns
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.push.preview import preview, without_mentions
from cafleet_core.push.script import Turn
from tests.team import NOWHERE, Team, a_team

WORDS = st.text(alphabet="@#/ax \n\t\u3000、⏎", max_size=40)


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice")


def body_of(registry: Registry, team: Team, words: str, limit: int = 200) -> str:
    """The line of a preview that shows the body."""
    task = send.send(registry, team.director, [team.others["alice"]], words).task
    return preview(task, limit, [" @"]).split("\n", 1)[1]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("@/etc/passwd", "@ /etc/passwd"),
        ("look at @/etc/passwd now", "look at @ /etc/passwd now"),
        ("a\n@b\t@c\u3000@d\u00a0@e", "a\n@ b\t@ c\u3000@ d\u00a0@ e"),
        ("、@b", "、@ b"),
        ('@"a b"', '@ "a b"'),
        ("@@b", "@ @ b"),
        ("at the end @", "at the end @ "),
        ("git@host:x (@b) @ c", "git@host:x (@b) @ c"),
        ("nothing", "nothing"),
    ],
)
def test_a_sign_of_mention_at_the_beginning_of_a_word_is_broken(
    written: str, seen: str
) -> None:
    assert without_mentions(written, [" @"]) == seen


def test_a_sign_that_counts_anywhere_is_broken_anywhere() -> None:
    assert (
        without_mentions("git@host $x a$b @ c", ["@", " $"]) == "git@ host $ x a$b @ c"
    )


def test_no_skill_of_codex_is_called() -> None:
    signs = catalog.get("codex").cues.mention
    assert (
        without_mentions("use $deploy, ($a) x$b", signs) == "use $ deploy, ($ a) x$ b"
    )


@given(WORDS)
def test_nothing_is_left_to_be_broken(words: str) -> None:
    for sign in "@", " @":
        once = without_mentions(words, [sign])
        assert without_mentions(once, [sign]) == once
        assert once.replace(" ", "") == words.replace(" ", "")


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("/exit", "> /exit"),
        ("!ls", "> !ls"),
        ("# remember", "> # remember"),
        ("  /exit", ">   /exit"),
        ("go\n/exit", "go⏎/exit"),
        ("> quoted", "> quoted"),
        ("read @x", "read @ x"),
    ],
)
def test_a_line_begins_with_no_command(
    registry: Registry, team: Team, words: str, seen: str
) -> None:
    assert body_of(registry, team, words) == seen


def test_the_inbox_has_the_words_as_they_were_written(
    registry: Registry, team: Team
) -> None:
    words = "/exit @/etc/passwd !ls"
    body_of(registry, team, words)
    [task] = inbox.poll(registry, team.others["alice"])
    assert task.text == words


def test_a_body_stays_as_short_as_it_was_asked_for(
    registry: Registry, team: Team
) -> None:
    assert body_of(registry, team, "@a" * 50, 10) == "@ a@a@a@a@…"


def test_a_turn_is_broken_by_the_signs_of_its_reader(
    registry: Registry, team: Team
) -> None:
    for name, mention in (("plain", ()), ("odd", ("~",))):
        agent = agents.register(registry, team.session, name, "", here=NOWHERE)
        assert agent.placement is not None
        dumped = Cues(mention=mention).dump()
        placed = agent._replace(placement=agent.placement._replace(cues=dumped))
        task = send.send(registry, team.director, [agent], "a @b ~c").task
        turn = turns.turn_of(placed, [task], 0)
        assert isinstance(turn, Turn)
        seen = {"plain": "a @ b ~c", "odd": "a @b ~ c"}[name]
        assert turn.text.endswith(f"\n{seen}")
        notice = turns.notice(placed, "x @y ~z waits")
        assert isinstance(notice, Turn)
        assert notice.text != "x @y ~z waits"


@pytest.mark.parametrize("name", ["claude", "codex", "opencode"])
def test_every_agent_with_a_model_says_what_mentions_a_file(name: str) -> None:
    known = catalog.get(name).cues
    assert " @" in known.mention
    assert cues.mentions(known.dump()) == known.mention


def test_of_an_agent_that_says_nothing_the_usual_sign_is_broken_anywhere() -> None:
    assert cues.mentions(Cues(idle=("^mention @",)).dump()) == ("@",)
