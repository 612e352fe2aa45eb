"""The colours of code: which part of a line is a keyword, a string, a comment or a name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cafleet_tui.render.markdown_inline import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

STYLES = ("keyword", "string", "comment", "defined")
"""The style of a part; what is none of these is `code`."""

LONGEST = 8_000
"""Characters of a block that is coloured: it is read where keys are handled."""

_LANGUAGES = {
    **{name: name for name in ("json", "toml", "sql", "html", "xml", "css", "rust")},
    **{name: name for name in ("go", "c", "java", "ruby", "ini", "javascript")},
    **{name: name for name in ("typescript", "python", "bash", "yaml", "cpp")},
    **dict.fromkeys(("py", "python3"), "python"),
    **dict.fromkeys(("sh", "shell", "zsh"), "bash"),
    **dict.fromkeys(("js", "jsx"), "javascript"),
    **dict.fromkeys(("ts", "tsx"), "typescript"),
    "yml": "yaml",
    "rs": "rust",
    "rb": "ruby",
    "dockerfile": "docker",
    **dict.fromkeys(("c++", "cc", "hpp"), "cpp"),
}
"""Pygments' lexers by what people call a language: those that read any text in no time."""


def knows(language: str) -> bool:
    """Whether code of this language has colours."""
    return language.casefold() in _LANGUAGES


def lines(code: str, language: str) -> list[list[Part]] | None:
    """The lines of code in parts; None for code that is too long, or not read as it stands."""
    if len(code) > LONGEST:
        return None
    rows: list[list[Part]] = [[]]
    for text, style in _parts(code, language):
        first, *others = text.split("\n")
        rows[-1].append((first, style))
        rows += [[(each, style)] for each in others]
    whole = "\n".join("".join(text for text, _ in row) for row in rows)
    return rows if whole == code else None


def _parts(code: str, language: str) -> Iterable[Part]:
    before, style = "", ""
    for kind, text in _lexer(_LANGUAGES[language.casefold()]).get_tokens(code):
        now = _style(kind)
        if now != style and before:
            yield before, style
            before = ""
        before, style = before + text, now
    yield before, style


@lru_cache(32)
def _lexer(name: str) -> Any:
    from pygments.lexers import get_lexer_by_name  # costs more than most rooms need

    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


@lru_cache(256)
def _style(kind: Any) -> str:
    from pygments.token import Token

    known = {
        "comment": (Token.Comment,),
        "string": (Token.Literal.String,),
        "keyword": (Token.Keyword, Token.Operator.Word),
        "defined": (Token.Name.Function, Token.Name.Class, Token.Name.Tag),
    }
    for style, families in known.items():
        if any(kind in family for family in families):
            return style
    return "code"
