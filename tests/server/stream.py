"""Read a stream of server-sent events as a program does that goes on where it was cut off."""

from __future__ import annotations

import json
import urllib.request
from types import TracebackType
from typing import Any

from tests.server.api_client import token_of
from tests.server.serving import Serving


class Stream:
    """One connection; `last` is the id to go on behind."""

    def __init__(self, serving: Serving, query: str = "", last: str = "") -> None:
        headers = {"Authorization": f"Bearer {token_of(serving)}"}
        if last:
            headers["Last-Event-ID"] = last
        request = urllib.request.Request(
            f"http://{serving.host}/api/v1/events{query}", headers=headers
        )
        self._lines = urllib.request.urlopen(request, timeout=20)  # noqa: S310
        self.last = last
        self._block()

    def __enter__(self) -> Stream:
        """Return the stream, which knows already where it begins."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut it off."""
        self._lines.close()

    def take(self, count: int) -> list[Any]:
        """The next events, as documents."""
        taken: list[Any] = []
        while len(taken) < count:
            data = self._block()
            taken += [json.loads(data)] if data else []
        return taken

    def _block(self) -> str:
        """The data up to the next empty line."""
        data = ""
        while line := self._lines.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            if name == "id":
                self.last = value
            elif name == "data":
                data += value
        return data
