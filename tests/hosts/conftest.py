"""Two machines, `office` and `lab`, with one team: a Director there, a member here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.crew import Crew, crew_on
from tests.machines import machines
from tests.postgres import Server


@pytest.fixture
def crew(tmp_path: Path, server: Server) -> Iterator[Crew]:
    with machines(tmp_path, server.new_schema(), "office", "lab") as (office, lab):
        yield crew_on(office, lab)
