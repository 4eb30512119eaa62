"""A gateway that asks what members may use, and the workspace that it asks about."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from sqlalchemy import select
from sqlmodel import col

from bot.features.clients import operators
from coaching.access.policy import Approval, Approver, Permission, Policy
from coaching.members import MemberKey
from storage import members, workspace_settings
from storage.access import approvals
from storage.access.facts import ACCESS, ON_PERMISSIONS
from storage.access.grants import BY_POLICY, AccessGrant
from storage.clients.access_log import AccessLogEntry
from storage.workspace_settings import CAPABILITIES, Setting
from tests.scheduler.notes import Clock
from tests.stage import Mode, Person, Stage, built_in, staged

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
PILOT, DRAFTS = "pilot", "drafts"


def permission(name: str) -> Permission:
    """Return a permission that takes an approval."""
    return Permission(
        id=name,
        title=f"The {name} & more",
        lets="Use it.",
        tools=("Pathfinder",),
        data=("public",),
        risk="low",
        requires=Approval(),
        valid_for=timedelta(days=365),
        grace=timedelta(0),
        on_expiry="ask",
        approver="security",
    )


POLICY = Policy(
    {name: permission(name) for name in (PILOT, DRAFTS)},
    approvers={"security": Approver("security", "Security")},
)


def question(who: str, what: str = PILOT, **more: Any) -> dict[str, Any]:
    """Return the request whether somebody may use something."""
    return {
        "subject": {"type": "user", "id": who},
        "action": {"name": "use"},
        "resource": {"type": "permission", "id": what},
        **more,
    }


@dataclass(frozen=True)
class Answer:
    """What the gateway was answered."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def said(self) -> Any:
        return json.loads(self.text)

    @property
    def decisions(self) -> list[bool]:
        """The decisions of a batch."""
        return [one["decision"] for one in self.said["evaluations"]]


@dataclass
class Gate:
    """The workspace, a clock that the test sets, and the gateway with its token."""

    stage: Stage
    clock: Clock
    token: str = ""
    session: aiohttp.ClientSession = field(default_factory=aiohttp.ClientSession)

    @property
    def workspace_id(self) -> str:
        return self.stage.playground.workspace.id

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    async def adds(self, name: str, *permissions: str, workspace_id: str = "") -> str:
        """Add a client, and return its token."""
        told = await operators.add(
            self.stage.database,
            workspace_id=workspace_id or self.workspace_id,
            name=name,
            permissions=permissions,
            known=POLICY.permissions,
            now=self.clock(),
        )
        return told.splitlines()[-1]

    async def sends(
        self, body: Any, *, kind: str = "evaluation", token: str | None = None, **headers: str
    ) -> Answer:
        """Send this body, which is made JSON unless it is bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        used = self.token if token is None else token
        sent = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {used}"} if used else {}
        )
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.stage.address}/access/v1/{kind}"
        async with self.session.post(url, data=data, headers=sent) as answer:
            return Answer(answer.status, await answer.text(), answer.headers)

    async def asks(self, who: str, what: str = PILOT, *, token: str | None = None) -> bool:
        """Ask whether somebody may use something."""
        answer = await self.sends(question(who, what), token=token)
        assert answer.status == 200, answer
        return bool(answer.said["decision"])

    async def gets(self, path: str) -> Answer:
        async with self.session.get(f"{self.stage.address}{path}") as answer:
            return Answer(answer.status, await answer.text(), answer.headers)

    async def sets(self, setting: Setting[Any], value: Any) -> None:
        """Set something as an admin does."""
        async with self.stage.database.write() as session:
            await workspace_settings.change(
                session,
                self.workspace_id,
                setting,
                value,
                by=self.person("priya").key,
                place="test",
                now=self.clock(),
            )
        self.stage.bot.coaching.coaches.forget(self.workspace_id)

    async def grants(self, key: MemberKey, *names: str, guest: bool = False) -> None:
        """Let somebody have these permissions, as the job stores it."""
        now = self.clock()
        async with self.stage.database.write() as session:
            await members.ensure(session, key, now=now)
            await members.record_profile(
                session, key, zone=None, is_active=True, is_guest=guest, now=now
            )
            for name in names:
                by = MemberKey(key.workspace_id, self.person("priya").id)
                await approvals.give(session, key, name, by=by, now=now)
                session.add(
                    AccessGrant(
                        workspace_id=key.workspace_id,
                        user_id=key.user_id,
                        permission_id=name,
                        plan_id=BY_POLICY,
                        since=now,
                        until=now + timedelta(days=30),
                    )
                )

    async def log(self) -> list[AccessLogEntry]:
        """Return the access log, oldest first."""
        async with self.stage.database.read() as session:
            found = select(AccessLogEntry).order_by(col(AccessLogEntry.id))
            return list(await session.scalars(found))


@asynccontextmanager
async def at_gate(url: str, *, mode: Mode = "single") -> AsyncIterator[Gate]:
    """Open a workspace where access is on, Ada has both permissions, and the gateway may ask about one."""
    clock = Clock(NOON)
    library = replace(built_in(), access=POLICY)
    async with staged(url, library=library, now=clock, mode=mode, is_public=True) as stage:
        gate = Gate(stage, clock)
        try:
            await gate.sets(CAPABILITIES, (ACCESS,))
            await gate.sets(ON_PERMISSIONS, (PILOT, DRAFTS))
            await gate.grants(gate.person("ada").key, PILOT, DRAFTS)
            gate.token = await gate.adds("Gateway", PILOT)
            yield gate
        finally:
            await gate.session.close()
