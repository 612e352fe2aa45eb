"""A server beyond this machine shows a certificate, which the system's authorities vouch for."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from cafleet_core.storage import postgres_address
from cafleet_core.storage.postgres_address import address

URL = "postgresql://me@db.example/team?sslmode=verify-full"
SYSTEM = f"{URL}&sslrootcert=system"


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which this system keeps the authorities."""
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR", "PGSSLROOTCERT"):
        monkeypatch.delenv(variable, raising=False)
    file = tmp_path / "authorities.crt"
    file.touch()
    missing = str(tmp_path / "of-another-system.crt")
    monkeypatch.setattr(postgres_address, "_SYSTEMS_BUNDLES", (missing, str(file)))
    return file


def taken(url: str) -> tuple[object, object]:
    """How strictly libpq checks the server of this URL, and against which authorities."""
    options = conninfo_to_dict(address(url))
    return options.get("sslmode"), options.get("sslrootcert")


def test_the_systems_authorities_are_a_file_for_every_client(bundle: Path) -> None:
    assert taken(SYSTEM) == ("verify-full", str(bundle))


def test_the_variable_of_libpq_names_them_too(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", "system")
    assert taken("postgresql://me@localhost/team") == ("verify-full", str(bundle))
    assert taken(f"{URL}&sslrootcert=/own.crt") == ("verify-full", "/own.crt")


@pytest.mark.usefixtures("bundle")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_openssls_own_variables_keep_their_say(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "/own")
    assert taken(SYSTEM) == ("verify-full", "system")


def test_a_system_without_a_known_file_is_left_to_libpq(bundle: Path) -> None:
    bundle.unlink()
    assert taken(SYSTEM) == ("verify-full", "system")


def test_without_the_word_nothing_is_added(bundle: Path) -> None:
    assert bundle.exists()
    assert taken(URL) == ("verify-full", None)
