"""Callers of every descent: the agent of the pane is recorded as proven, and never another."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.campaigns.tally import Campaign
from tests.cli.pane_shell import PaneShell
from tests.cli.sender_office import BACKGROUND, KEPT, ROOT, Office
from tests.terminal import Terminal, command_line

ROUNDS = 20
_AGENTS = ("Director", "alice", "bob")
_PLAIN = {
    "nested shell": "bash {}",
    "session of its own": "setsid --wait bash {}",
    "no variables": f"env -i {KEPT} bash {{}}",
}
_TERMINAL = "script --quiet --return --command 'bash {}' /dev/null"
_BACKGROUND = {
    "orphan": f"{BACKGROUND} orphan bash {{}}",
    "client of a background program": f"{BACKGROUND} served bash {{}}",
}


class Call(NamedTuple):
    """A call from a place, through layers from the outermost in; `named` is its --agent-id.

    `traceable` where nothing but the place's own agent can have made it.
    """

    place: str
    layers: tuple[str, ...]
    named: str
    traceable: bool


@pytest.mark.timeout(0)
def test_callers(registry: Registry, terminal: Terminal, tmp_path: Path) -> None:
    campaign = Campaign("callers", ROUNDS)
    office = Office(registry, terminal, tmp_path)
    office.desks["elsewhere"] = PaneShell(terminal, tmp_path)
    for number in range(campaign.rounds):
        _judge(campaign, office, _call(campaign, office), tmp_path / f"layer-{number}")
    campaign.close()


def _call(campaign: Campaign, office: Office) -> Call:
    chance = campaign.random
    layers = [chance.choice(list(_PLAIN.values())) for _ in range(chance.randint(0, 2))]
    background = chance.random() < 0.4
    if background:
        layers.insert(
            chance.randint(0, len(layers)), chance.choice(list(_BACKGROUND.values()))
        )
    if chance.random() < 0.3:
        layers.insert(0, _TERMINAL)
    if chance.random() < 0.7:
        layers.insert(chance.randint(0, len(layers)), _forgery(campaign, office))
    named = chance.choice(_AGENTS) if chance.random() < 0.25 else ""
    place = chance.choice([*_AGENTS, "elsewhere"])
    return Call(place, tuple(layers), named, not background and place in _AGENTS)


def _forgery(campaign: Campaign, office: Office) -> str:
    """A layer that sets the variables of agents and panes, of the same or of several."""
    chance = campaign.random
    variables = [office.variables(chance.choice(_AGENTS))]
    if chance.random() < 0.5:
        variables.append(f"TMUX_PANE={office.desks[chance.choice(_AGENTS)].pane}")
    return f"env {' '.join(variables)} bash {{}}"


def _judge(campaign: Campaign, office: Office, call: Call, path: Path) -> None:
    before = len(office.recorded())
    done = office.desks[call.place].runs(f"cd {ROOT}; {_script(call, path)}")
    sent = office.recorded()[before:]
    what = f"{call}: {done}, {sent}"
    if len(sent) != (done.code == 0):
        campaign.harm("half sent", what)
        return
    if not sent:
        campaign.counts["refused"] += 1
        if call.traceable:
            campaign.harm("refused its own", what)
        return
    ((sender, proof),) = sent
    campaign.counts[str(proof)] += 1
    if proof != "claimed" and not (call.traceable and sender == call.place):
        campaign.harm("misproven", what)
    if call.named and sender != call.named:
        campaign.harm("not whom it named", what)
    if call.traceable and call.named in ("", call.place) and proof != "pane":
        campaign.harm("not proven", what)


def _script(call: Call, path: Path) -> str:
    """Write a script a layer, each running the next; the command that runs the first."""
    named = ["--agent-id", call.named] if call.named else []
    send = ["message", "send", "--to", "clerk", "--text", "words", *named]
    command = " ".join(command_line(*send))
    for number, layer in enumerate(reversed(call.layers)):
        script = path.with_name(f"{path.name}-{number}.sh")
        script.write_text(command + "\n")
        command = layer.format(script)
    return command
