"""What can have become of a pane between a look and the typing, and what a push may do then."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from tests.builders import an_id
from tests.campaigns.scene import Outcomes, Scene
from tests.push.panes import a_recorder, stamp
from tests.terminal import Terminal, eventually

TYPED = Outcomes(("delivered",))
MOVED = Outcomes(("held busy",))
COPY_MODE = Outcomes(("held copy_mode",))
SYNCHRONIZED = Outcomes(("held synchronized",))
INPUT_OFF = Outcomes(("held input_off",))
ANOTHER = Outcomes(("none not_the_agent",))
GONE = Outcomes(("none pane_gone",))
NO_SERVER = Outcomes(("none server_gone", "none no_answer"))

Situation = Callable[[Scene], Outcomes]

BOX = "────\r\n❯\r\n────"
QUESTION = "────\r\n❯ 1. Yes\r\n  2. No"
WAITING = "^[[:space:]]*❯[[:space:]]+[0-9]+[.][[:space:]]"


def _commands(outcomes: Outcomes, *commands: str) -> Situation:
    """A situation that tmux commands make, a blank between their words."""

    def make(scene: Scene) -> Outcomes:
        for command in commands:
            scene.tmux(*command.split(" "))
        return outcomes

    return make


def _beside(outcomes: Outcomes, *commands: str) -> Situation:
    """The same with a bystander in the window, whose pane is `{other}`."""

    def make(scene: Scene) -> Outcomes:
        other = scene.bystander(beside=True)
        for command in commands:
            scene.tmux(*command.replace("{other}", other).split(" "))
        return outcomes

    return make


def _elsewhere(outcomes: Outcomes, *commands: str) -> Situation:
    """The same with a bystander in another window."""

    def make(scene: Scene) -> Outcomes:
        other = scene.bystander()
        for command in commands:
            scene.tmux(*command.replace("{other}", other).split(" "))
        return outcomes

    return make


def _in_front(program: str) -> Situation:
    def make(scene: Scene) -> Outcomes:
        scene.become(program)
        return ANOTHER

    return make


def _drawn(outcomes: Outcomes, first: str, second: str) -> Situation:
    """The agent draws `second` after `first` was looked at."""

    def make(scene: Scene) -> Outcomes:
        scene.draw(first)
        scene.turn = scene.turn._replace(shows=("❯",), hides=(WAITING,))
        scene.draw(second)
        return outcomes

    return make


def _hooked(*commands: str) -> Situation:
    """A user's hooks wait for a program after each of these commands of tmux."""

    def make(scene: Scene) -> Outcomes:
        for command in commands:
            scene.tmux("set-hook", "-g", f"after-{command}", "run-shell 'sleep 0.05'")
        return TYPED

    return make


def _view_mode(scene: Scene) -> Outcomes:
    scene.tmux("run-shell", "-b", "-t", "{}", "echo a message of tmux")
    eventually(lambda: scene.tmux("display-message", "-p", "-t", "{}", "#{pane_mode}"))
    return COPY_MODE


def _dead(scene: Scene) -> Outcomes:
    scene.tmux("set-option", "-p", "-t", "{}", "remain-on-exit", "on")
    os.kill(int(scene.tmux("display-message", "-p", "-t", "{}", "#{pane_pid}")), 9)
    asked = ("display-message", "-p", "-t", "{}", "#{pane_dead}")
    eventually(lambda: scene.tmux(*asked) == "1")
    return GONE


def _closed_with_its_program(scene: Scene) -> Outcomes:
    os.kill(int(scene.tmux("display-message", "-p", "-t", "{}", "#{pane_pid}")), 9)
    panes = ("list-panes", "-a", "-F", "#{pane_id}")
    eventually(lambda: scene.pane not in scene.tmux(*panes).split("\n"))
    return GONE


def _restarted_server(scene: Scene) -> Outcomes:
    server = scene.turn.server_pid
    scene.terminal.close()
    eventually(lambda: not Path(f"/proc/{server}").exists())
    scene.terminal = Terminal(Path(scene.terminal.socket), scene.terminal.registry)
    pane = a_recorder(scene.terminal, scene.folder / "bystander-reborn")
    assert pane == scene.pane
    return NO_SERVER


def _ended_server(scene: Scene) -> Outcomes:
    server = scene.turn.server_pid
    scene.terminal.close()
    eventually(lambda: not Path(f"/proc/{server}").exists())
    return NO_SERVER


def _socket_away(scene: Scene) -> Outcomes:
    scene.hide_socket()
    return NO_SERVER


def _reset_terminal(scene: Scene) -> Outcomes:
    """tmux forgets that the program takes pastes bracketed, and no longer does so itself."""
    scene.tmux("send-keys", "-R", "-t", "{}")
    scene.bracketed = False
    return TYPED


def _another_agents_mark(scene: Scene) -> Outcomes:
    stamp(scene.terminal, scene.pane, an_id("another"))
    return ANOTHER


def _suspended_process(scene: Scene) -> Outcomes:
    """The program is stopped, not its job: what is typed waits for it."""
    pid = int(scene.tmux("display-message", "-p", "-t", "{}", "#{pane_pid}"))
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGCONT)
    return TYPED


def _popup(scene: Scene) -> Outcomes:
    client = scene.attach()
    log = scene.folder / "bystander-popup"
    popup = f"stty raw -echo; exec cat > {log}"
    scene.tmux("switch-client", "-c", client, "-t", "{}")
    scene.tmux(
        "run-shell",
        "-b",
        f"tmux -S {scene.terminal.socket} display-popup -c {client} -E '{popup}'",
    )
    eventually(log.exists)
    return TYPED


def _menu(scene: Scene) -> Outcomes:
    client = scene.attach()
    scene.tmux(
        "run-shell",
        "-b",
        f"tmux -S {scene.terminal.socket} display-menu -c {client} One 1 kill-server",
    )
    return TYPED


def _prompt(scene: Scene) -> Outcomes:
    client = scene.attach()
    scene.tmux(
        "run-shell", "-b", f"tmux -S {scene.terminal.socket} command-prompt -t {client}"
    )
    return TYPED


def _watched(*options: str) -> Situation:
    def make(scene: Scene) -> Outcomes:
        scene.attach(*options)
        return TYPED

    return make


SITUATIONS: dict[str, Situation] = {
    "as it was": _commands(TYPED),
    "copy mode": _commands(COPY_MODE, "copy-mode -t {}"),
    "copy mode left again": _commands(TYPED, "copy-mode -t {}", "copy-mode -q -t {}"),
    "choose-tree": _commands(COPY_MODE, "choose-tree -t {}"),
    "choose-buffer": _commands(COPY_MODE, "set-buffer x", "choose-buffer -t {}"),
    "clock mode": _commands(COPY_MODE, "clock-mode -t {}"),
    "customize mode": _commands(COPY_MODE, "customize-mode -t {}"),
    "view mode": _view_mode,
    "synchronised window": _beside(
        SYNCHRONIZED, "set-option -w -t {} synchronize-panes on"
    ),
    "synchronised everywhere": _beside(
        SYNCHRONIZED, "set-option -wg synchronize-panes on"
    ),
    "a synchronised neighbour": _beside(
        TYPED, "set-option -p -t {other} synchronize-panes on"
    ),
    "moved into a synchronised window": _elsewhere(
        SYNCHRONIZED,
        "set-option -w -t {other} synchronize-panes on",
        "join-pane -d -s {} -t {other}",
    ),
    "input off": _commands(INPUT_OFF, "select-pane -d -t {}"),
    "input off and on again": _commands(
        TYPED, "select-pane -d -t {}", "select-pane -e -t {}"
    ),
    "dead": _dead,
    "closed with its program": _closed_with_its_program,
    "pane killed": _beside(GONE, "kill-pane -t {}"),
    "window killed": _beside(GONE, "kill-window -t {}"),
    "session killed": _commands(
        GONE, "new-session -d -s other", "kill-session -t main"
    ),
    "respawned with another program": _in_front("another-agent"),
    "editor in front": _in_front("vim"),
    "pager in front": _in_front("less"),
    "shell in front": _in_front("bash"),
    "ended server": _ended_server,
    "restarted server, recycled ids": _restarted_server,
    "socket away": _socket_away,
    "swapped with another": _elsewhere(TYPED, "swap-pane -d -s {} -t {other}"),
    "broken out": _beside(TYPED, "break-pane -d -s {}"),
    "joined to another window": _elsewhere(TYPED, "join-pane -d -s {} -t {other}"),
    "window moved": _commands(TYPED, "move-window -d -s {} -t :77"),
    "windows swapped": _elsewhere(TYPED, "swap-window -d -s {} -t {other}"),
    "linked into another session": _commands(
        TYPED, "new-session -d -s other", "link-window -s {} -t other:"
    ),
    "session renamed": _commands(TYPED, "rename-session -t main {}x"),
    "another agent's mark": _another_agents_mark,
    "mark removed": _commands(ANOTHER, "set-option -pu -t {} @cafleet_agent_id"),
    "another pane zoomed": _beside(TYPED, "resize-pane -Z -t {other}"),
    "zoomed": _beside(TYPED, "resize-pane -Z -t {}"),
    "two rows": _beside(TYPED, "resize-pane -y 2 -t {}"),
    "two columns": _commands(TYPED, "resize-window -x 2 -y 2 -t {}"),
    "another pane marked": _elsewhere(TYPED, "select-pane -m -t {other}"),
    "another pane active": _beside(TYPED, "select-pane -t {other}"),
    "piped": _commands(TYPED, "pipe-pane -t {} cat>/dev/null"),
    "piped into": _commands(TYPED, "pipe-pane -I -t {} true"),
    "history cleared": _commands(TYPED, "clear-history -t {}"),
    "terminal reset": _reset_terminal,
    "popup over it": _popup,
    "menu over it": _menu,
    "command prompt": _prompt,
    "watched": _watched(),
    "watched read-only": _watched("-r"),
    "stopped and continued": _suspended_process,
    "hooks on typing": _hooked("paste-buffer", "send-keys", "display-message"),
    "hooks on all else": _hooked("set-buffer", "set-option", "set-hook"),
    "title changed": _drawn(TYPED, BOX, "\x1b]2;[ ! ] another title\x07"),
    "still at its box": _drawn(TYPED, BOX, "\x1b[2J\x1b[H" + BOX),
    "a question": _drawn(MOVED, BOX, "\x1b[2J\x1b[H" + QUESTION),
    "a question above the box": _drawn(MOVED, BOX, f"\r\n❯ 1. Yes\r\n{BOX}"),
    "a question, cursor parked": _drawn(
        MOVED, f"{BOX}\x1b[9;9H", f"\x1b[2J\x1b[H{QUESTION}\x1b[9;9H"
    ),
    "a question on the alternate screen": _drawn(
        MOVED, BOX, f"\x1b[?1049h\x1b[H{QUESTION}\x1b[2;2H"
    ),
    "the box gone": _drawn(MOVED, BOX, "\x1b[2J\x1b[Hworking"),
    "a draft in the box": _drawn(
        MOVED, BOX, "\x1b[2J\x1b[H────\r\n❯ half a li\r\n────"
    ),
}
