"""The tap on the status line in a real shell: it keeps what it is told, and changes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from cafleet_core.setup import signature
from cafleet_core.setup.piece import FOREIGN, PRESENT, STALE
from cafleet_core.setup.status_line import TAP, StatusLineTap
from tests.setup.homes import Home
from tests.usage.agent_files import CONVERSATION

DOCUMENT = json.dumps({"session_id": CONVERSATION, "cost": {"total_cost_usd": 0.5}})
USERS = """input=$(cat)
printf '%s' "$input" | wc -c; echo "it's 5 % \\"über\\" $0 $#" >&2; exit 3"""


def shown(
    command: str, home: Path, said: str = DOCUMENT
) -> subprocess.CompletedProcess[str]:
    """A status line's command as Claude Code runs it."""
    return subprocess.run(
        [shutil.which("sh") or "sh", "-c", command],
        input=said,
        capture_output=True,
        text=True,
        timeout=20,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        check=False,
    )


def kept(home: Path) -> list[Path]:
    """The files that the tap has left."""
    folder = home / ".claude" / "cafleet-usage"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_what_is_told_is_kept_and_the_users_line_is_as_before(home: Home) -> None:
    settings = json.dumps({"statusLine": {"type": "command", "command": USERS}})
    home.claude.write_text(settings)
    home.apply("claude-usage")
    command = json.loads(home.claude.read_text())["statusLine"]["command"]
    alone, tapped = shown(USERS, home.path), shown(command, home.path)
    assert (tapped.stdout, tapped.stderr, tapped.returncode) == (
        *(alone.stdout, alone.stderr, 3),
    )
    [file] = kept(home.path)
    assert (file.name, file.read_text()) == (f"{CONVERSATION}.json", DOCUMENT)
    assert file.stat().st_mode & 0o077 == 0
    home.remove("claude-usage")
    assert json.loads(home.claude.read_text()) == json.loads(settings)


@pytest.mark.parametrize(
    "said", ["", "{", '{"session_id": "../../x"}', '{"session_id": "$(touch x)"}']
)
def test_what_names_no_conversation_is_not_kept(tmp_path: Path, said: str) -> None:
    done = shown(f"{TAP}\ncat", tmp_path, said)
    assert (done.stdout, done.stderr, done.returncode) == (said, "", 0)
    assert kept(tmp_path) == []


def test_where_nothing_can_be_kept_the_users_line_reads_its_input(
    tmp_path: Path,
) -> None:
    (tmp_path / ".claude").write_text("no folder")
    done = shown(f"{TAP}\ncat; umask", tmp_path, DOCUMENT)
    assert (done.stdout[: len(DOCUMENT)], done.stderr) == (DOCUMENT, "")
    assert done.stdout[len(DOCUMENT) :] == shown("umask", tmp_path).stdout


def test_a_tap_of_another_version_is_renewed_and_one_changed_by_hand_is_told() -> None:
    def settings(first: str) -> str:
        line = {"type": "command", "command": f"{first}\ndate", "padding": 0}
        return json.dumps({"statusLine": line})

    tap, earlier = StatusLineTap(), signature.command("touch cafleet-usage")
    assert tap.state(settings(earlier)) == STALE
    assert tap.state(settings(TAP.replace("umask", "ulimit"))) == FOREIGN
    for text in (settings(earlier), settings(TAP + "x")):
        renewed = tap.put(text)
        assert (tap.state(renewed), json.loads(renewed)) == (
            *(PRESENT, json.loads(settings(TAP))),
        )
    with pytest.raises(ValueError, match="unexpected in statusLine"):
        tap.state('{"statusLine": "date"}')
