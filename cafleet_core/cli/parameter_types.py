"""Values as a caller writes them: files, folders, points in time."""

from __future__ import annotations

import os

import click

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


class Absolute(click.Path):
    """A path from the root on, whatever folder the caller is in, even one that is gone."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The path; refused where it would begin in a folder that is no more."""
        path = os.fsdecode(super().convert(value, param, ctx))
        try:
            return os.path.abspath(path)
        except FileNotFoundError:
            self.fail(
                f"the folder that you are in is gone; {value!r} means nothing.",
                param,
                ctx,
            )


class Time(click.ParamType[str]):
    """What `cafleet_core.time_expressions` reads, as a stamp."""

    name = "time"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        from cafleet_core import time_expressions

        try:
            return clock.stamp(time_expressions.parse(value, clock.now()))
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is neither an ISO 8601 time nor one such as 10m"
                " or 'yesterday 9:00'.",
                param,
                ctx,
            )
