"""Refuses requests of websites: only this machine may use the playground."""

from urllib.parse import urlsplit

from starlette.responses import JSONResponse

from playground.listener import Asgi, Scope

OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def guarded(app: Asgi) -> Asgi:
    """Return the app behind a check of Host and Origin."""

    async def guard(scope: Scope, receive: object, send: object) -> None:
        if scope["type"] == "http" and (problem := _problem(scope)) is not None:
            refusal = JSONResponse({"error": problem}, status_code=403, headers=HEADERS)
            await refusal(scope, receive, send)  # type: ignore[arg-type]
            return
        await app(scope, receive, send)

    return guard


def _problem(scope: Scope) -> str | None:
    host = origin = ""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value.decode("latin-1")
        elif name == b"origin":
            origin = value.decode("latin-1")
    if urlsplit(f"//{host}").hostname not in OWN_NAMES:
        return f"The host {host} is not this machine. Use localhost or 127.0.0.1."
    # Same origin means same host and port: another local server is foreign too.
    if origin and origin != f"http://{host}":
        return f"A page from {origin} may not use the playground. Open it at http://{host}."
    return None
