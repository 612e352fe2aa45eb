"""A real Chromium without a window, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from tests.terminal import PATIENCE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--disable-dev-shm-usage"),
    *("--remote-debugging-port=0", "--window-size=1280,800"),
)

_FIND_TERMINAL = """
Object.defineProperty(Object.prototype, "bufferedBytes", {
  configurable: true,
  set(value) {
    window.owner = this;
    Object.defineProperty(this, "bufferedBytes", { value, writable: true });
  },
});
"""
"""Runs before the page's scripts, to catch the terminal object when the page makes it."""

_READ_TERMINAL = """
(() => {
  const { buffer: { active: buffer } = {}, cols } = window.owner?.terminal ?? {};
  const lines = buffer ? Array.from({ length: buffer.length }, (_, row) => row) : [];
  return lines.map((row) => buffer.getLine(row).translateToString(true, 0, cols)).join("\\n");
})()
"""


_PLACE_OF_CELL = """
(() => {{
  const {{ cols, rows, element }} = window.owner.terminal;
  const box = element.querySelector(".xterm-screen").getBoundingClientRect();
  const x = box.left + (({column} + 0.5) * box.width) / cols;
  return [x, box.top + (({row} + 0.5) * box.height) / rows];
}})()
"""


_PLACE_OF_BUTTON = """
(() => {{
  const fits = (each) => !each.disabled && (each.innerText || each.placeholder || "").trim().endsWith({words});
  const all = document.querySelector({within})?.querySelectorAll("button, input, textarea") ?? [];
  const button = [...all].find(fits);
  button?.scrollIntoView({{ block: "center", inline: "center" }});
  const box = button?.getBoundingClientRect();
  return box && [box.left + box.width / 2, box.top + box.height / 2];
}})()
"""


class Tab:
    """A page, driven over its own web socket."""

    def __init__(self, wire: aiohttp.ClientWebSocketResponse) -> None:
        self._wire = wire
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reading = asyncio.create_task(self._read())
        self.requested: list[str] = []
        self.complaints: list[str] = []

    async def prepare(self) -> None:
        """Record the page's network requests and console errors."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.call(f"{domain}.enable")
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=_FIND_TERMINAL)

    async def call(self, method: str, **parameters: Any) -> Any:
        """Run a command of the protocol; its result."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._wire.send_json(
            {"id": number, "method": method, "params": parameters}
        )
        return await asyncio.wait_for(self._answers[number], PATIENCE)

    async def open(self, address: str) -> None:
        """Load an address."""
        await self.call("Page.navigate", url=address)

    async def reload(self) -> None:
        """Reload the page, as F5 does."""
        await self.call("Page.reload")

    async def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        return answer["result"].get("value")

    async def screen(self) -> str:
        """The text of the page's terminal."""
        return str(await self.run(_READ_TERMINAL))

    async def shows(self, *words: str) -> str:
        """Wait until the terminal's text contains all of `words`; that text."""
        return await self.until(lambda shown: all(word in shown for word in words))

    async def until(self, good: Callable[[str], bool]) -> str:
        """Wait until the terminal's text satisfies `good`; that text."""
        deadline = time.monotonic() + PATIENCE
        while not good(shown := await self.screen()):
            if time.monotonic() > deadline:
                notice = await self.run("document.body.innerText.slice(0, 500)")
                raise AssertionError(f"{shown}\n{notice}\n{self.complaints}")
            await asyncio.sleep(0.1)
        return shown

    async def type(self, words: str) -> None:
        """Type text, as a keyboard or an input method does."""
        await self.call("Input.insertText", text=words)

    async def press(self, key: str, code: int, modifiers: int = 0) -> None:
        """Press one key; `modifiers` as the protocol counts them: 2 is Ctrl."""
        text = {"Enter": "\r"}.get(key, "") if not modifiers else ""
        shared = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **shared)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **shared)

    async def click(self, row: int, column: int) -> None:
        """Click on a cell of the terminal."""
        x, y = await self.run(_PLACE_OF_CELL.format(row=row, column=column))
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                clickCount=1,
            )

    async def cut_off(self) -> None:
        """Cut the page's connection to the server."""
        await self.run("window.owner.socket.close()")

    async def says(self, words: str) -> None:
        """Wait until the page shows these words over its terminal."""
        async with asyncio.timeout(PATIENCE):
            while words not in str(await self.run("document.body.innerText")):
                await asyncio.sleep(0.05)

    async def resize(self, width: int, height: int) -> None:
        """Resize the page, in pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def phone(self, scheme: str = "dark") -> None:
        """Become a phone that is touched, 390 by 844 points large."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=390,
            height=844,
            deviceScaleFactor=2,
            mobile=True,
        )
        await self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        preferred = {"name": "prefers-color-scheme", "value": scheme}
        await self.call("Emulation.setEmulatedMedia", features=[preferred])

    async def finds(self, words: str, within: str = "body") -> list[float]:
        """Wait until there is a button that can be touched; its middle."""
        place = _PLACE_OF_BUTTON.format(
            words=json.dumps(words), within=json.dumps(within)
        )
        async with asyncio.timeout(PATIENCE):
            while not (at := await self.run(place)):
                await asyncio.sleep(0.05)
        return list(at)

    async def tap(self, words: str, within: str = "body") -> None:
        """Touch the button with these words, or the field that shows them."""
        x, y = await self.finds(words, within)
        points = [{"x": x, "y": y}]
        await self.call(
            "Input.dispatchTouchEvent", type="touchStart", touchPoints=points
        )
        await self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def picture(self, path: Path) -> None:
        """Write a screenshot as PNG."""
        shot = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    async def close(self) -> None:
        """Close the page."""
        await self.call("Page.close")
        await self._wire.close()
        self._reading.cancel()

    async def _read(self) -> None:
        async for message in self._wire:
            event = message.json()
            if waiting := self._answers.pop(event.get("id"), None):
                waiting.set_result(event.get("result", {"result": {}}))
            match event.get("method"), event.get("params"):
                case "Network.requestWillBeSent", {"request": {"url": address}}:
                    self.requested.append(address)
                case "Network.webSocketCreated", {"url": address}:
                    self.requested.append(address)
                case "Log.entryAdded", {"entry": {"level": "error", "text": text}}:
                    self.complaints.append(text)
                case "Runtime.exceptionThrown", {"exceptionDetails": details}:
                    self.complaints.append(str(details))


class Browser:
    """A Chromium with its own profile; an asynchronous context manager."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._tabs: list[Tab] = []

    async def __aenter__(self) -> Browser:
        """Start it."""
        self._session = aiohttp.ClientSession()
        self._process = subprocess.Popen(
            [str(CHROMIUM), *_FLAGS, f"--user-data-dir={self._profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port_file = self._profile / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while not (port_file.exists() and port_file.read_text().count("\n")):
            assert time.monotonic() < deadline, "Chromium did not start"
            await asyncio.sleep(0.05)
        self._at = f"http://127.0.0.1:{port_file.read_text().split()[0]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        """End it."""
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 20)
        await self._session.close()

    async def tab(self, address: str) -> Tab:
        """Open a new page at `address`."""
        async with self._session.put(f"{self._at}/json/new?about:blank") as made:
            wire = (await made.json())["webSocketDebuggerUrl"]
        tab = Tab(await self._session.ws_connect(wire, max_msg_size=0))
        await tab.prepare()
        await tab.open(address)
        return tab
