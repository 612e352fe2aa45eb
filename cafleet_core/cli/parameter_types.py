"""Files and folders as a caller writes them."""

from __future__ import annotations

import os
from typing import Any

import click


class Absolute(click.Path):
    """A path from the root on, whatever folder the caller is in, even one that is gone."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The path; refused where it would begin in a folder that is no more."""
        found = os.fsdecode(super().convert(value, param, ctx))
        try:
            return os.path.abspath(found)
        except FileNotFoundError:
            self.fail(
                f"the folder that you are in is gone; {value!r} means nothing.",
                param,
                ctx,
            )
