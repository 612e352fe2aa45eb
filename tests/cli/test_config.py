"""`config`: what the settings are, where each comes from, and what is wrong with the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal import Ran, cafleet

Run = Callable[..., Ran]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "xdg" / "cafleet"
    folder.mkdir(parents=True)
    return folder / "config.toml"


@pytest.fixture
def run(tmp_path: Path, file: Path) -> Run:
    """One command with this file, and no other setting than those given."""
    own = {"XDG_CONFIG_HOME": str(file.parent.parent)}
    return lambda *words, **extra: cafleet(
        tmp_path / "registry.db", *words, **own, **extra
    )


def sources(ran: Ran) -> dict[str, tuple[object, str]]:
    return {
        setting["key"]: (setting["value"], setting["source"])
        for setting in ran.document
    }


def test_each_value_tells_where_it_came_from(run: Run, file: Path) -> None:
    file.write_text(
        "[push]\nhold_timeout = 20\nmax_text_len = 50\n[tui]\nbell = false\n"
    )
    origins = sources(run("config", "show", "--json", CAFLEET_MAX_TEXT_LEN="70"))
    assert origins["push.hold_timeout"] == (20, f"{file}:2")
    assert origins["push.max_text_len"] == (70, "CAFLEET_MAX_TEXT_LEN")
    assert origins["tui.bell"] == (False, f"{file}:5")
    assert origins["monitor.quiet_after"] == (180, "default")
    text = run("config", "show").out.splitlines()
    assert text[0].split() == ["key", "value", "source"]
    assert ["tui.bell", "false", f"{file}:5"] in [line.split() for line in text]


def test_the_path_is_told_whether_or_not_it_is_there(run: Run, file: Path) -> None:
    assert run("config", "path").out == f"{file}\n"
    assert run("config", "path", "--json").document == {
        "path": str(file),
        "exists": False,
    }


def test_a_sound_file_and_none_at_all_have_nothing_to_check(
    run: Run, file: Path
) -> None:
    assert run("config", "check").out == "The settings are sound.\n"
    file.write_text('[tui.keys]\n"room.members" = "f2,ctrl+l"\n')
    assert run("config", "check", "--json").document == {"problems": []}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("[push]\nhold_timeot = 1", 2, "did you mean push.hold_timeout?"),
        ("\n[pusch]\nhold_timeout = 1", 3, "no such table; did you mean"),
        ('[push]\nhold_timeout = "1"', 2, "'1' is not a whole number"),
        ("[push]\nhold_timeout = true", 2, "True is not a whole number"),
        ("[push]\nhold_timeout = -1", 2, "-1 is below 0"),
        ("[tui]\nbell = 1", 2, "1 is not true or false"),
        ("tui.theme = 3", 1, "3 is not a string"),
        ("[tui.keys]\nroom = 3", 2, "not a string of keys"),
        ("hold_timeout = 3", 1, "did you mean push.hold_timeout?"),
        ("[push\n", 1, "not TOML"),
        ('[registry]\nurl = "mysql://x"', 2, "only sqlite:///"),
        ("[server]\nport = 65536", 2, "server.port: 65536 is above 65535."),
    ],
)
def test_a_fault_is_named_with_its_line(
    run: Run, file: Path, content: str, line: int, words: str
) -> None:
    file.write_text(content)
    checked = run("config", "check")
    assert checked.code == 1
    assert checked.err == ""
    assert words in checked.out
    if line:
        assert checked.out.startswith(f"{file}:{line}: ")
    refused = run("config", "show", "--json")
    if line:
        assert refused.code == 1
        assert refused.error["code"] == "invalid_setting"
        assert refused.error["message"] in checked.out


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("[agents.x]\nargs = []", 2, "args: no such key; did you mean argv?"),
        ("[agents.codex.cues]\nidel = []", 2, "did you mean cues.idle?"),
        ('[tui]\ntheme = "cafleet-drak"', 2, "did you mean cafleet-dark?"),
        ('[tui]\ntheme = "??"', 2, "tui.theme: there is no theme '??'."),
        ('[tui.keys]\n"room.membrs" = "f5"', 2, "did you mean room.members?"),
        (
            '[tui.keys]\n"members.filter" = "p"',
            2,
            "p is both members.filter and acts.ping",
        ),
    ],
)
def test_a_fault_that_does_not_concern_every_command_is_told_and_stops_none(
    run: Run, file: Path, content: str, line: int, words: str
) -> None:
    file.write_text(content)
    checked = run("config", "check")
    assert (checked.code, checked.err) == (1, "")
    assert checked.out.startswith(f"{file}:{line}: ")
    assert words in checked.out
    assert run("session", "list").code == 0


def test_all_that_is_wrong_is_named_at_once(run: Run, file: Path) -> None:
    file.write_text("[push]\nhold_timeot = 1\n[tui]\nbel = 1\n[agents.x]\nargv = []\n")
    lines = run("config", "check").out.splitlines()
    assert [line.removeprefix(f"{file}:")[0] for line in lines] == ["2", "4", "6"]


def test_a_variable_that_says_what_cannot_be_is_named(run: Run, file: Path) -> None:
    checked = run("config", "check", CAFLEET_THEME="cafleet-lihgt")
    wanted = "there is no theme 'cafleet-lihgt'; did you mean cafleet-light?"
    assert checked.out == f"CAFLEET_THEME: {wanted}\n"
    above = run("session", "list", CAFLEET_BROKER_PORT="70000").refusal[2]
    assert above == "Error: CAFLEET_BROKER_PORT='70000' is above 65535.\n"


def test_a_hostile_file_prints_nothing_that_a_terminal_obeys(
    run: Run, file: Path
) -> None:
    file.write_text('[tui]\ntheme = "\\u001b]0;pwned\\u0007x"\n')
    shown = run("config", "show")
    assert shown.code == 0
    assert "\x1b" not in shown.out


def test_every_command_says_the_same_of_a_wrong_file(run: Run, file: Path) -> None:
    file.write_text("[push]\nhold_timeout = 1.5\n")
    wanted = f"Error: {file}:2: push.hold_timeout: 1.5 is not a whole number.\n"
    for words in (("session", "list"), ("poll",), ("doctor",), ("member", "list")):
        assert run(*words).refusal[2] == wanted


def test_a_setting_is_written_and_taken_out_again(run: Run, file: Path) -> None:
    file.write_text("# mine\n")
    assert (
        run("config", "set", "tui.theme", "nord").out
        == f"tui.theme = nord ({file}:4)\n"
    )
    assert file.read_text() == '# mine\n\n[tui]\ntheme = "nord"\n'
    unset = run("config", "unset", "tui.theme", "--json")
    assert unset.document == {"key": "tui.theme", "value": "", "source": "default"}
    assert sources(run("config", "show", "--json"))["tui.theme"] == ("", "default")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("set", "tui.theme", "nrod"), "did you mean nord?"),
        (("set", "tui.keys.acts.png", "p"), "did you mean acts.ping?"),
        (("set", "push.max_txt", "3"), "did you mean push.max_text_len?"),
        (("set", "push.max_text_len", "three"), "is not a whole number"),
        (("set", "worktree.setup", "make"), "is not a JSON list of strings"),
        (("unset", "tui.beel"), "there is no setting 'tui.beel'"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_written(
    run: Run, file: Path, words: tuple[str, ...], why: str
) -> None:
    refused = run("config", *words)
    assert (refused.code, refused.out) == (1, "")
    assert why in refused.err
    assert not file.exists()


def test_a_variable_counts_all_the_same_and_that_is_told(run: Run, file: Path) -> None:
    done = run("config", "set", "push.max_text_len", "5", CAFLEET_MAX_TEXT_LEN="70")
    assert done.err == "Note: CAFLEET_MAX_TEXT_LEN is set, and counts instead.\n"
    assert "max_text_len = 5" in file.read_text()


def test_a_fault_of_the_file_is_mended_by_setting_it_anew(run: Run, file: Path) -> None:
    file.write_text('[push]\nmax_text_len = "long"\n[tui]\ntheme = "nrod"\n')
    assert run("config", "set", "push.max_text_len", "5").code == 0
    assert run("config", "unset", "tui.theme").code == 0
    assert run("config", "check").out == "The settings are sound.\n"
