"""Points in time as a caller writes them."""

from __future__ import annotations

import click

from cafleet_core import clock


class Moment(click.ParamType[str]):
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
