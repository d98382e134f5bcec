"""Asks a web application in this process, without a socket."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI


def ask(
    app: FastAPI, path: str, method: str = "GET", base: str = "http://127.0.0.1:8082", **over: Any
) -> httpx.Response:
    """One request and its answer; an unexpected error of the application becomes its own answer of 500."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, **over)

    return asyncio.run(send())
