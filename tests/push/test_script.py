"""The quoting of the typing script: whatever a text holds, tmux takes it for text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cafleet_core import text
from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import TYPED_OPTION
from cafleet_core.panes.tmux.quote import quote
from cafleet_core.push import script
from cafleet_core.push.refusal import Refusal
from cafleet_core.push.script import Turn
from tests.terminal import Terminal

PARTS = st.one_of(
    st.sampled_from(
        [
            *("'", '"', "\\", ";", " ;", "\n", "\t", "{", "}", "#", "$", "~", "%", "`"),
            *("#{pid}", "#(touch /tmp/x)", "$HOME", "${HOME}", "~root", "%if 1", "%%"),
            *("\\\n", "\\;", "\\012", "\\u0041", "-", "--", "\r\n", "\x1b[201~", "\0"),
        ]
    ),
    st.text(st.characters(codec=None), min_size=1, max_size=4),
)
TEXTS = st.lists(PARTS, min_size=1, max_size=12).map("".join)

A_TURN = Turn("abc-1", "/tmp/socket", 7, "%3", ("claude", "python3.11"), "hello")


@pytest.fixture(scope="module")
def tmux_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """One tmux server for every example."""
    folder: Path = tmp_path_factory.mktemp("script")
    terminal = Terminal(folder / "tmux.sock", folder / "registry.db")
    yield terminal
    terminal.close()


def through_tmux(tmux_server: Terminal, words: str) -> str:
    """What a paste buffer holds after being set in the way that a turn sets it."""
    quoted = quote(text.sanitise(words))
    lines = f"set-buffer -b probe -- {quoted}\ndisplay-message -p ok\n"
    reply = client.call(
        ["source-file", "-"], socket=tmux_server.socket, stdin=lines.encode()
    )
    assert (reply.code, reply.out, reply.err) == (0, "ok\n", "")
    return client.call(
        ["save-buffer", "-b", "probe", "-"], socket=tmux_server.socket
    ).out


@settings(max_examples=150, deadline=None)
@given(TEXTS.filter(lambda words: text.sanitise(words) != ""))
def test_any_text_arrives_as_it_is(tmux_server: Terminal, words: str) -> None:
    assert through_tmux(tmux_server, words) == text.sanitise(words)


@pytest.mark.parametrize(
    "words",
    [
        *("trailing ;", ";", "\\", "trailing \\", "a\\\nb", "\n", "a\n\nb\n", " "),
        *("#{pane_id} #S #(id)", "%if 0\nx\n%endif", "%hidden A=1", "~/x $HOME"),
        *(
            "'\"'\"'",
            "}",
            "} ; kill-server ; {",
            "-b other",
            "日本語 👩‍👩‍👧",
            "\\033[31m",
        ),
        "x" * 50_000,
        "é;'\"\\" * 10_000,
    ],
)
def test_texts_that_mean_something_to_tmux_arrive_as_they_are(
    tmux_server: Terminal, words: str
) -> None:
    assert through_tmux(tmux_server, words) == words


@given(TEXTS)
def test_a_quoted_text_is_one_token_on_one_line(words: str) -> None:
    quoted = quote(words)
    assert (quoted[0], quoted[-1]) == ('"', '"')
    assert not set(quoted[1:-1]) & set("\"'\n;{}#$~%`")


def checks(written: bytes) -> list[str]:
    """The lines of a script that check a pane and type, as tmux without user hooks runs them."""
    lines = written.decode().splitlines()
    return [line for line in lines if line.startswith("if-shell ")]


def test_a_script_has_one_check_a_turn() -> None:
    turns = [A_TURN._replace(text="a\nb"), A_TURN._replace(pane_id="%4")]
    first, second = checks(script.typing_script(turns, "buffer"))
    assert [line.split()[3] for line in (first, second)] == ["%3", "%4"]


def test_a_turn_is_pasted_submitted_marked_and_answered_for() -> None:
    turn = A_TURN._replace(keys="2", announces=("f00d", "beef"))
    written = script.typing_script([turn, A_TURN], "own")
    first, second = checks(written)
    marks = quote(f"#{{=-1400:{TYPED_OPTION}}},f00d,beef")
    strokes = [
        'send-keys -l -t %3 -- "2"',
        "paste-buffer -p -r -d -b own -t %3",
        "send-keys -t %3 Enter",
        f"set-option -F -p -t %3 {TYPED_OPTION} {marks}",
        'display-message -p "0 delivered"',
    ]
    facts = quote("0 refused #{pid} #{pane_id} #{pane_pid} ").removesuffix('"')
    refused = f"delete-buffer -b own ; display-message -p -t %3 {facts}"
    assert f" {{ {' ; '.join(strokes)} }} {{ {refused}" in first
    assert second.startswith("if-shell -F -t %3 ")
    assert TYPED_OPTION not in second.partition(" } { ")[0]
    assert written.decode().splitlines()[0] == 'set-buffer -b own -- "hello"'


def test_older_versions_of_tmux_run_the_same_check_without_a_hook() -> None:
    written = script.typing_script([A_TURN], "own").decode()
    *_, hooked, _run, otherwise, checked, end, nothing = written.split("\n")
    assert (otherwise, end, nothing) == ("%else", "%endif", "")
    assert f" ; {checked} }}" in hooked


def test_a_program_is_asked_for_by_exactly_its_name() -> None:
    turn = A_TURN._replace(process_names=("Xvfb-1.0+", ".odd"))
    (check,) = checks(script.typing_script([turn], "own"))
    name = r"Xvfb\-1\.0\+"
    condition = f"#{{m/r:^({name})$,#{{pane_current_command}}}}"
    assert quote(condition).strip('"') in check


def test_newer_versions_of_tmux_run_a_check_as_a_hook() -> None:
    written = script.typing_script([A_TURN, A_TURN], "own")
    lines, both = written.decode().splitlines(), checks(written)
    for number, check in enumerate(both):
        hook = f"@ownn{number}"
        body = f"set-option -gu {hook} ; {check}"
        assert f"set-option -g {hook} {{ {body} }}" in lines
        assert f"set-hook -g -R {hook}" in lines


@pytest.mark.parametrize(
    ("version", "runs"),
    [
        *(("3.3a", True), ("3.3", True), ("3.10", True), ("4.0", True), ("10.1", True)),
        *(("next-3.6", True), ("3.2a", False), ("3.2", False), ("2.9", False)),
    ],
)
def test_which_versions_do_is_known(
    version: str, runs: bool, tmux_server: Terminal
) -> None:
    asked = script._IF_IT_RUNS_HOOKS_OF_USERS.removeprefix("%if ").strip('"')
    asked = asked.replace("#{version}", version)
    assert tmux_server.tmux("display-message", "-p", asked) == str(int(runs))


@pytest.mark.parametrize(
    "turn",
    [
        A_TURN._replace(pane_id="%3 ; kill-server"),
        A_TURN._replace(pane_id=""),
        A_TURN._replace(agent_id="x},1}"),
        A_TURN._replace(agent_id=""),
    ],
)
def test_an_id_that_is_none_never_gets_into_a_script(turn: Turn) -> None:
    with pytest.raises(ValueError, match="not fit for a tmux script"):
        script.typing_script([turn], "buffer")


def test_the_answers_are_read_by_number() -> None:
    out = (
        "9 delivered\nnonsense\n\n5 delivered\n"
        "2 delivered\n"
        "0 refused 7 %1 77 abc-1,abc-2 ,f00d 0 1 0 0 /dev/pts/3 vi\n"
        "3 refused 7 %2 78   1  1 1 /dev/pts/4 my agent\n"
        "4 refused 7 %2    0 0 0 0 /dev/pts/4 vi\n"
    )
    left, right = (False, True, False, False), (True, False, True, True)
    assert script.parse(out, 5) == [
        Refusal(
            7, "%1", 77, ("abc-1", "abc-2"), ("", "f00d"), *left, "/dev/pts/3", "vi"
        ),
        None,
        True,
        Refusal(7, "%2", 78, (), ("",), *right, "/dev/pts/4", "my agent"),
        Refusal(7, "%2", 0, (), ("",), False, False, False, False, "/dev/pts/4", "vi"),
    ]


ANSWERS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "0",
                    "1",
                    "delivered",
                    "refused",
                    " ",
                    "\n",
                    "7 %1 9 a b 0 0 0 0 /t c",
                ),
                *("²", "٣", "9" * 5000, "\x1e", "\r", "\u2028", "\ufffd", "-1", "0x1"),
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=12,
)


@given(st.one_of(ANSWERS.map("".join), ANSWERS.map(" ".join)), st.integers(0, 3))
def test_whatever_tmux_prints_is_an_answer_or_none(out: str, count: int) -> None:
    answers = script.parse(out, count)
    assert len(answers) == count
    for number, answer in enumerate(answers):
        assert answer is None or f"{number} " in out


@pytest.mark.parametrize(
    "digits", ["²", "٣", "9" * 20, "9" * 5000, "", "-1", "0x1", "1_0"]
)
def test_what_is_no_number_is_no_answer(digits: str) -> None:
    facts = "%1 9 abc , 0 0 0 0 /dev/pts/1 vi"
    assert script.parse(f"{digits} delivered\n", 2) == [None, None]
    assert script.parse(f"0 refused {digits} {facts}\n", 1) == [None]
    assert script.parse(f"0 refused 7 {facts}\n", 1) != [None]
