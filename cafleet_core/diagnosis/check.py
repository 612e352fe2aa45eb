"""The result of a check of this host."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple


class Check(NamedTuple):
    """The result of one check; `ok` is None for mere information."""

    name: str
    ok: bool | None
    detail: str
