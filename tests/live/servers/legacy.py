"""Runs a server of this folder as if its SDK were older than 2026-07-28, the first version without `initialize`.

    python legacy.py SERVER.py [PORT]

A request that names that version is refused with the words of the Python SDK 1.x; all else goes to the server.
"""
import runpy
import sys

import uvicorn
from starlette.responses import JSONResponse

MODERN = "2026-07-28"
REFUSAL = {
    "jsonrpc": "2.0",
    "id": "server-error",
    "error": {"code": -32600, "message": f"Bad Request: Unsupported protocol version: {MODERN}"},
}


def before_2026(app):
    async def gate(scope, receive, send):
        headers = dict(scope.get("headers", ()))
        if headers.get(b"mcp-protocol-version") == MODERN.encode():
            await JSONResponse(REFUSAL, status_code=400)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return gate


class Config(uvicorn.Config):
    def __init__(self, app, *args, **kwargs):
        super().__init__(before_2026(app), *args, **kwargs)


if __name__ == "__main__":
    uvicorn.Config = Config
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
