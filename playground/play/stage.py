"""Routes for the clock, the colleagues' scripts, the faults, and the reset."""

from math import nan

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.errors import NotThere
from playground.play.body import (
    ABSENT,
    Answer,
    Body,
    Wrong,
    flag,
    needed,
    number,
    optional,
    quoted,
    written,
)
from playground.service import Shared
from playground.travel import Journey, Travel
from playground.troupe import Troupe

MOST = 1_000_000
FARTHEST = 1_000_000_000
"""About thirty years."""


class StageApi:
    """The stage of one playground."""

    def __init__(self, shared: Shared, travel: Travel, troupe: Troupe) -> None:
        self._shared = shared
        self._travel = travel
        self._troupe = troupe

    def routes(self) -> list[Route]:
        """Return the stage's routes."""
        posts = {
            "faults": self.add_fault,
            "clock": self.clock,
            "script": self.script,
            "reset": self.reset,
        }
        return [
            *written(posts),
            Route("/play/faults", self.clear_faults, methods=["DELETE"]),
            Route("/play/stage", self.look),
        ]

    async def look(self, request: Request) -> Response:
        """Return what the page can offer to this person."""
        query = request.query_params
        try:
            troupe = self._troupe.at(self._shared.at(query.get("team")))
        except NotThere as problem:
            return JSONResponse({"error": str(problem)}, status_code=ABSENT)
        offered = troupe.offered(query.get("user"))
        scripts = [{"name": name, "label": script.label} for name, script in offered.items()]
        return JSONResponse({"next": self._travel.knows_next, "scripts": scripts})

    async def clock(self, body: Body) -> Answer:
        """Move the clock on, by so many seconds or to the next message."""
        user = optional(body, "user")
        travel = self._travel.at(self._shared.at(optional(body, "team")))
        if "to" not in body:
            seconds = number(body, "advance", least=0, most=FARTHEST, default=nan)
            return _arrived(await travel.by(seconds, user))
        if body["to"] != "next":
            raise Wrong(f"'to' is {quoted(body['to'])}. The only goal is next.")
        far = flag(body, "far")
        return _arrived(await travel.to_next(user, far=far))

    async def script(self, body: Body) -> Answer:
        """Play a script of the colleagues, but not the part of the person who looks on."""
        troupe = self._troupe.at(self._shared.at(optional(body, "team")))
        played = await troupe.play(needed(body, "name"), optional(body, "user"))
        return {"ok": True, "said": played.said}

    async def add_fault(self, body: Body) -> Answer:
        """Switch a fault on."""
        times = number(body, "times", least=1, most=MOST, default=1)
        self._shared.first.faults.add(
            needed(body, "method"),
            needed(body, "kind"),
            times=int(times),
            seconds=number(body, "seconds", least=0, most=MOST, default=1),
            retry_after=int(number(body, "retry_after", least=0, most=MOST, default=1)),
        )
        return {"ok": True}

    async def clear_faults(self, request: Request) -> Response:  # noqa: ARG002
        """Switch every fault off."""
        self._shared.first.faults.clear()
        return JSONResponse({"ok": True})

    async def reset(self, body: Body) -> Answer:
        """Start over with the sample of a workspace."""
        self._shared.at(optional(body, "team")).start_over()
        return {"ok": True}


def _arrived(journey: Journey) -> Answer:
    return {
        "ok": True,
        "now": journey.now,
        "said": journey.said,
        "channels": journey.channels,
        "farther": journey.is_farther,
    }
