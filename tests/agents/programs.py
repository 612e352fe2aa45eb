"""Run real Claude Code, Codex and OpenCode in panes, with a private home and a fake model."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from cafleet_core.agents import catalog
from cafleet_core.assets import plugin_folder
from tests.agents.models import ModelApi
from tests.terminal import Terminal, eventually

FOLDER = "CAFLEET_AGENTS_DIR"
"""The variable that names the folder in which the programs are installed."""

PATIENCE = 120.0
"""Seconds to wait for any of a program's actions."""

STARTING = 240.0
"""Seconds to wait for a program's first screen: they load much, and a busy machine takes its time."""

SESSION = "7c1e52d0-7f2b-4c4e-9d55-0d3f6a1b2c3d"
"""The session of the members in these tests."""

MEMBER = "member"
"""Claude Code as a member: without permission questions, with the shipped plugin."""

USERS_CODEX = "users-codex"
"""Codex with a user's plain command; it may start its daemon, which `codex` is kept from, as it
outlives the test."""

COMMANDS = {
    MEMBER: shlex.join(
        [
            *catalog.get("claude").command(MEMBER, None, "", session_id=SESSION),
            "--plugin-dir",
            str(plugin_folder()),
        ]
    ),
    "claude": "claude --permission-mode default --name alice",
    "codex": "codex -c features.daemon_auto_start=false",
    USERS_CODEX: "codex",
    "opencode": "opencode",
    "qwen": "qwen --approval-mode default",
}
AT_REST = {
    MEMBER: "don't ask on",
    "claude": "manual mode on",
    "codex": "Ask Codex",
    USERS_CODEX: "Ask Codex",
    "opencode": "ctrl+p commands",
    "qwen": "Type your message",
}
"""The text on each agent's screen once it accepts a turn."""

STRANGER = "stranger"
"""A Codex without a trust setting."""
OUTDATED = "outdated"
"""A Codex that knows of a newer version."""
SUBSCRIBER = "subscriber"
"""A Claude Code that is signed in with a subscription."""
BARE = "bare"
"""A program without a parent shell, as a member's."""
IN_A_SHELL = "in-a-shell"
"""A program started from an interactive shell."""

_EDITOR = """#!/bin/sh
exec $(cat "$HOME/editor-$TMUX_PANE") "$@"
"""
"""The user's editor: it runs the command that a file names for this pane."""

_KEY = "sk-ant-local-dummy-000000000000"
_CODEX_CONFIG = """
model = "mockmodel"
model_provider = "mock"
{more}
[model_providers.mock]
name = "mock"
base_url = "{base}/v1"
wire_api = "responses"
[analytics]
enabled = false
"""
_CODEX_RULES = """
approval_policy = "on-request"
sandbox_mode = "read-only"
check_for_update_on_startup = {checks}
"""
_NEWER = {
    "latest_version": "9.9.9",
    "last_checked_at": "2099-01-01T00:00:00Z",
    "dismissed_version": None,
}


class Size(NamedTuple):
    """Columns and lines of a pane."""

    width: int = 120
    height: int = 40


USUAL = Size()


class Programs:
    """A home with settings of the coding agents, and the panes they run in."""

    def __init__(self, root: Path, terminal: Terminal, api: ModelApi) -> None:
        self.terminal = terminal
        self.home = root / "home"
        self.trusted = root / "work"
        self.untrusted = root / "elsewhere"
        self.api = api
        for folder in (self.home, self.trusted, self.untrusted):
            folder.mkdir(parents=True)
        self._editor = self.home / "editor"
        self._editor.write_text(_EDITOR)
        self._editor.chmod(0o755)
        # Codex asks for trust where there is a repository
        subprocess.run(["git", "init", "--quiet", str(self.untrusted)], check=True)
        self._set_up_claude()
        self._set_up_codex("", _CODEX_RULES.format(checks="false"))
        self._set_up_codex(STRANGER, "check_for_update_on_startup = false")
        self._set_up_codex(OUTDATED, _CODEX_RULES.format(checks="true"))
        newer = self._codex_home(OUTDATED) / "version.json"
        newer.write_text(json.dumps(_NEWER))
        self._set_up_opencode()
        self._set_up_qwen()
        self.trust(self.trusted)

    def trust(self, folder: Path) -> None:
        """Have every program but a stranger trust a folder, as its user does."""
        path = self.home / ".claude.json"
        claude = json.loads(path.read_text())
        projects = claude.setdefault("projects", {})
        projects[str(folder)] = {"hasTrustDialogAccepted": True}
        path.write_text(json.dumps(claude))
        for kind in ("", OUTDATED):
            with (self._codex_home(kind) / "config.toml").open("a") as config:
                config.write(f'[projects."{folder}"]\ntrust_level = "trusted"\n')

    def _set_up_claude(self) -> None:
        claude = {
            "hasCompletedOnboarding": True,
            "customApiKeyResponses": {"approved": [_KEY[-20:]], "rejected": []},
        }
        (self.home / ".claude.json").write_text(json.dumps(claude))

    def _set_up_codex(self, kind: str, more: str) -> None:
        home = self._codex_home(kind)
        home.mkdir(parents=True)
        config = _CODEX_CONFIG.format(base=self.api.base, more=more)
        (home / "config.toml").write_text(config)

    def _codex_home(self, kind: str) -> Path:
        return self.home / f".codex{kind}"

    def _set_up_opencode(self) -> None:
        model = {"name": "Mock", "limit": {"context": 200_000, "output": 8_000}}
        provider = {
            "options": {"baseURL": f"{self.api.base}/v1", "apiKey": _KEY},
            "models": {"mock": model},
        }
        config = {
            "autoupdate": False,
            "share": "disabled",
            "model": "anthropic/mock",
            "small_model": "anthropic/mock",
            "permission": {"bash": "ask", "edit": "ask"},
            "provider": {"anthropic": provider},
        }
        folder = self.home / ".config" / "opencode"
        folder.mkdir(parents=True)
        (folder / "opencode.json").write_text(json.dumps(config))

    def _set_up_qwen(self) -> None:
        self.qwen_settings.parent.mkdir()
        self.set_qwen()

    @property
    def qwen_settings(self) -> Path:
        """The settings file of Qwen Code."""
        return self.home / ".qwen" / "settings.json"

    def set_qwen(self, **agents: str) -> None:
        """Give Qwen Code these settings of `agents`, beside those that it needs."""
        given = {"apiKey": _KEY, "baseUrl": f"{self.api.base}/v1"}
        settings = {
            "security": {"auth": {"selectedType": "openai", **given}},
            "model": {"name": "mock"},
            "general": {"enableAutoUpdate": False},
            "ui": {"enableFollowupSuggestions": False},
            "agents": agents,
        }
        self.qwen_settings.write_text(json.dumps(settings))

    def start(
        self, agent: str, *, trusted: bool = True, size: Size = USUAL, kind: str = ""
    ) -> str:
        """Start this agent from a shell in a new pane, without waiting for it; the pane."""
        settings = [f"{name}={value}" for name, value in self._variables(kind).items()]
        shell = "exec bash --norc --noprofile -i"
        run = {BARE: f"exec {COMMANDS[agent]}", IN_A_SHELL: shell}.get(
            kind, f"set -m; {COMMANDS[agent]}; {shell}"
        )
        inside = 'exec env -i TMUX="$TMUX" TMUX_PANE="$TMUX_PANE" "$@"'
        pane = self.terminal.tmux(
            *("new-session", "-d", "-P", "-F", "#{pane_id}"),
            *("-x", str(size.width), "-y", str(size.height)),
            *("-c", str(self.trusted if trusted else self.untrusted), "--"),
            *("sh", "-c", inside, "sh", *settings),
            *("bash", "--norc", "--noprofile", "-c", run),
        )
        if kind == IN_A_SHELL:
            self.awaits(pane, "bash-")
            self.terminal.keys(pane, COMMANDS[agent], "Enter")
        return pane

    def _variables(self, kind: str) -> dict[str, str]:
        """The environment of a program in a set-up of this kind."""
        codex = kind if kind in {STRANGER, OUTDATED} else ""
        variables = {**self.environment(), "CODEX_HOME": str(self._codex_home(codex))}
        if kind == SUBSCRIBER:
            del variables["ANTHROPIC_API_KEY"]
            variables["CLAUDE_CODE_OAUTH_TOKEN"] = _KEY
        return {
            **variables,
            "EDITOR": str(self._editor),
            "VISUAL": str(self._editor),
        }

    def edits_with(self, pane: str, command: str) -> None:
        """Set the editor command of a pane's program."""
        (self.home / f"editor-{pane}").write_text(command)

    def started(self, agent: str) -> str:
        """Start this agent and wait until it is at rest; the pane."""
        pane = self.start(agent)
        self.awaits(pane, AT_REST[agent], timeout=STARTING)
        return pane

    def awaits(self, pane: str, *words: str, timeout: float = PATIENCE) -> str:
        """Wait until the screen shows all these words; the screen."""

        def shown() -> str:
            screen = self.terminal.screen(pane)
            return screen if all(word in screen for word in words) else ""

        return eventually(shown, timeout)

    def paste(self, pane: str, words: str) -> None:
        """Paste words into the input box, as a human does."""
        buffer = f"human{pane[1:]}"
        self.terminal.tmux("set-buffer", "-b", buffer, "--", words)
        self.terminal.tmux("paste-buffer", "-p", "-r", "-d", "-b", buffer, "-t", pane)

    def says(self, pane: str, words: str) -> None:
        """Submit a turn, as a human does."""
        self.paste(pane, words)
        self.terminal.keys(pane, "Enter")

    def leave(self, agent: str, pane: str) -> None:
        """End the agent, as a human does."""
        self.says(pane, "/exit")
        if agent == "opencode":  # the first Enter chooses from the open menu
            time.sleep(1)
            self.terminal.keys(pane, "Enter")

    def environment(self) -> dict[str, str]:
        """The environment of every process in this home."""
        binaries = Path(os.environ[FOLDER]) / "node_modules" / ".bin"
        return {
            "HOME": str(self.home),
            "PATH": f"{self.home}/bin:{binaries}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PS1": "$ ",
            "NO_PROXY": "127.0.0.1,localhost",
            "ANTHROPIC_BASE_URL": self.api.base,
            "ANTHROPIC_API_KEY": _KEY,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_TELEMETRY": "1",
            "DISABLE_AUTOUPDATER": "1",
        }
