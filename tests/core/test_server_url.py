"""The URL of a registry on a server: what it may hold, and what messages call it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cafleet_core.config import folders, server_url
from cafleet_core.errors import InvalidSetting

REFUSED: Mapping[str, str] = {
    "postgresql://me:secret@db/team?sslmode=verify-full": "holds a password",
    "postgresql://me@db/team?sslmode=verify-full&password=secret": "holds a password",
    "postgresql://me@db/team": "add sslmode=verify-full",
    "postgresql://me@db/team?sslmode=require": "add sslmode=verify-full",
    "postgresql://me@db?sslmode=verify-full": "names no database",
    "postgresql://me@db:x/team": "is no URL",
    "postgresql://me@db/team?sslmode=verify-full&sslpassword=secret": "holds a password",
    "postgresql://me@localhost/team?hostaddr=10.0.0.5": "add sslmode=verify-full",
    "postgresql://me@/team?host=/run,db": "add sslmode=verify-full",
    "postgresql://me@/team?service=far": "add sslmode=verify-full",
}


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_would_tell_or_leak_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        folders.registry_path({"CAFLEET_DATABASE_URL": url})
    assert REFUSED[url] in refused.value.message
    assert "secret" not in refused.value.message
    assert "me@" not in refused.value.message


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("postgresql://me@db/team?sslmode=verify-full", "db:5432/team"),
        ("postgresql://localhost:5433/team", "localhost:5433/team"),
        ("postgresql:///team?host=/run/postgresql", "/run/postgresql:5432/team"),
    ],
)
def test_messages_name_the_server_and_the_database(url: str, where: str) -> None:
    assert server_url.parse(url, "it").where == where


@pytest.mark.parametrize(
    ("name", "value"),
    [("PGHOST", "db"), ("PGHOSTADDR", "10.0.0.5"), ("PGSERVICE", "far")],
)
def test_a_variable_leads_to_no_server_that_the_url_could_not_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSetting, match="add sslmode=verify-full"):
        server_url.parse("postgresql:///team", "it")
    verified = server_url.parse("postgresql:///team?sslmode=verify-full", "it")
    assert verified.where != "localhost:5432/team" or name == "PGHOSTADDR"
