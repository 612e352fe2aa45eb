"""Rules that notify: a real service gets what happened, and an address that is none is told."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.event_rules.runner import RuleRunner
from cafleet_core.states import PaneState
from tests.core.rule_programs import stepped
from tests.core.test_event_rule_tables import rules
from tests.core.test_events import QUESTION, seen
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice")


class Inbox(BaseHTTPRequestHandler):
    """A service that takes notifications."""

    received: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.received.append(json.loads(self.rfile.read(size)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing is said of it."""


def test_a_notification_reaches_the_service_of_its_address(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    Inbox.received.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Inbox) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        url = f"json://127.0.0.1:{service.server_port}/"
        (each,) = rules(tmp_path, "[[on]]", 'event = "asked"', f'notify = "{url}"')
        runner = RuleRunner(registry, [each])
        seen(registry, team, PaneState.WAITING, QUESTION)
        run = stepped(runner, registry, each)
        service.shutdown()
    assert (run.ok, run.output) == (True, "")
    (received,) = Inbox.received
    assert received["title"] == "cafleet a test"
    assert "Director asks: Run it?" in received["message"]


def test_an_address_that_is_none_is_said(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    (each,) = rules(tmp_path, "[[on]]", 'event = "sent"', 'notify = "nothing here"')
    runner = RuleRunner(registry, [each])
    send.send(registry, team.director, [team.others["alice"]], "to do")
    assert "no service" in (stepped(runner, registry, each).output or "")
