"""Types of parameters: paths and points in time as a caller writes them."""

from __future__ import annotations

import os

import click

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


class Absolute(click.Path):
    """An absolute path, made from the caller's folder."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The path; refused if it is relative and the caller's folder no longer exists."""
        path = os.fsdecode(super().convert(value, param, ctx))
        if not self.file_okay and os.path.exists(path) and not os.path.isdir(path):
            # click takes a device or a pipe for a directory
            self.fail(f"{value!r} is not a directory.", param, ctx)
        try:
            return os.path.abspath(path)
        except FileNotFoundError:
            self.fail(
                f"the folder that you are in is gone; {value!r} means nothing.",
                param,
                ctx,
            )


class Time(click.ParamType[str]):
    """A time expression (`cafleet_core.time_expressions`), as a stamp."""

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
