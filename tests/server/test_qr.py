"""`cafleet server --qr`: the phone's address as a code that a camera reads from the terminal."""

from __future__ import annotations

import re
import signal
import subprocess
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import segno

from cafleet_core.broker.registry.open import Registry
from cafleet_tui.server.phone import qr
from tests.team import a_team
from tests.terminal import command_line, environment

BORDER = 2
"""Light modules around the code."""

_BLOCKS = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
"""The two modules above each other that a cell shows: 0 is light, drawn as a white block."""


def modules(lines: list[str]) -> list[list[int]]:
    """The modules of a drawn code without its border, 1 for dark, row by row."""
    rows: list[list[int]] = []
    for line in lines:
        assert line.startswith("\x1b[97;40m")
        cells = [_BLOCKS[cell] for cell in re.sub(r"\x1b\[[\d;]*m", "", line)]
        rows += [[upper for upper, _ in cells], [lower for _, lower in cells]]
    size = len(rows[0]) - 2 * BORDER
    return [row[BORDER : BORDER + size] for row in rows[BORDER : BORDER + size]]


def code_of(address: str) -> list[list[int]]:
    """The modules of an address's code."""
    code = segno.make(address, error="m", micro=False)
    return [list(row) for row in code.matrix]


def test_the_code_is_that_of_the_phone_s_address(
    registry: Registry, registry_path: Path
) -> None:
    a_team(registry)
    server = subprocess.Popen(
        command_line("server", "--port", "0", "--qr"),
        env=environment(registry_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    address = [server.stdout.readline().split()[-1] for _ in range(2)][1]
    drawn = [
        server.stdout.readline().rstrip("\n") for _ in qr.drawn(address).split("\n")
    ]
    with closing(HTTPConnection(urlsplit(address).netloc)) as asking:
        asking.request("GET", "/")
        asking.getresponse().read()  # it serves by now, and ends in its usual way
    server.send_signal(signal.SIGINT)
    rest, _ = server.communicate(timeout=20)
    assert (server.returncode, rest.strip()) == (0, "")
    assert "/m?token=" in address
    assert modules(drawn) == code_of(address)
    assert max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in drawn) <= 80


def test_a_long_address_of_a_proxy_still_fits_a_terminal() -> None:
    address = f"https://machine.tail1234.ts.net/m?token={'x' * 43}"
    assert modules(qr.drawn(address).split("\n")) == code_of(address)
