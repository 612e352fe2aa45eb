"""Versions of coding agents that are too old are told, with the command that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.diagnosis import versions

ROOT = Path(__file__).parents[2]


def program(folder: Path, name: str, says: str) -> dict[str, str]:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{says}\n", "utf-8")
    file.chmod(0o755)
    return {"PATH": str(folder), "HOME": str(folder)}


def warned(environ: dict[str, str]) -> list[str]:
    return versions.warnings(environ)


def test_an_old_claude_code_is_told_and_a_new_one_is_not(tmp_path: Path) -> None:
    old = program(tmp_path, "claude", "echo '2.1.197 (Claude Code)'")
    [warning] = warned(old)
    assert warning.startswith("claude 2.1.197 is older than 2.1.224: `npm install -g")
    assert warned(program(tmp_path, "claude", "echo '2.1.224 (Claude Code)'")) == []


@pytest.mark.parametrize(("node", "warns"), [("v20.19.4", True), ("v22.0.0", False)])
def test_a_node_with_which_npm_chooses_an_old_one_is_told(
    tmp_path: Path, node: str, warns: bool
) -> None:
    warnings = warned(program(tmp_path, "node", f"echo {node}"))
    assert [line.startswith(f"with Node {node[1:]} npm") for line in warnings] == (
        [True] if warns else []
    )


def test_with_a_new_claude_code_its_node_does_not_matter(tmp_path: Path) -> None:
    program(tmp_path, "claude", "echo '2.1.332 (Claude Code)'")
    assert warned(program(tmp_path, "node", "echo v20.19.4")) == []


@pytest.mark.parametrize("says", ["exit 1", "echo none", "echo 9; exit 0"])
def test_one_that_tells_no_version_is_not_called_old(tmp_path: Path, says: str) -> None:
    environ = program(tmp_path, "claude", says)
    assert [check.ok for check in versions.checks(environ)] == [None]


def test_all_are_asked_side_by_side(tmp_path: Path) -> None:
    meet = f"touch {tmp_path}/$(basename $0).asked; for _ in $(seq 100);"
    meet += f" do [ $(ls {tmp_path} | grep -c asked) = {len(versions.TRIED) + 1} ] && echo 99.0 && exit; sleep 0.02; done"
    for name in (*versions.TRIED, "node"):
        environ = program(tmp_path, name, meet)
    known = [check.ok for check in versions.checks(environ)]
    assert known == [True] * len(versions.TRIED)


def test_the_versions_are_those_of_the_agents_tests() -> None:
    packages = [f"{package}@{tried}" for package, tried in versions.TRIED.values()]
    assert f"AGENTS := {' '.join(packages)}\n" in (ROOT / "Makefile").read_text("utf-8")
