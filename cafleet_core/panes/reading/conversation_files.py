"""Which conversation a coding agent holds, by its own files; empty where that is not sure."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence


def of_process(records: Sequence[str], pid: int) -> str:
    """The conversation of the agent that is a process, or below it.

    `records` names the kinds of files that its coding agent keeps.
    """
    if "claude" in records:
        from cafleet_core.panes.reading import claude_files

        shown = claude_files.conversation(pid)
        return str(shown.record.get("sessionId", "")) if shown else ""
    if "codex" in records:
        from cafleet_core.panes.reading import codex_files

        return codex_files.conversation(pid)
    return ""


def of_folder(
    records: Sequence[str],
    folder: str,
    since: str,
    others: Container[str],
    environ: Mapping[str, str],
) -> str:
    """The only conversation begun in a folder after the stamp `since` that is no other's."""
    if "codex" not in records:
        return ""
    from cafleet_core.panes.reading import codex_files

    begun = set(codex_files.begun_in(folder, since, environ))
    known = [each for each in begun if each not in others]
    return known[0] if len(known) == 1 else ""
