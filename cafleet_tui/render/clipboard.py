"""Where a copied text can be pasted, in one line."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.views import CopyResult
from cafleet_tui.render.safe_text import label

_BY_TERMINAL = "sent to the terminal, which does not say whether it took it"


def outcome(result: CopyResult | None) -> Content:
    """What happened to a copied text; `result` is tmux's part, None outside tmux."""
    if result is None:
        return Content.styled(f"Copied: {_BY_TERMINAL}.", "$success")
    if not result.in_buffer:
        words = f"tmux did not take it ({label(result.refusal)}); {_BY_TERMINAL}."
        return Content.styled(words, "$text-warning")
    if result.passed_on:
        words = "Copied: in tmux's buffer, and passed on to the terminal's clipboard."
        return Content.styled(words, "$success")
    words = "Copied: in tmux's buffer; the terminal does not take clipboards."
    return Content.styled(words, "$success")
