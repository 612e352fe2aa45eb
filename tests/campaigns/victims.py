"""Every kind of process that a campaign of kills begins, and ends at a random moment."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from cafleet_core import host
from cafleet_core.broker.delivery import holder
from cafleet_core.setup import hooks
from cafleet_core.storage import monitors
from tests.campaigns.tally import Campaign
from tests.campaigns.town import Town, is_gone, pane_of
from tests.terminal import command_line, environment, eventually

_MOST_WORKERS = 4

SEND = ("message", "send", "--to")


class Pace:
    """How many seconds a command is let live at most: so many that some end by themselves."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def learns(self, ended: bool) -> None:
        """Follow the machine, which may have more or less to do by now."""
        self.seconds *= 0.95 if ended else 1.03


class Round:
    """One kill: what is begun in a town, and how long it is let live."""

    def __init__(self, campaign: Campaign, town: Town, number: int, pace: Pace) -> None:
        self.campaign, self.town, self.number = campaign, town, number
        self._pace = pace

    def waits(self, times: float = 1.0) -> None:
        """Some part of what a command takes, or of `times` as long."""
        time.sleep(times * self._pace.seconds * self.campaign.random.random())

    def kills(self, *processes: subprocess.Popen[bytes], times: float = 1.0) -> None:
        """End each of these after a while, if it has not ended by itself."""
        for process in processes:
            self.waits(times)
            ended = process.poll() is not None
            if times == 1.0:
                self._pace.learns(ended)
            process.kill()
            process.wait()
            self.campaign.counts["ended" if ended else "killed"] += 1

    def kills_process(self, pid: int) -> None:
        """End a process that is nobody's child here."""
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: is_gone(pid))
        self.campaign.counts["killed"] += 1

    def sends(self, to: str, part: str = "") -> subprocess.Popen[bytes]:
        """A message to one of the office's agents is on its way."""
        words = f"message {self.number}{part}"
        return self.town.starts(self.town.office, *SEND, to, "--text", words)


def a_sender(this: Round) -> None:
    this.kills(this.sends("alice"))


def several_senders(this: Round) -> None:
    names = ("alice", "bob", "alice")
    this.kills(*[this.sends(to, f" {part}") for part, to in enumerate(names)])


def a_sender_to_two(this: Round) -> None:
    words = ("alice", "--to", "bob", "--text", f"message {this.number}")
    this.kills(this.town.starts(this.town.office, *SEND, *words))


def a_broadcast(this: Round) -> None:
    words = ("message", "broadcast", "--text", f"message {this.number}")
    this.kills(this.town.starts(this.town.office, *words))


def _command(*arguments: str) -> Callable[[Round], None]:
    """A command that comes by while somebody else sends."""

    def begins(this: Round) -> None:
        sender = this.sends("bob")
        this.kills(this.town.starts(this.town.office, *arguments), sender)

    return begins


def a_background_loop(this: Round) -> None:
    """A loop that a sender has left behind, by the claim that it holds."""
    town = this.town
    background = {"CAFLEET_DELIVERY_BACKGROUND": "true"}
    words = ("alice", "--text", f"message {this.number}")
    sender = town.starts(town.office, *SEND, *words, **background)
    sender.wait()
    this.waits()
    session_id = town.office.session.session_id
    claim = monitors.claim(town.registry, session_id, host.host_id())
    loop = holder.parse(claim[0]) if claim else None
    if loop and loop.pid and not is_gone(loop.pid):
        this.kills_process(loop.pid)


def the_room(this: Round) -> None:
    town, name = this.town, f"room {this.number}"
    argv = command_line("tui", "--session-id", town.office.session.session_id)
    pane = town.terminal.pane(argv)
    asked = ("display-message", "-p", "-t", pane, "#{pane_pid}")
    pid = int(town.terminal.tmux(*asked))
    sender = this.sends("alice", f" beside {name}")
    this.waits(4.0)
    if is_gone(pid):
        this.campaign.counts["ended"] += 1
    else:
        this.kills_process(pid)
    this.kills(sender)
    town.terminal.tmux("kill-pane", "-t", pane)


def the_recipient(this: Round) -> None:
    town = this.town
    words = ("dora", "--text", f"message {this.number}")
    sender = town.starts(town.ward, *SEND, *words)
    this.waits()
    this.kills_process(town.first_process(town.mortal))
    sender.wait()
    town.revive_mortal()


def the_tmux_server(this: Round) -> None:
    """Whoever sends meets a server that goes; the campaign founds another town."""
    server = this.town.server()
    sender = this.sends("alice")
    this.waits()
    this.kills_process(server)
    sender.wait()


def a_hook(this: Round) -> None:
    town = this.town
    variables = town.terminal.inside(pane_of(town.office.others["alice"]))
    env = environment(Path(town.registry.where), **variables)

    def stamps(state: str) -> subprocess.Popen[bytes]:
        command = ["sh", "-c", hooks.command(state)]
        return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL)

    sender = this.sends("alice")
    this.kills(stamps("busy"), times=0.1)
    this.kills(sender)
    stamps("idle").wait()


def a_member_create_or_delete(this: Round) -> None:
    town, workers = this.town, this.town.workers()
    if len(workers) >= _MOST_WORKERS or (
        workers and this.campaign.random.random() < 0.5
    ):
        named = ("--member-id", this.campaign.random.choice(workers))
        this.kills(town.starts(town.shop, "member", "delete", *named), times=4.0)
        return
    new = ("--name", f"worker{this.number}", "--description", "works")
    creator = ("member", "create", *new, "--coding-agent", "standin")
    this.kills(town.starts(town.shop, *creator), times=4.0)


def an_answer(this: Round) -> None:
    town, before = this.town, len(this.town.answers())
    digit = this.campaign.random.choice("123")
    chosen = ("--member-id", "carol", "--choice", digit)
    this.kills(town.starts(town.exam, "member", "send-input", *chosen), times=1.5)
    time.sleep(0.02)
    given = town.answers()[before:]
    if [keys for _, keys in given] not in ([], [digit]):
        this.campaign.harm("answered", f"round {this.number}: {digit} as {given}")
    this.campaign.counts["answers"] += len(given)


VICTIMS: dict[str, tuple[Callable[[Round], None], int]] = {
    "a sender": (a_sender, 4),
    "several senders": (several_senders, 3),
    "a sender to two": (a_sender_to_two, 2),
    "a broadcast": (a_broadcast, 2),
    "a monitor": (_command("monitor", "--interval", "0.1"), 2),
    "a delivery loop": (_command("monitor", "--only-deliver"), 2),
    "a background loop": (a_background_loop, 2),
    "a poll": (_command("message", "poll"), 1),
    "a list": (_command("message", "list"), 1),
    "a look": (_command("member", "list", "--activity"), 1),
    "the room": (the_room, 1),
    "the recipient": (the_recipient, 2),
    "the tmux server": (the_tmux_server, 1),
    "a hook": (a_hook, 2),
    "a member create or delete": (a_member_create_or_delete, 2),
    "an answer": (an_answer, 3),
}
"""What is killed, and how often beside the others."""
