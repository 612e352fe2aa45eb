"""A pane's screen with its colours as a text column holds it: UTF-8, zlib, base 85."""

from __future__ import annotations

import base64
import zlib


def pack(screen: str, level: int = zlib.Z_DEFAULT_COMPRESSION) -> str:
    """A screen as it is stored; zlib's `level` 1 is quick, its usual one small."""
    content = screen.encode("utf-8", "replace")
    return base64.b85encode(zlib.compress(content, level)).decode("ascii")


def unpack(packed: str, most_bytes: int = 0) -> str:
    """A stored screen; empty where it is damaged, since more depends on the rest.

    Empty too where it has more than `most_bytes`, whatever it was packed to; 0 is no limit.
    """
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(base64.b85decode(packed), most_bytes)
        return content.decode() if reader.eof else ""
    except (ValueError, zlib.error):
        return ""
