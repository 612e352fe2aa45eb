"""Letters of other scripts that are drawn as Latin ones, and signs that are drawn as blanks.

From Unicode's table of confusables: what no reader tells apart in a usual font. Names are
compared with them replaced, and kept as they were written.
"""

from __future__ import annotations

_CYRILLIC = "АВЕЅІЈКМНОРСТХУԛԜаеѕіјорсхуһԁԝӏ", "ABESIJKMHOPCTXYqWaesijopcxyhdwl"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυ", "ABEZHIKMNOPTYXaiKvopu"
_LATIN = "ıȷɑɡɩ", "ijagi"
_BLANKS = "\u2800\U0001d159", "  "

AS_LATIN = str.maketrans(
    *("".join(parts) for parts in zip(_CYRILLIC, _GREEK, _LATIN, _BLANKS, strict=True))
)
"""For `str.translate`."""
