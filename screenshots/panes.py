"""The captures of the scenes' panes, with colours."""

from __future__ import annotations

_BOLD, _DIM, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_CYAN, _GREEN, _YELLOW = "\x1b[36m", "\x1b[32m", "\x1b[33m"

QUESTION = "\n".join(
    (
        f"{_DIM}•{_OFF} Read docs/plan.md",
        f"{_DIM}•{_OFF} The plan holds together; I want to see the",
        "  tests of the core before I sign it off.",
        "",
        f"{_BOLD}Would you like to run the following command?{_OFF}",
        "",
        f"  {_CYAN}${_OFF} pytest -q tests/core",
        "",
        f"{_CYAN}› 1. Yes, proceed (y){_OFF}",
        "  2. Yes, and don't ask again for this (a)",
        "  3. No, and tell Codex what to do (esc)",
        "",
        f"  {_DIM}Press enter to confirm or esc to cancel{_OFF}",
    )
)

CHOICE = "\n".join(
    (
        f"{_GREEN}●{_OFF} The plan needs a home for its data.",
        "",
        f"{_DIM}────────────────────────────────────────{_OFF}",
        f" {_BOLD}Which database should section 4 assume?{_OFF}",
        "",
        f"{_CYAN}❯ 1. SQLite{_OFF}",
        "  2. PostgreSQL",
        "  3. Type something.",
        f"{_DIM}────────────────────────────────────────{_OFF}",
        f"  {_DIM}Enter to select · Esc to cancel{_OFF}",
    )
)

TRUST = "\n".join(
    (
        f"{_BOLD}Do you trust the files in this folder?{_OFF}",
        "",
        f"  {_CYAN}❯ Yes, I trust it{_OFF}",
        "    No, leave",
        "",
        f"  {_DIM}Enter to confirm · Esc to cancel{_OFF}",
    )
)

WORKING = "\n".join(
    (
        f"{_GREEN}●{_OFF} Update(tests/conftest.py)",
        f"  ⎿  {_DIM}Updated with 12 additions{_OFF}",
        "",
        f"{_GREEN}●{_OFF} Bash(pytest -q)",
        f"  ⎿  {_GREEN}41 passed{_OFF} in 1.20s",
        "",
        f"{_YELLOW}✻ Thinking…{_OFF} {_DIM}(12s · esc to interrupt){_OFF}",
        "",
        f"{_DIM}────────────────────────────────────────{_OFF}",
        f"{_BOLD}❯{_OFF} ",
        f"{_DIM}────────────────────────────────────────{_OFF}",
    )
)
