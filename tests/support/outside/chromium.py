"""A real browser, driven over its debugging pipe: no driver to install, no port, no page of ours in between."""

import base64
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tocsin.devtools.mails.browser import FLAGS, program

KEYS = {"Tab": ("Tab", 9, ""), "Enter": ("Enter", 13, "\r"), "Space": (" ", 32, " ")}


class Chromium:
    """A running browser, at the other end of two pipes."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read, self._number, self._rest = write, read, 0, b""

    @contextmanager
    def tab(self) -> Iterator["Tab"]:
        """A tab that shares no cookie and no file with any other."""
        context = self.send("Target.createBrowserContext", {})["browserContextId"]
        try:
            yield Tab(self, context)
        finally:
            self.send("Target.disposeBrowserContext", {"browserContextId": context})

    def send(self, method: str, parameters: dict[str, Any], session: str = "") -> dict[str, Any]:
        """What the browser answers."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._next())
            if answer.get("id") == self._number:
                if "context was destroyed" in answer.get("error", {}).get("message", ""):
                    return {"result": {}}
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])

    def _next(self) -> bytes:
        while b"\0" not in self._rest:
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

    def open(self, url: str) -> None:
        self._then_loaded(lambda: self.do("Page.navigate", url=url))

    def run(self, script: str) -> Any:
        found = self.do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def submit(self, script: str) -> None:
        """Run what makes the browser go to another page."""
        self._then_loaded(lambda: self.run(script))

    def press(self, key: str, leads_away: bool = False) -> None:
        name, code, text = KEYS[key]
        event = {"key": name, "code": key, "windowsVirtualKeyCode": code}

        def strike() -> None:
            self.do("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
            self.do("Input.dispatchKeyEvent", type="keyUp", **event)

        self._then_loaded(strike) if leads_away else strike()

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

    def _then_loaded(self, go: Any) -> None:
        self.run("window.__here = true")
        go()
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if self.run("document.readyState === 'complete' && !window.__here && location.href !== 'about:blank'"):
                return
            time.sleep(0.01)
        raise TimeoutError("the page did not load")


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
