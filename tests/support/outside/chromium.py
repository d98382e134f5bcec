"""A real browser, driven over its debugging pipe: no driver to install, no port, no page of ours in between."""

import base64
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import Any

from tocsin.devtools.mails.browser import FLAGS, program

PATIENCE = 60.0
"""Seconds that the browser, or a page, may take."""
KEYS = {
    "Tab": ("Tab", 9, ""),
    "Enter": ("Enter", 13, "\r"),
    "Space": (" ", 32, " "),
    "ArrowUp": ("ArrowUp", 38, ""),
    "ArrowDown": ("ArrowDown", 40, ""),
}


class Chromium:
    """A running browser, at the other end of two pipes."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read, self._number, self._rest = write, read, 0, b""
        self._loaded: Counter[str] = Counter()

    @contextmanager
    def tab(self) -> Iterator["Tab"]:
        """A tab that shares no cookie and no file with any other."""
        context = self.send("Target.createBrowserContext", {})["browserContextId"]
        try:
            yield Tab(self, context)
        finally:
            self.send("Target.disposeBrowserContext", {"browserContextId": context})

    def send(self, method: str, parameters: dict[str, Any], session: str = "") -> dict[str, Any]:
        """What the browser answers. Raises TimeoutError."""
        number = self.tell(method, parameters, session)
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._heard(until - time.monotonic())
            if answer.get("id") == number:
                if "context was destroyed" in answer.get("error", {}).get("message", ""):
                    return {"result": {}}
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])

    def tell(self, method: str, parameters: dict[str, Any], session: str = "") -> int:
        """Without waiting for an answer: what leads away may never have one. Returns the number of the message."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        return self._number

    def loaded(self, session: str, since: int = 0, seconds: float = 0.0) -> int:
        """How many pages have loaded in this tab. since: wait until there are more. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while self._loaded[session] <= since and seconds:
            self._heard(until - time.monotonic())
        return self._loaded[session]

    def _heard(self, seconds: float) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._next(seconds))
        if message.get("method") == "Page.loadEventFired":
            self._loaded[message["sessionId"]] += 1
        return message

    def _next(self, seconds: float) -> bytes:
        while b"\0" not in self._rest:
            if not select([self._read], [], [], max(0.0, seconds))[0]:
                raise TimeoutError("the browser, or the page, takes too long")
            part = os.read(self._read, 1 << 20)
            assert part, "the browser is gone"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return message


class Tab:
    """One tab. Everything waits until the page has loaded."""

    def __init__(self, chromium: Chromium, context: str) -> None:
        self._chromium, self.context = chromium, context
        target = chromium.send("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        attached = chromium.send("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.do(f"{domain}.enable")

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._chromium.send(method, parameters, self._session)

    def tell(self, method: str, **parameters: Any) -> None:
        """As ``do``, for what leads away from the page."""
        self._chromium.tell(method, parameters, self._session)

    def open(self, url: str) -> None:
        self.then_loaded(lambda: self.do("Page.navigate", url=url))

    def run(self, script: str) -> Any:
        found = self.do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def submit(self, script: str) -> None:
        """Run what makes the browser go to another page."""
        self.then_loaded(lambda: self.run(script))

    def press(self, key: str, leads_away: bool = False) -> None:
        self.then_loaded(lambda: self._strike(key, self.tell)) if leads_away else self._strike(key, self.do)

    def hit(self, key: str) -> None:
        """As ``press``, where what follows is waited for elsewhere."""
        self._strike(key, self.tell)

    def _strike(self, key: str, say: Callable[..., object]) -> None:
        name, code, text = KEYS[key]
        event = {"key": name, "code": key, "windowsVirtualKeyCode": code}
        say("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
        say("Input.dispatchKeyEvent", type="keyUp", **event)

    def type(self, text: str) -> None:
        self.do("Input.insertText", text=text)

    def size(self, width: int, height: int = 900) -> None:
        measures = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 1000}
        self.do("Emulation.setDeviceMetricsOverride", **measures)

    def picture(self, file: Path) -> None:
        """Of the whole page."""
        whole = self.do("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": whole["width"], "height": whole["height"], "scale": 1}
        shot = self.do("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(shot["data"]))

    @property
    def text(self) -> str:
        return str(self.run("document.body.innerText"))

    @property
    def path(self) -> str:
        return str(self.run("location.pathname"))

    def then_loaded(self, go: Callable[[], object]) -> None:
        """Do what leads to another page, and wait for it. Raises TimeoutError."""
        self.run("window.__here = true")
        loaded = self._chromium.loaded(self._session)
        go()
        while True:
            loaded = self._chromium.loaded(self._session, loaded, PATIENCE)
            if self.run("document.readyState === 'complete' && !window.__here && location.href !== 'about:blank'"):
                return


@contextmanager
def a_chromium() -> Iterator[Chromium]:
    """Chromium with an empty profile."""
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    wiring = f'exec {program()} "$@" 3<&{to_read} 4>&{from_write}'
    with TemporaryDirectory(prefix="tocsin-chromium-", ignore_cleanup_errors=True) as folder:
        command = [
            "bash",
            "-c",
            wiring,
            "bash",
            *FLAGS,
            "--remote-debugging-pipe",
            f"--user-data-dir={folder}",
            "about:blank",
        ]
        process = subprocess.Popen(command, pass_fds=(to_read, from_write), stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        try:
            yield Chromium(to_write, from_read)
        finally:
            process.kill()
            process.wait()
            os.close(to_write)
            os.close(from_read)
