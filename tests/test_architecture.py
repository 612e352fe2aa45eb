"""The structure of the code: imports, sizes and names."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("cafleet_core", "cafleet_tui", "screenshots", "tests")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*packages: str) -> list[Path]:
    """Every Python file of these packages."""
    return [path for package in packages for path in (ROOT / package).rglob("*.py")]


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function):
            yield node


def test_imports_point_down() -> None:
    contracts = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([contracts], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "module", ["cafleet_core.cli.main", "cafleet_core.cli.commands"]
)
def test_the_core_starts_without_a_screen_or_a_database_layer(module: str) -> None:
    heavy = ("textual", "rich", "libtmux", "peewee", "psycopg", "cafleet_tui")
    program = f"import sys, {module}; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_records_and_states_of_the_core_are_made_with_the_fast_types() -> None:
    slow = re.compile(r"^from (typing|enum) import .*\b(NamedTuple|\w*Enum)\b", re.M)
    home = ROOT / "cafleet_core" / "fast_types.py"
    needless = [
        path
        for path in sources("cafleet_core")
        if path != home and slow.search(path.read_text("utf-8"))
    ]
    assert needless == []


def test_no_file_is_longer_than_a_reader_holds_in_mind() -> None:
    lengths = {
        path: len(path.read_text("utf-8").splitlines()) for path in sources(*PACKAGES)
    }
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path}:{function.name}"
        for path in sources(*PACKAGES)
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path in sources(*PACKAGES)
        if (text := path.read_text("utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_no_module_is_named_for_nothing_in_particular() -> None:
    assert [path for path in sources(*PACKAGES) if path.stem in VAGUE] == []


def test_only_the_output_module_writes_to_standard_output() -> None:
    writes = r"sys\.stdout\.write|click\.echo|\bprint\("
    assert files_with(writes, "cafleet_core/broker", "cafleet_core/cli") == {
        "cafleet_core/cli/output.py"
    }


def files_with(pattern: str, *packages: str) -> set[str]:
    """The files that contain a match of `pattern`."""
    compiled = re.compile(pattern)
    return {
        path.relative_to(ROOT).as_posix()
        for path in sources(*packages)
        if compiled.search(path.read_text("utf-8"))
    }


def test_only_the_writers_script_types() -> None:
    assert files_with("send-keys|send_keys|paste-buffer", *PACKAGES[:2]) == {
        "cafleet_core/push/script.py"
    }


def test_only_the_clock_reads_the_time_of_day() -> None:
    clocks = r"datetime\.now|utcnow|time\.time\(|date\.today"
    assert files_with(clocks, *PACKAGES[:2]) == {"cafleet_core/clock.py"}


def test_markup_is_never_made_from_text() -> None:
    offenders = [
        path
        for path in sources("cafleet_tui")
        if "from_markup(" in path.read_text("utf-8")
    ]
    assert offenders == []
