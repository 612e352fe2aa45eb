"""`completion`: the scripts, and what a real shell then offers."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.broker.registry.open import Registry, open_registry
from tests.cli.conftest import Prompt
from tests.cli.test_start_up import imported
from tests.postgres import Server
from tests.proxy import Proxy
from tests.team import Team, a_team
from tests.terminal import environment

ASK = """
eval "$(cafleet completion bash)"
read -ra COMP_WORDS <<< "$1"
[[ "$1" == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_cafleet_completion cafleet
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""What bash does when somebody presses Tab behind the words of `$1`."""

SILENT_SECONDS = 4.0
"""A second for the server, and a busy machine's time to start bash and the program."""


def offered(registry: Path | str, line: str, **extra: str) -> list[str]:
    """What a real bash offers behind `line`, after loading the script."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "bash", line],
        env=environment(registry, PATH=path, **extra),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cafleet mess", ["message"]),
        ("cafleet message p", ["poll"]),
        ("cafleet fleet l", ["list"]),
        ("cafleet message poll --wa", ["--wait"]),
        ("cafleet poll --wa", ["--wait"]),
        ("cafleet message list --export ", ["jsonl"]),
        ("cafleet completion z", ["zsh"]),
        ("cafleet xyzzy", []),
        ("cafleet xyzzy z", []),
    ],
)
def test_bash_completes_commands_and_options(
    registry_path: Path, line: str, words: list[str]
) -> None:
    assert offered(registry_path, line) == words


def test_an_empty_word_offers_every_command(registry_path: Path) -> None:
    assert {"session", "message", "tui", "doctor"} <= {
        *offered(registry_path, "cafleet ")
    }
    assert not registry_path.exists()


def test_names_and_ids_come_from_the_session(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    def behind(line: str) -> list[str]:
        return offered(registry_path, line, CAFLEET_SESSION_ID=team.session.session_id)

    agents.register(registry, team.session, "a b; rm *", "an awkward name")
    awkward = agents.listed(registry, team.session)[-1].agent_id
    everyone = behind("cafleet message send --to ")
    assert {"alice", "bob", "Director", "Administrator", awkward} == {*everyone}
    assert behind("cafleet send --to al") == ["alice"]
    assert behind("cafleet member ping --member-id bo") == ["bob"]
    bob = team.others["bob"].agent_id
    assert behind(f"cafleet --agent-id {bob[:8]}") == [bob]
    for words in ("--session-id", "session export", "session delete", "replay"):
        assert behind(f"cafleet {words} ") == [team.session.session_id], words


def test_rules_are_completed_by_the_names_that_they_have(
    registry_path: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "cafleet" / "config.toml"
    rules.parent.mkdir()
    table = '[[on]]\nname = "{}"\nevent = "asked"\nrun = ["true"]\n'
    rules.write_text(table.format("phone") + table.format("a $(b)"))
    here = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert offered(registry_path, "cafleet event test ", **here) == ["phone"]
    rules.write_text("[[on]]\nbroken")
    assert offered(registry_path, "cafleet event test ", **here) == []
    assert not registry_path.exists()


def test_pressing_tab_makes_no_registry_and_no_complaint(registry_path: Path) -> None:
    assert offered(registry_path, "cafleet message send --to ") == []
    assert offered(registry_path, "cafleet --session-id ") == []
    assert not registry_path.exists()
    broken = {"CAFLEET_MAX_TEXT_LEN": "x"}
    assert offered(registry_path, "cafleet send --to ", **broken) == []


def test_a_server_is_asked_too_and_not_for_long(server: Server) -> None:
    url = server.new_schema()
    with closing(open_registry(url)) as registry:
        session_id = a_team(registry, "alice").session.session_id
    here = {"CAFLEET_SESSION_ID": session_id}
    assert offered(url, "cafleet session export ") == [session_id]
    assert offered(url, "cafleet send --to al", **here) == ["alice"]
    with closing(Proxy(server.socket)) as way:
        way.fall_silent()
        began = time.monotonic()
        silent = server.through(way.port, url)
        assert offered(silent, "cafleet send --to al", **here) == []
        assert time.monotonic() - began < SILENT_SECONDS
        way.accept_no_more()
        assert offered(silent, "cafleet send --to al", **here) == []


def test_without_a_session_no_names_are_offered(
    registry_path: Path, team: Team
) -> None:
    assert offered(registry_path, "cafleet message send --to ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_ask_this_program(cli: Prompt, shell: str) -> None:
    printed = cli("completion", shell)
    assert (printed.code, printed.err) == (0, "")
    assert f"_CAFLEET_COMPLETE={shell}_complete" in printed.out
    as_json = cli("completion", shell, "--json").document
    assert as_json == {"shell": shell, "script": printed.out.rstrip()}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shells_accept_their_scripts(cli: Prompt, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    script = cli("completion", shell).out
    checked = subprocess.run(
        [shell, "-n"], input=script, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_another_shell_is_wrong_usage(cli: Prompt) -> None:
    assert cli("completion", "csh").code == 2
    assert cli("completion").code == 2


@pytest.mark.sqlite
def test_ordinary_commands_import_nothing_of_it(registry: Registry) -> None:
    modules = imported(Path(registry.where), "session", "list")
    assert not modules & {
        *("click.shell_completion", "cafleet_core.cli.completion", "difflib"),
        *("cafleet_core.cli.examples", "cafleet_core.suggestion"),
    }
