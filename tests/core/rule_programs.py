"""Programs that rules run in tests, each of which appends to a file; and the runs of rules."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cafleet_core.broker.registry.open import Registry
from cafleet_core.event_rules.rule import EventRule
from cafleet_core.event_rules.runner import RuleRunner
from cafleet_core.records import RuleRun
from cafleet_core.storage import rule_runs
from tests.terminal import eventually

WRITE = "import sys, os, json; open(sys.argv[1], 'a').write("
DOCUMENT = f"{WRITE}sys.stdin.read() + chr(10))"
VARIABLE = f"{WRITE}os.environ[sys.argv[2]] + chr(10))"


def running(written: Path, code: str, *words: str) -> str:
    """The line of a rule that runs some Python with the file `written`."""
    return f"run = {json.dumps([sys.executable, '-c', code, str(written), *words])}"


def done(registry: Registry, each: EventRule) -> RuleRun:
    """The last run of a rule, once it has ended."""
    run = rule_runs.latest(registry, each.key)
    assert run is not None
    return run


def stepped(runner: RuleRunner, registry: Registry, each: EventRule) -> RuleRun:
    """What a rule has done, once it has."""

    def ended() -> bool:
        runner.step()
        run = rule_runs.latest(registry, each.key)
        return run is not None and run.ok is not None

    eventually(ended)
    return done(registry, each)
