"""A stand-in that swallows Enter, as a real agent may just after a paste: `deaf.py ENTERS`."""

from __future__ import annotations

import os

from cafleet_core.demo import keys, standin
from cafleet_core.demo.keys import Event, Pressed

ENTERS = "DEAF_ENTERS"
NOTES = "DEAF_NOTES"


class Deaf(standin.StandIn):
    """Takes no notice of the first Enters, but writes each of them down."""

    def _edit(self, event: Event) -> None:
        if event == Pressed(keys.ENTER):
            with open(os.environ[NOTES], "a", encoding="utf-8") as notes:
                notes.write("enter\n")
                heard = notes.tell() // len("enter\n")
            if heard <= int(os.environ[ENTERS]):
                return
        super()._edit(event)


if __name__ == "__main__":
    standin.StandIn = Deaf  # type: ignore[misc]
    standin.main()
