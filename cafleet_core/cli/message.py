"""`cafleet message`: what agents call all day; see `options.HOT` for its commands."""

from __future__ import annotations

import click

from cafleet_core.cli.parser import Group


@click.group(cls=Group)
def message() -> None:
    """Send, poll, ack and look up messages."""
