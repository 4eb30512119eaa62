"""Uploads, downloads, and the pages themselves."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from playground.service import Shared
from playground.state.files import StoredFile

PAGE = Path(__file__).parent / "page"
ABSENT = 404
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    # What the page's own policy cannot say: nobody may put it in a frame and steer the clicks.
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
WRONG = 400


class Files:
    """The bytes of shared files, of all workspaces."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def routes(self) -> list[BaseRoute]:
        """Return the routes for files."""
        return [
            Route("/upload/{file_id}", self.upload, methods=["POST", "PUT"]),
            Route("/files/{file_id}/{name:path}", self.download),
        ]

    async def upload(self, request: Request) -> Response:
        """Take the bytes of a file that was announced."""
        file = self._file(request)
        if file is None:
            return PlainTextResponse("no such upload", status_code=ABSENT)
        content = await request.body()
        if len(content) != file.size:
            return PlainTextResponse("not the announced length", status_code=WRONG)
        file.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """Hand out a file, always to be saved and never to be run."""
        file = self._file(request)
        if file is None or file.content is None:
            return PlainTextResponse("no such file", status_code=ABSENT)
        quoted = file.name.replace('"', "").encode("ascii", "replace").decode()
        headers = {
            "Content-Disposition": f'attachment; filename="{quoted}"',
            "X-Content-Type-Options": "nosniff",
        }
        return Response(file.content, media_type="application/octet-stream", headers=headers)

    def _file(self, request: Request) -> StoredFile | None:
        file_id = request.path_params["file_id"]
        service = self._shared.holder_of(file_id)
        return None if service is None else service.workspace.files.get(file_id)


def page_routes() -> list[BaseRoute]:
    """Return the routes for the page."""

    def shown(file: str) -> Callable[[Request], Awaitable[Response]]:
        async def page(request: Request) -> Response:  # noqa: ARG001
            if not (PAGE / file).exists():
                return PlainTextResponse(
                    "The playground is running, but its page is not installed."
                )
            return FileResponse(PAGE / file, headers=PAGE_HEADERS)

        return page

    static = StaticFiles(directory=PAGE, check_dir=False)
    pages = [Route("/", shown("index.html")), Route("/consent", shown("consent.html"))]
    return [*pages, Mount("/page", static)]
