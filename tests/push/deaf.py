"""A stand-in that swallows Enter, as a real agent may just after a paste, or is slow to read."""

from __future__ import annotations

import os
import time

from cafleet_core.demo import keys, standin
from cafleet_core.demo.keys import Event, Pressed

ENTERS = "DEAF_ENTERS"
NOTES = "DEAF_NOTES"
SLOW = "DEAF_SLOW"


class Deaf(standin.StandIn):
    """Takes no notice of the first Enters, but writes each of them down.

    Before it reads what is typed it waits for so many seconds, as on a machine that is busy.
    """

    def _read(self) -> None:
        time.sleep(float(os.environ[SLOW]))
        super()._read()

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
