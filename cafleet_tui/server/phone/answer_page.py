"""The page behind a notification's link: one question with its answers, without a script."""

from __future__ import annotations

from html import escape

from cafleet_core import text
from cafleet_core.readings import Question


def card(name: str, asked: Question, *, read_only: bool) -> str:
    """A question as a form; whatever comes from others is escaped."""
    asks = text.sanitise(asked.asked).strip()
    around = text.sanitise("\n".join(asked.context)).strip()
    shown = f"<pre>{_safe(around)}</pre>" if around not in ("", asks) else ""
    shown = shown or f'<p class="asked">{_safe(asks)}</p>'
    fields = "".join(
        _field(option.digit, option.label, option.free_text, read_only)
        for option in asked.options
    )
    return (
        f'<article class="card open"><header><strong>{_safe(text.label(name))}</strong>'
        f"</header>{shown}{fields}</article>"
    )


def outcome(words: str, way_out: str = "") -> str:
    """What became of an answer, or why there is nothing to answer."""
    hint = f"<p><small>{_safe(way_out)}</small></p>" if way_out else ""
    return f'<article class="card"><p>{_safe(text.sanitise(words))}</p>{hint}</article>'


def _field(digit: int, label: str, free_text: bool, read_only: bool) -> str:
    """An answer as a form of its own: Enter in a field must not press another one's button."""
    inner = _inner(digit, label, free_text, read_only)
    return f'<form method="post" autocomplete="off">{inner}</form>'


def _inner(digit: int, label: str, free_text: bool, read_only: bool) -> str:
    words = _safe(text.label(label))
    off = " disabled" if read_only else ""
    if free_text:
        return (
            f'<div class="row"><input name="freetext" placeholder="{words}"'
            f' aria-label="{words}"><button name="choice" value="words"{off}>Answer'
            "</button></div>"
        )
    return (
        f'<button name="choice" value="{digit}"{off}><i>{digit}</i>'
        f"<span>{words}</span></button>"
    )


def _safe(words: str) -> str:
    return escape(words, quote=True)
