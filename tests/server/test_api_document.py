"""The API's documents: the OpenAPI document, its check, and every documented curl command."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from openapi_core import OpenAPI

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli import error_hints
from cafleet_core.cli.options import Kind
from cafleet_tui.server.api import document
from cafleet_tui.server.api.routes import ROUTES
from cafleet_tui.server.api.statuses import STATUS_BY_CODE
from tests.server.api_client import Client, token_of
from tests.server.asking import Asking
from tests.server.serving import Serving
from tests.team import Team
from tests.terminal import Terminal

GUIDE = Path(document.DOCUMENT).parent / "api.md"


def commands() -> list[str]:
    """Every line of the guide's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_it_is_a_valid_document_and_describes_every_request() -> None:
    made = document.document()
    OpenAPI.from_dict(made)
    described = {
        operation["operationId"]
        for operations in made["paths"].values()
        for operation in operations.values()
    }
    assert described == {route.name for route in ROUTES} | {"followEvents"}


def test_a_stale_document_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "openapi.json"
    assert document.main(["--check"], path) == 1
    assert document.main([], path) == 0
    assert document.main(["--check"], path) == 0
    path.write_text(path.read_text().replace("drafter", "").replace("cafleet", ""))
    assert document.main(["--check"], path) == 1
    assert "openapi.json is stale" in capsys.readouterr().err


def test_the_shipped_document_is_the_program_s() -> None:
    assert document.main(["--check"]) == 0


def test_a_server_has_it(serving: Serving) -> None:
    assert Client(serving).document == document.document()


def test_no_request_takes_files_of_the_server_or_waits() -> None:
    for route in ROUTES:
        for option in route.parameters:
            assert option.kind != Kind.SECONDS
            assert option.field not in ("file", "prompt_file", "here", "export")


def test_every_code_of_an_error_has_a_status_and_is_documented() -> None:
    assert set(STATUS_BY_CODE) == set(error_hints.BY_CODE)
    table = GUIDE.read_text("utf-8")
    for code, status in STATUS_BY_CODE.items():
        assert re.search(rf"^\| {status} \|.*`{code}`", table, re.MULTILINE), code


def test_every_documented_command_does_what_it_says(
    registry: Registry,
    terminal: Terminal,
    serving: Serving,
    team: Team,
    tmp_path: Path,
) -> None:
    asking = Asking(registry, terminal, team, "asker", tmp_path / "asked")
    asking.asks("Apply the patch?|Yes|No", "Really?|Yes|No")
    sent = send.send(registry, team.administrator, [team.others["drafter"]], "Hello")
    session = team.session.session_id
    (question,) = Client(serving)("listQuestions", session=session).document
    known = {
        "AT": f"http://{serving.host}",
        "TOKEN": token_of(serving),
        "SESSION": session,
        "TASK": sent.task.task_id,
        "QUESTION": question["question"],
    }
    lines = commands()
    assert len(lines) > 12
    for line in lines:
        # in the guide the member that asks is the drafter
        run = line.replace("drafter/answer", "asker/answer")
        done = subprocess.run(
            ["bash", "-c", run.replace("curl -s", "curl -s --fail-with-body")],
            env={"PATH": "/usr/bin:/bin", **known},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        if "--max-time" in line:
            assert (done.returncode, "event: sent" in done.stdout) == (28, True)
            continue
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        if line.startswith("curl"):
            json.loads(done.stdout)
