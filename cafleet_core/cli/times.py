"""Points in time as a caller writes them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import click

from cafleet_core import clock

_SPAN = re.compile(r"(\d{1,9})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType[str]):
    """ISO 8601 with any offset (none: local time), or a span back from now such as `10m`."""

    name = "time"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        span = _SPAN.fullmatch(value)
        try:
            if span:
                back = timedelta(**{_UNITS[span[2]]: int(span[1])})
                return clock.stamp(clock.now() - back)
            return clock.stamp(datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is neither an ISO 8601 time nor a span such as 10m.",
                param,
                ctx,
            )
