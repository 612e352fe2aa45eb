"""Settings: their defaults, and the refusals that name variable and value."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.config import keys, settings
from cafleet_core.errors import InvalidSetting

URL = keys.DATABASE_URL


def test_the_registry_is_in_the_home_folder_by_default() -> None:
    assert (
        settings.load({"HOME": "/home/me"}).registry
        == "/home/me/.local/share/cafleet/registry.db"
    )


def test_xdg_data_home_moves_the_default() -> None:
    env = {"HOME": "/home/me", "XDG_DATA_HOME": "/data"}
    assert settings.load(env).registry == "/data/cafleet/registry.db"


def test_a_relative_xdg_data_home_is_ignored_as_its_standard_demands() -> None:
    env = {"HOME": "/home/me", "XDG_DATA_HOME": "data"}
    assert settings.load(env).registry == "/home/me/.local/share/cafleet/registry.db"


def test_the_url_wins_and_an_empty_one_counts_as_unset() -> None:
    env = {"HOME": "/home/me", "XDG_DATA_HOME": "/data"}
    named = settings.load({**env, URL: "sqlite:////srv/team.db"})
    assert named.registry == "/srv/team.db"
    assert settings.load({**env, URL: ""}).registry == "/data/cafleet/registry.db"


def test_a_tilde_in_the_url_is_the_home_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert settings.load({URL: "sqlite:///~/team.db"}).registry == "/home/me/team.db"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:///team.db", "relative path"),
        ("sqlite:///", "relative path"),
        ("sqlite:///./team.db", "relative path"),
        ("sqlite:///~nobody-of-this-name/team.db", "relative path"),
        ("mysql://host/team", "only sqlite:///"),
        ("mysql:////team.db", "only sqlite:///"),
        ("/srv/team.db", "only sqlite:///"),
        ("sqlite://team.db", "only sqlite:///"),
        ("sqlite:////tmp", "is a directory"),
    ],
)
def test_an_unusable_url_is_refused_by_name(url: str, why: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        settings.load({URL: url})
    assert URL in refused.value.message
    assert url in refused.value.message
    assert why in refused.value.message


def test_a_file_that_is_there_already_is_no_directory(tmp_path: Path) -> None:
    file = tmp_path / "team.db"
    file.touch()
    assert settings.load({URL: f"sqlite:///{file}"}).registry == str(file)


@pytest.mark.parametrize(("value", "count"), [("0", 0), ("17", 17), ("", 200)])
def test_the_text_length_is_a_whole_number(value: str, count: int) -> None:
    assert settings.load({keys.MAX_TEXT_LEN: value}).max_text_len == count


def test_the_text_length_is_200_by_default() -> None:
    assert settings.load({}).max_text_len == 200


@pytest.mark.parametrize("value", ["-1", "2.5", "many", " 7", "٣", "1e3", "9" * 5000])
def test_another_text_length_is_refused_by_name(value: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        settings.load({keys.MAX_TEXT_LEN: value})
    assert f"{keys.MAX_TEXT_LEN}={value!r}" in refused.value.message


def test_the_caller_comes_from_the_environment_where_it_is_set() -> None:
    known = settings.load({keys.SESSION_ID: "s", keys.AGENT_ID: "a"})
    assert (known.session_id, known.agent_id) == ("s", "a")
    unknown = settings.load({keys.SESSION_ID: "", keys.AGENT_ID: ""})
    assert (unknown.session_id, unknown.agent_id) == (None, None)


@pytest.mark.parametrize("home", ["here", "./here", "~nobody-at-all"])
def test_without_a_home_the_registry_is_not_put_where_one_happens_to_be(
    home: str,
) -> None:
    with pytest.raises(InvalidSetting, match=f"HOME='{home}' is no folder"):
        settings.load({"HOME": home})
    elsewhere = settings.load({"HOME": home, URL: "sqlite:////srv/team.db"})
    assert elsewhere.registry == "/srv/team.db"
