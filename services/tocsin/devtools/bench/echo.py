"""``python -m tocsin.devtools.bench.echo PORT``: FastAPI alone, which gives back what it is sent."""

import sys

from fastapi import FastAPI, Request
from fastapi.responses import Response

from tocsin.runtime.web import serve


def create_app() -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        return Response(await request.body(), media_type="application/json")

    return app


if __name__ == "__main__":
    serve(create_app(), "127.0.0.1", int(sys.argv[1]))
