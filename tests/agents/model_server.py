"""A fake service of models: its server on loopback, which runs while its context is open."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class ModelServer:
    """Serves by a handler of its own with these attributes; `base` is its address."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], **shared: Any) -> None:
        own = type("Handler", (handler,), shared)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), own)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
