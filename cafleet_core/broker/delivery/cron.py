"""When a message comes again, by cron's five fields in this machine's local time."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_FIELDS = 5
_LONGEST_SHOWN = 60


def next_time(fields: str, after: datetime) -> datetime:
    """The first time after `after` that the fields mean, aware.

    What falls into an hour that the clock leaves out comes an hour later; an hour that comes
    twice counts once. Raises InvalidInput for fields that are none, or never come.
    """
    from cronsim import CronSim, CronSimError  # only who repeats a message needs it

    here = after.astimezone().replace(tzinfo=None)
    try:
        if len(fields.split()) != _FIELDS:
            raise ValueError(fields)
        moments = map(_moment, CronSim(fields, here))
        return next(moment for moment in moments if moment > after)
    except (CronSimError, StopIteration, ValueError, OverflowError):
        raise InvalidInput(
            f"--every {text.cut(repr(fields), _LONGEST_SHOWN)} is no cron expression of five"
            " fields that ever comes, such as '0 9 * * 1-5' (minute, hour, day, month, weekday)."
        ) from None


def _moment(local: datetime) -> datetime:
    """A local time without an offset, aware; one that the clock leaves out, an hour later."""
    moment = local.astimezone()
    if moment.replace(tzinfo=None) == local:
        return moment
    return max(moment, local.replace(fold=1).astimezone())
