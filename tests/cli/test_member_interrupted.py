"""`member create` killed, or overtaken by a `delete`, at its worst moments."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.pretender import creating, files_left
from tests.terminal import command_line, environment, eventually


class TestACreatorThatIsKilled:
    """`kill -9` between the row and the pane, and between the pane and its place in the row."""

    def interrupted(self, desk: Desk, folder: Path, *, after_split: bool) -> None:
        real, marker = shutil.which("tmux"), folder / "reached"
        split = f'{real} "$@" >/dev/null; ' if after_split else ""
        wrapper = folder / "wrapped" / "tmux"
        wrapper.parent.mkdir()
        wrapper.write_text(
            '#!/bin/sh\ncase " $* " in *split-window*) '
            f'{split}touch {marker}; exec sleep 60;; esac\nexec {real} "$@"\n'
        )
        wrapper.chmod(0o755)
        path = f"{wrapper.parent}:{os.environ['PATH']}"
        env = environment(desk.terminal.registry, PATH=path)
        creator = subprocess.Popen(
            command_line(*creating("worker", "standin")),
            env={**env, **desk.terminal.inside(desk.pane)},
            start_new_session=True,
        )
        eventually(marker.exists)
        os.killpg(creator.pid, signal.SIGKILL)
        creator.wait()

    @pytest.mark.parametrize("after_split", [False, True])
    def test_leaves_a_pending_member_that_can_be_deleted(
        self, desk: Desk, tmp_path: Path, after_split: bool
    ) -> None:
        self.interrupted(desk, tmp_path, after_split=after_split)
        listed = desk("member", "list")
        assert "(pending)" in listed.out
        assert listed.err == "", "somebody may still be making it"
        with desk.registry.write():
            desk.registry.execute(
                "UPDATE agent_placements SET created_at = '2020-01-01T00:00:00.000000+00:00'"
                " WHERE tmux_pane_id IS NULL"
            )
        assert "worker is pending since" in desk("member", "list").err
        if after_split:
            eventually(lambda: "❯" in desk.terminal.screen(desk.panes()[-1]))
        deleted = desk("member", "delete", "--member-id", "worker")
        assert (deleted.code, "(no pane) (pending)" in deleted.out) == (0, True)
        assert desk.panes() == [desk.pane]
        assert desk("member", "list").out == "0 members.\n"
        assert files_left(desk) == []


def test_a_member_deleted_while_it_is_made_leaves_no_pane(
    desk: Desk, tmp_path: Path
) -> None:
    real, gate = shutil.which("tmux"), tmp_path / "gate"
    wrapper = tmp_path / "wrapped" / "tmux"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\ncase " $* " in *split-window*) touch {gate};'
        f' while test -e {gate}; do sleep 0.05; done;; esac\nexec {real} "$@"\n'
    )
    wrapper.chmod(0o755)
    creator = subprocess.Popen(
        command_line(*creating("worker", "standin")),
        env={
            **environment(desk.terminal.registry),
            **desk.terminal.inside(desk.pane),
            "PATH": f"{wrapper.parent}:{os.environ['PATH']}",
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    eventually(gate.exists)
    assert desk("member", "delete", "--member-id", "worker").code == 0
    gate.unlink()
    _, complaint = creator.communicate()
    assert complaint.startswith("Error: ")
    eventually(lambda: desk.panes() == [desk.pane])
    assert files_left(desk) == []
