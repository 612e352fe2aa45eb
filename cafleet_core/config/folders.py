"""Paths of the registry, the settings and the state of one user."""

from __future__ import annotations

import os
import os.path

from cafleet_core.config.keys import DATABASE_URL
from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SQLITE = "sqlite:///"
_SERVERS = ("postgresql://", "postgres://")

_FNV_BASIS = 0xCBF2_9CE4_8422_2325
_FNV_PRIME = 0x100_0000_01B3
"""FNV-1a, a hash of a few bytes without an import (Fowler, Noll, Vo)."""


def registry_path(env: Mapping[str, str], configured: str = "") -> str:
    """The file that `CAFLEET_DATABASE_URL` names, else `configured`, else the default one.

    Where that names a server, the URL itself. Raises InvalidSetting for another scheme, a relative path or a directory, and where
    there is no home for the default one.
    """
    url = env.get(DATABASE_URL) or configured
    named = f"{DATABASE_URL if env.get(DATABASE_URL) else 'registry.url'}={url!r}"
    if not url:
        data = data_folder(env)
        if not os.path.isabs(data):
            raise InvalidSetting(
                f"HOME={env.get('HOME', '')!r} is no folder to keep the registry in;"
                f" set HOME, or {DATABASE_URL}."
            )
        return os.path.join(data, "registry.db")
    if url.startswith(_SERVERS):
        if not os.path.exists(
            host_socket(env, url)
        ):  # else it has been found to be sound
            from cafleet_core.config import server_url  # most registries are a file

            server_url.parse(url, named.partition("=")[0])
        return url
    if not url.startswith(_SQLITE):
        raise InvalidSetting(
            f"{named}: only sqlite:///<absolute path> and postgresql:// are supported."
        )
    path = os.path.expanduser(url[len(_SQLITE) :])
    if not os.path.isabs(path):
        raise InvalidSetting(
            f"{named} is a relative path; write sqlite:////absolute/path."
        )
    if os.path.isdir(path):
        raise InvalidSetting(f"{named} is a directory, not a file.")
    return path


def server_folder(where: str) -> str:
    """Where this machine keeps its own files of the registry at a server; it is made."""
    name = where.replace("/", "_").replace(":", "_")
    folder = os.path.join(state_folder(os.environ), "registries", name)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder


def host_socket(env: Mapping[str, str], url: str) -> str:
    """The socket of this machine's host process for the registry at a URL."""
    number = _FNV_BASIS
    for byte in url.encode("utf-8", "surrogateescape"):
        number = (number ^ byte) * _FNV_PRIME & 0xFFFF_FFFF_FFFF_FFFF
    runtime = env.get("XDG_RUNTIME_DIR", "")
    private = runtime.startswith("/")
    folder = os.path.join(runtime, "cafleet") if private else state_folder(env)
    return os.path.join(folder, f"{number:016x}.sock")


def user_file(env: Mapping[str, str]) -> str:
    """The path of the user's settings file, which need not exist."""
    return os.path.join(config_folder(env), "cafleet", "config.toml")


def config_folder(env: Mapping[str, str]) -> str:
    """The folder in which programs keep the user's settings, each in a folder of its own."""
    return _base_folder(env, "XDG_CONFIG_HOME", ".config")


def state_folder(env: Mapping[str, str]) -> str:
    """The folder for data that outlives a program and may be lost; it need not exist."""
    return os.path.join(_base_folder(env, "XDG_STATE_HOME", ".local/state"), "cafleet")


def data_folder(env: Mapping[str, str]) -> str:
    """The folder for data that must not be lost; it need not exist."""
    return os.path.join(_base_folder(env, "XDG_DATA_HOME", ".local/share"), "cafleet")


def _base_folder(env: Mapping[str, str], variable: str, below_home: str) -> str:
    configured = env.get(variable, "")
    if configured.startswith("/"):
        return configured
    return os.path.join(env.get("HOME") or os.path.expanduser("~"), below_home)
