"""`POST /agents/<id>/evidence`: a CI sends the report of a test suite, which backs a criterion of an agent.

Who sends is checked before anything of the body is read. A wrong token, one of another channel or workspace
and an unknown agent get the same answer. The body is read up to a limit and parsed off the event loop.
"""

import asyncio
import re
from dataclasses import dataclass
from logging import getLogger

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.coaches import Serving
from bot.deps import Deps
from bot.feature import WebRoute
from bot.logs import Throttle
from coaching.test_runs import (
    MOST_BYTES,
    NotAReport,
    branch_of,
    moment_of,
    read_report,
    run_time,
)
from storage import allowances
from storage.agents import agents, test_runs
from storage.agents.agents import Agent
from storage.agents.test_runs import RUNS, SentRun
from storage.allowances import LimitReached

log = getLogger(__name__)
refusals = Throttle("test_run_refused", log)

BEARER = re.compile(r"Bearer +((T[A-Z0-9]{2,20})\.[\w-]{43})", re.ASCII)
AGENT_ID = re.compile(r"[0-9a-f]{32}")


class Refused(Exception):
    """A request that is not taken: the status of the answer, and what it says."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers


@dataclass(frozen=True)
class About:
    """What a run is about, from the address: the criterion, the branch, and the date, if given."""

    criterion: str
    branch: str
    date: str


async def test_run_sent(serving: Serving, request: Request) -> Response:
    """Store a test run, and answer with what was counted."""
    try:
        return JSONResponse(await _taken(serving, request))
    except ClientDisconnect:
        return Response(status_code=400)
    except Refused as refused:
        refusals.report(refused.text, found=str(refused.status))
        headers = {name.replace("_", "-"): value for name, value in refused.headers.items()}
        return JSONResponse({"error": refused.text}, status_code=refused.status, headers=headers)


async def _taken(serving: Serving, request: Request) -> dict[str, object]:
    deps, agent = await _known(serving, request)
    about = _about(deps, agent, request)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise _too_large()
    await _spend(deps, agent)
    try:
        run = await asyncio.to_thread(read_report, await _body(request))
    except NotAReport as problem:
        raise Refused(422, f"This is not a JUnit report: {problem}.") from problem
    now = deps.now()
    ran_at = run_time(moment_of(about.date) or run.at, now=now)
    sent = SentRun(agent.id, about.criterion, run, about.branch, ran_at)
    async with deps.database.write() as session:
        is_newest = await test_runs.save(session, agent.workspace_id, sent, now=now)
    return {
        "agent": agent.name,
        "criterion": about.criterion,
        "passed": run.passed,
        "total": run.total,
        "skipped": run.skipped,
        "suite": run.suite,
        "branch": about.branch,
        "ran_at": ran_at.isoformat(),
        "is_newest": is_newest,
    }


def _too_large() -> Refused:
    return Refused(413, f"A report may have {MOST_BYTES} bytes at most.", Connection="close")


def _unknown() -> Refused:
    text = "This token has no agent of this id. Check both on the agent's page in Slack."
    return Refused(401, text, WWW_Authenticate="Bearer")


async def _known(serving: Serving, request: Request) -> tuple[Deps, Agent]:
    """Return the workspace and the agent of a request; Refused unless its token is of the agent's channel."""
    given = request.headers.getlist("authorization")
    found = BEARER.fullmatch(given[0]) if len(given) == 1 else None
    agent_id = str(request.path_params["agent"])
    if found is None or not AGENT_ID.fullmatch(agent_id):
        raise _unknown()
    token, workspace_id = found.groups()
    deps = await serving.coaches.of(workspace_id)
    if deps is None or "agent" not in deps.features.commands:
        raise _unknown()
    async with deps.database.read() as session:
        channel = await test_runs.channel_of(session, workspace_id, token)
        agent = await agents.get(session, workspace_id, agent_id) if channel else None
    if agent is None or agent.removed_at or agent.channel_id != channel:
        raise _unknown()
    return deps, agent


def _about(deps: Deps, agent: Agent, request: Request) -> About:
    """Return what the address says; Refused when that is about nothing."""
    query, ladder = request.query_params, deps.library.gradings.get(agent.framework)
    known = [one.id for one in ladder.criteria] if ladder else []
    criterion = query.get("criterion", "")
    if criterion not in known:
        raise Refused(422, f"Add ?criterion= with one of: {', '.join(known)}.")
    branch, date = branch_of(query.get("branch", "")), query.get("date", "")
    if branch is None:
        raise Refused(422, "'branch' is not the name of a branch.")
    if date and moment_of(date) is None:
        raise Refused(422, "'date' is not a time such as 2026-11-28T09:30:00Z.")
    return About(criterion, branch, date)


async def _spend(deps: Deps, agent: Agent) -> None:
    now = deps.now()
    try:
        async with deps.database.write() as session:
            await allowances.spend(session, agent.workspace_id, agent.channel_id, RUNS, now=now)
    except LimitReached as problem:
        left = (problem.again_at - now).total_seconds() if problem.again_at else 3600
        text = f"This token sent {RUNS.most} test runs within an hour."
        raise Refused(429, text, Retry_After=str(max(1, round(left)))) from problem


async def _body(request: Request) -> bytes:
    parts, size = list[bytes](), 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


ROUTES = (WebRoute("/agents/{agent}/evidence", ("POST",), test_run_sent),)
