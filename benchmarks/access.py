"""The answer to a client that asks whether a member may use something, against a bare route."""

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import aiohttp
from sqlalchemy import update
from sqlmodel import col

from app import utc_now
from benchmarks.measurement import Broken, Figures
from benchmarks.table import Sizes
from benchmarks.workspace import OURS, Side, installed, opened, require, workspace
from coaching.members import MemberKey
from storage import members, workspaces
from storage.access import trainings
from storage.access.facts import ACCESS, ON_PERMISSIONS
from storage.access.grants import BY_POLICY, AccessGrant
from storage.clients import clients
from storage.database import schema
from storage.database.engine import Database
from storage.workspace_settings import CAPABILITIES
from storage.workspaces import Workspace

BARE = ("benchmarks.bare_route",)
SITE = "https://rungs.example.org"
MEMBER, COORDINATOR, PILOT = "U1", "U2", "pilot"
POLICY = """access: '1'
trainings:
  - {id: basics, title: Basics, about: What AI tools get wrong.}
permissions:
  - id: pilot
    title: The pilot
    lets: You can use the pilot.
    tools: [Pilot]
    data: [public]
    risk: low
    requires: {training: {id: basics, within_days: 365}}
    valid_for: 365
    grace: 14
    on_expiry: renew
"""
QUESTION = {
    "subject": {"type": "user", "id": MEMBER},
    "action": {"name": "use"},
    "resource": {"type": "permission", "id": PILOT},
}


async def evaluation(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds of an answer: the median and the 99th percentile; the sides are asked in turns."""
    (folder / "content/access").mkdir(parents=True)
    (folder / "content/access/policy.yaml").write_text(POLICY)
    async with workspace() as slack:
        path = folder / "ours.db"
        await schema.upgrade(f"sqlite:///{path}")
        async with opened(path) as database:
            token = await _seed(database, slack.workspace.id)
        content = str(folder / "content")
        async with (
            installed(
                OURS, path, slack=slack, RUNGS_PUBLIC_URL=SITE, RUNGS_CONTENT=content
            ) as ours,
            installed(BARE, folder / "bare.db") as bare,
        ):
            spent = await _asked({"ours": ours, "bare": bare}, token, sizes.questions)
    require(
        ours.database, f"{sizes.questions} yes", "SELECT sum(is_allowed) || ' yes' FROM access_log"
    )
    require(bare.database, f"{sizes.questions} rows", "SELECT count(*) || ' rows' FROM asked")
    percent = {name: quantiles(some, n=100, method="inclusive") for name, some in spent.items()}
    return [(percent["ours"][at] * 1000, percent["bare"][at] * 1000) for at in (49, 98)]


async def _asked(sides: Mapping[str, Side], token: str, count: int) -> dict[str, list[float]]:
    """Ask both sides, one after the other, so many times after a warm-up; return the seconds of each."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body, spent = json.dumps(QUESTION), {name: list[float]() for name in sides}
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(count):
            for name, side in sides.items():
                url = side.url.replace("/slack/events", "/access/v1/evaluation")
                begun = time.perf_counter()
                async with session.post(url, data=body) as answer:
                    said = await answer.text()
                spent[name].append(time.perf_counter() - begun)
                if said != '{"decision":true}':
                    raise Broken(f"The answer was {said}.")
    return spent


async def _seed(database: Database, workspace_id: str) -> str:
    """Store a member who has the permission, and a client that may ask; return its token."""
    key, by, now = MemberKey(workspace_id, MEMBER), MemberKey(workspace_id, COORDINATOR), utc_now()
    settings = {CAPABILITIES.name: [ACCESS], ON_PERMISSIONS.name: [PILOT]}
    async with database.write() as session:
        await workspaces.connect(session, workspace_id, "Acme", now=now)
        await session.execute(
            update(Workspace)
            .where(col(Workspace.workspace_id) == workspace_id)
            .values(settings=json.dumps(settings))
        )
        await members.ensure(session, key, now=now)
        await members.record_profile(
            session, key, zone=None, is_active=True, is_guest=False, now=now
        )
        await trainings.confirm(session, key, "basics", on=now.date(), by=by, now=now)
        session.add(
            AccessGrant(
                workspace_id=workspace_id,
                user_id=MEMBER,
                permission_id=PILOT,
                plan_id=BY_POLICY,
                since=now - timedelta(days=1),
                until=now + timedelta(days=30),
            )
        )
        token = await clients.add(session, workspace_id, "Gateway", [PILOT], now=now)
    return str(token)
