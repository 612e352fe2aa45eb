"""Run `cafleet server` of any installation as a process."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http.cookiejar import CookieJar
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """An HTTP status with body text and headers."""

    status: int
    text: str
    headers: Mapping[str, str]


class Serving:
    """A running server, ended with the context; `document` is its printed JSON."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], *arguments: str
    ) -> None:
        self._process = subprocess.Popen(
            [*command, "server", "--json", *(arguments or ("--port", "0"))],
            env=dict(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(self._process.communicate()[1])
        self.document: dict[str, Any] = json.loads(line)
        self.pid = self._process.pid

    @property
    def address(self) -> str:
        """The address with its token."""
        return str(self.document["address"])

    @property
    def root(self) -> str:
        """The address without its token."""
        return self.address.partition("?")[0]

    @property
    def host(self) -> str:
        """Host and port, as in a `Host` header."""
        return urlsplit(self.address).netloc

    def __enter__(self) -> Serving:
        """Return the server, which listens already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it as Ctrl+C does."""
        self.end()

    def end(self) -> tuple[int, str, str]:
        """End it as Ctrl+C does; its exit code and its remaining output."""
        self._process.send_signal(signal.SIGINT)
        out, err = self._process.communicate(timeout=20)
        return self._process.returncode, out, err

    def kill(self) -> None:
        """End it without a chance to clean up."""
        self._process.kill()
        self._process.communicate()


def fetch(address: str, **headers: str) -> Answer:
    """Fetch an address as a new browser does, following redirects with cookies."""
    request = urllib.request.Request(address, headers=headers)  # noqa: S310  # an address of our own server
    cookies = urllib.request.HTTPCookieProcessor(CookieJar())
    try:
        with urllib.request.build_opener(cookies).open(request, timeout=20) as got:
            return Answer(got.status, got.read().decode(), dict(got.headers))
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read().decode(), dict(refused.headers))


def check_server(command: Sequence[str], env: Mapping[str, str]) -> None:
    """Assert that an installation's `cafleet server` serves its page only at its address.

    `command` is the installed program, such as `["/venv/bin/cafleet"]`; needs no browser.
    """
    with Serving(command, env) as serving:
        assert fetch(serving.root).status == 403
        page = fetch(serving.address)
        assert (page.status, "textual.js" in page.text) == (200, True)
