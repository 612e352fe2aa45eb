"""What is kept between processes: always the same as what would be worked out anew."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core import memo
from cafleet_core.agents import catalog

SCREEN = (
    "╭──╮\n│ ❯ 1. Yes │\n  2. No, tell Claude\n\nesc to interrupt\n❯ \n· Working… (3s)"
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    forget(monkeypatch)
    return tmp_path / "cache" / "cafleet"


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a new process knows nothing."""
    monkeypatch.setattr(memo, "_table", None)
    monkeypatch.setattr(memo, "_patterns", {})
    monkeypatch.setattr(memo, "_new", False)


def file(cache: Path) -> Path:
    (only,) = cache.iterdir()
    return only


def unasked(_text: str) -> int:
    raise AssertionError("it is known")


@pytest.mark.parametrize(
    "pattern",
    sorted(
        {
            pattern
            for agent in catalog.load().values()
            for patterns in agent.cues
            for pattern in patterns
        }
        | {r"(?P<first>a)(?P<second>b)?", r"(?i)ESC", "", "[❯›]", "(?s).*", "(?m)^x"}
    ),
)
def test_a_kept_expression_matches_as_a_new_one(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo.expression(pattern)
    memo.keep()
    forget(monkeypatch)
    monkeypatch.setattr(memo, "_program", unasked)
    kept, made = memo.expression(pattern), re.compile(pattern, re.MULTILINE)
    assert (kept.pattern, kept.flags, kept.groups) == (
        made.pattern,
        made.flags,
        made.groups,
    )
    assert kept.groupindex == made.groupindex
    for text in (SCREEN, *SCREEN.split("\n"), "ab", "esc"):
        spans = [
            [
                (match.span(), match.groups(), match.groupdict())
                for match in each.finditer(text)
            ]
            for each in (kept, made)
        ]
        assert spans[0] == spans[1]
        assert kept.sub("", text) == made.sub("", text)


def test_a_wrong_expression_is_refused_as_ever() -> None:
    with pytest.raises(re.error):
        memo.expression("(")


def test_what_was_worked_out_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert memo.recall("length", "four", len) == 4
    memo.keep()
    forget(monkeypatch)
    assert memo.recall("length", "four", unasked) == 4
    assert memo.recall("twice", "four", lambda text: text * 2) == "fourfour"


def test_the_file_is_for_its_owner(cache: Path) -> None:
    memo.recall("length", "four", len)
    memo.keep()
    assert stat.S_IMODE(file(cache).stat().st_mode) == 0o600


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        truncate,
        flip,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(os.urandom(300)),
        lambda path: path.chmod(0o622),
        lambda path: os.chown(path, 12345, -1),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_a_file_that_cannot_be_trusted_counts_for_nothing(
    cache: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], object]
) -> None:
    if os.geteuid() != 0 and "chown" in spoil.__code__.co_names:
        pytest.skip("only root may give a file away")
    memo.recall("length", "four", lambda _text: 99)
    memo.keep()
    spoil(file(cache))
    forget(monkeypatch)
    assert memo.recall("length", "four", len) == 4
    memo.keep()  # where it cannot be written either, nobody is told


def test_a_file_that_has_grown_for_ever_begins_anew(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(memo._MOST_ENTRIES + 1):
        memo.recall("length", str(number), len)
    memo.keep()
    assert file(cache).stat().st_size < 100


def test_whoever_writes_its_first_file_removes_what_nobody_has_used_for_a_month(
    cache: Path,
) -> None:
    cache.mkdir(parents=True)
    day = 86400.0
    names = ("memo-of-another", "bundle-4-of-another", "memo-being-read", "peers")
    for name, unread, unwritten in zip(
        names, (31, 31, 29, 99), (31, 31, 99, 99), strict=True
    ):
        other = cache / name
        other.write_bytes(b"")
        now = time.time()
        os.utime(other, (now - unread * day, now - unwritten * day))
    memo.recall("length", "four", len)
    memo.keep()
    kept = sorted(path.name for path in cache.iterdir())
    assert kept == sorted(["memo-being-read", "peers", Path(memo._path()).name])


def test_a_second_process_needs_no_compiler() -> None:
    program = (
        "import sys; from cafleet_core import memo; memo.expression('^❯ (a|b)');"
        "memo.keep(); print('re' in sys.modules)"
    )
    imported = [
        subprocess.run(
            [
                sys.executable,
                "-I",
                "-S",
                "-c",
                f"import sys; sys.path[:0] = {sys.path!r}; {program}",
            ],
            capture_output=True,
            text=True,
            env=dict(os.environ),
            check=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert imported == ["True", "False"]
