"""`cafleet message`: the group of commands that agents call all day; see `options.HOT`."""

from __future__ import annotations

import click

from cafleet_core.cli.parser import Group


@click.group(cls=Group)
def message() -> None:
    """Send, poll, ack and look up messages."""
