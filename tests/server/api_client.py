"""A client made from the server's OpenAPI document, which holds both sides to it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests.server.serving import Serving


class Answered(NamedTuple):
    """A status with the parsed document, and the notes beside it."""

    status: int
    document: Any
    notes: list[str]

    @property
    def message(self) -> str:
        """What a refusal says is the case."""
        return str(self.document["error"]["message"])


def token_of(serving: Serving) -> str:
    """The token of a server's printed address."""
    return parse_qs(urlsplit(serving.address).query)["token"][0]


def exchange(
    serving: Serving,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None = None,
) -> tuple[int, str, dict[str, str]]:
    """One request as it is given; status, text and headers of the answer."""
    request = urllib.request.Request(  # an address of our own server
        f"http://{serving.host}{path}", body, headers, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as got:  # noqa: S310
            return got.status, got.read().decode(), dict(got.headers)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode(), dict(refused.headers)


class Client:
    """Calls operations by their names; every request and answer must fit the document."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._headers = {"Authorization": f"Bearer {token_of(serving)}"}
        _, text, _ = exchange(serving, "GET", "/api/v1/openapi.json", self._headers)
        self.document: dict[str, Any] = json.loads(text)
        self._spec = OpenAPI.from_dict(self.document)
        self._operations = {
            operation["operationId"]: (path, method, operation)
            for path, operations in self.document["paths"].items()
            for method, operation in operations.items()
        }

    def names(self) -> set[str]:
        """Every operation's name."""
        return set(self._operations)

    def __call__(self, name: str, /, **given: Any) -> Answered:
        """Call an operation; parameters go where the document says."""
        path, method, operation = self._operations[name]
        within = {each["name"] for each in _of(operation, "path")}
        query = {each["name"] for each in _of(operation, "query")}
        filled = path.format(**{key: quote(str(given[key]), safe="") for key in within})
        asked = [pair for key in query & set(given) for pair in _pairs(key, given[key])]
        body = {key: given[key] for key in set(given) - within - query}
        data = json.dumps(body).encode() if method == "post" else None
        self._check(method, path, filled, asked, data, within & set(given), given)
        target = f"{filled}?{urlencode(asked)}" if asked else filled
        headers = {**self._headers, "Content-Type": "application/json"}
        status, text, got = exchange(
            self._serving, method.upper(), target, headers, data
        )
        self._check_answer(method, path, filled, status, text)
        return Answered(
            status, json.loads(text), json.loads(got.get("Cafleet-Notes", "[]"))
        )

    def _request(
        self, method: str, path: str, filled: str, **parts: Any
    ) -> MockRequest:
        return MockRequest(
            f"http://{self._serving.host}",
            method,
            filled,
            path,
            headers=self._headers,
            **parts,
        )

    def _check(
        self,
        method: str,
        path: str,
        filled: str,
        asked: list[tuple[str, str]],
        data: bytes | None,
        within: set[str],
        given: dict[str, Any],
    ) -> None:
        lists: dict[str, Any] = {}
        for key, value in asked:
            lists.setdefault(key, []).append(value)
        self._spec.validate_request(
            self._request(
                method,
                path,
                filled,
                view_args={key: str(given[key]) for key in within},
                args={
                    key: values if len(values) > 1 else values[0]
                    for key, values in lists.items()
                },
                data=data,
                content_type="application/json" if data else "",
            )
        )

    def _check_answer(
        self, method: str, path: str, filled: str, status: int, text: str
    ) -> None:
        response = MockResponse(text.encode(), status, content_type="application/json")
        self._spec.validate_response(
            self._request(method, path, filled, content_type=""), response
        )


def _of(operation: dict[str, Any], place: str) -> Iterator[dict[str, Any]]:
    return (each for each in operation["parameters"] if each["in"] == place)


def _pairs(key: str, value: Any) -> list[tuple[str, str]]:
    values = value if isinstance(value, list) else [value]
    return [
        (key, json.dumps(each) if isinstance(each, bool) else str(each))
        for each in values
    ]
