"""Grants under any order of events: facts, time, a clock that is set back, settings, and erasure.

Whenever the job has nothing left to do, a member has exactly what receivers were told last, every beginning
and end was told once and stands in the ledger, and no question at any time gets a yes after an end.

`python -m tests.access.grant_machine` plays the long form.
"""

import asyncio
import shutil
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlmodel import col

from app import REGISTRY
from coaching.access.decision import decide
from coaching.evidence import Verified
from coaching.members import MemberKey
from coaching.rules import Rules
from storage import members, privacy, rules, workspace_settings
from storage.access import approvals, decisions, due, grants, trainings
from storage.access.facts import ON_PERMISSIONS, facts_of
from storage.database import Session, schema
from storage.database.engine import Database
from storage.evidence import verified
from storage.evidence.claim_rows import Claim
from storage.ledger.ledger import LedgerPerson, LedgerRow
from storage.workspace_settings import CAPABILITIES, Setting
from tests.access.policies import AGENT, BOATS, CHAT, CUSTOMERS, POLICY, joins, opens_access, told
from tests.databases import open_database
from tests.storage.cast import ADA, COLLEAGUE, START

OMAR = MemberKey("T1", "U3")
PEOPLE = st.sampled_from((ADA, OMAR))
PLANS = st.sampled_from(("plan-1", "plan-2"))
WAITS = st.sampled_from(
    [timedelta(seconds=1), timedelta(hours=5), *(timedelta(days=n) for n in (1, 4, 14, 40, 90))]
)
PROBES = [timedelta(days=n) for n in (-300, -50, -10, -1, 1, 10, 50, 300)]
EXPECTED = {
    "granted": {"changed", "ended"},
    "changed": {"changed", "ended"},
    "ended": {"granted"},
    "": {"granted"},
}
"""Which changes may follow which."""

Act = Callable[[Session], Awaitable[object]]


class GrantMachine(RuleBasedStateMachine):
    """One workspace with an admin and two members, on SQLite."""

    runner: ClassVar[asyncio.Runner]
    template: ClassVar[Path]
    folder: ClassVar[Path]
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.rules_number, self.steps = 1, 0
        self.over: set[tuple[MemberKey, str]] = set()
        shutil.copy(self.template, self.folder / "machine.db")
        self.database: Database = self.do(open_database(f"sqlite:///{self.folder}/machine.db"))
        self.write(lambda session: opens_access(session, COLLEAGUE))
        self.write(lambda session: joins(session, ADA))
        self.write(lambda session: joins(session, OMAR))
        self.write(lambda session: self.claims(session, ADA))
        self.write(lambda session: self.claims(session, OMAR))

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def write(self, act: Act) -> None:
        async def done() -> None:
            async with self.database.write() as session:
                await act(session)

        self.do(done())

    async def claims(self, session: Session, key: MemberKey) -> None:
        session.add(
            Claim(
                workspace_id=key.workspace_id,
                user_id=key.user_id,
                framework=BOATS.framework,
                family="",
                id=f"claim-{key.user_id}",
                level=1,
                from_level=1,
                is_renewal=False,
                state="accepted",
                round=1,
                criteria="[]",
                opened_at=START,
            )
        )

    def teardown(self) -> None:
        self.do(self.database.close())

    @rule(key=PEOPLE, what=st.sampled_from(("read", "verified", "trained", "approved", "all")))
    def gets(self, key: MemberKey, what: str) -> None:
        now, by = self.now, COLLEAGUE
        level = Verified(BOATS, 1, now, now + timedelta(days=60), f"claim-{key.user_id}")
        acts: dict[str, Act] = {
            "read": lambda s: rules.record_reading(s, key, self.rules_number, now=now),
            "verified": lambda s: verified.save(s, key, level, now=now),
            "trained": lambda s: trainings.confirm(s, key, "safety", on=now.date(), by=by, now=now),
            "approved": lambda s: approvals.give(s, key, CUSTOMERS, by=by, now=now),
        }
        for name, act in acts.items():
            if what in (name, "all"):
                self.write(act)
        self.goes_on()

    @rule(key=PEOPLE, what=st.sampled_from(("verified", "again", "trained", "approved")))
    def loses(self, key: MemberKey, what: str) -> None:
        now, by, claim = self.now, COLLEAGUE, f"claim-{key.user_id}"
        acts: dict[str, Act] = {
            "verified": lambda s: verified.revoke_from(s, key, BOATS, 1, claim_id=claim, now=now),
            "again": lambda s: verified.restore(s, key, claim, up_to=None, now=now),
            "trained": lambda s: trainings.withdraw(s, key, "safety", by=by, now=now),
            "approved": lambda s: approvals.withdraw(s, key, CUSTOMERS, by=by, now=now),
        }
        self.write(acts[what])
        self.goes_on()

    @rule(key=PEOPLE, plan=PLANS, days=st.integers(0, 60))
    def tries(self, key: MemberKey, plan: str, days: int) -> None:
        """Grant something for the plan of a sandbox, or end that."""
        now, until = self.now, self.now + timedelta(days=days)
        if days:
            self.write(
                lambda s: grants.grant_for_sandbox(s, key, AGENT, plan, until=until, now=now)
            )
            self.over.discard((key, plan))
        else:
            self.write(lambda s: grants.end_for_sandbox(s, key, plan, now=now))
            self.over.add((key, plan))
        self.goes_on()

    @rule(key=PEOPLE, state=st.sampled_from(("here", "here", "left", "guest")))
    def moves(self, key: MemberKey, state: str) -> None:
        is_active, is_guest = state != "left", state == "guest"
        self.write(
            lambda s: members.record_profile(
                s, key, zone=None, is_active=is_active, is_guest=is_guest, now=self.now
            )
        )
        self.goes_on()

    @rule(what=st.sampled_from(("all", "all", "all", "less", "no sandbox", "off", "rules")))
    def an_admin_changes(self, what: str) -> None:
        if what == "rules":
            new, based_on = Rules(lines=(f"Ask {self.rules_number} times.",)), self.rules_number
            self.write(
                lambda s: rules.save(
                    s, COLLEAGUE, new, based_on=based_on, place="home", now=self.now
                )
            )
            self.rules_number += 1
        else:
            on = {"off": (), "no sandbox": ("access",)}.get(what, ("access", "sandbox"))
            self.sets(CAPABILITIES, on)
            self.sets(ON_PERMISSIONS, (CHAT,) if what == "less" else tuple(POLICY.permissions))
        self.goes_on()

    def sets(self, setting: Setting[tuple[str, ...]], value: tuple[str, ...]) -> None:
        self.write(
            lambda s: workspace_settings.change(
                s, "T1", setting, value, by=COLLEAGUE, place="home", now=self.now
            )
        )

    def goes_on(self) -> None:
        """Let the job run, but not after every event."""
        self.steps += 1
        if self.steps % 3:
            self.the_job_runs()

    @rule(by=WAITS)
    def time_passes(self, by: timedelta) -> None:
        self.now += by
        self.goes_on()

    @rule(by=WAITS)
    def the_clock_is_set_back(self, by: timedelta) -> None:
        self.now -= by
        self.goes_on()

    @rule()
    def omar_is_erased(self) -> None:
        async def erased(session: Session) -> None:
            await decisions.end_all(session, OMAR, now=self.now)
            self.all_ended(await told(session, OMAR))
            await privacy.erase(session, OMAR, REGISTRY.personal_data)
            await joins(session, OMAR)
            await self.claims(session, OMAR)

        self.write(erased)
        self.over |= {(OMAR, plan) for plan in ("plan-1", "plan-2")}
        self.goes_on()

    def all_ended(self, changes: list[tuple[str, str]]) -> None:
        last = dict(changes)
        assert set(last.values()) <= {"ended"}, changes

    def the_job_runs(self) -> None:
        self.do(self._settles())
        self.do(self._checks())

    async def _settles(self) -> None:
        for _ in range(20):
            async with self.database.write() as session:
                batch = await decisions.decide_next(session, "T1", POLICY, now=self.now, limit=3)
            for one in batch.decided:
                self.seen.update(move.change for move in one.moves)
                self.seen["ending"] += len(one.ending)
            async with self.database.read() as session:
                if "T1" not in await due.workspaces_due(session, now=self.now):
                    return
        raise AssertionError("The job does not come to an end.")

    async def _checks(self) -> None:
        async with self.database.read() as session:
            for key in (ADA, OMAR):
                await self._check(session, key)

    async def _check(self, session: Session, key: MemberKey) -> None:
        facts, changes = await facts_of(session, key), await told(session, key)
        row = await session.get(due.AccessMember, (key.workspace_id, key.user_id))
        next_at = row.due_at if row else None
        last: dict[str, str] = {}
        for permission, change in changes:
            assert change in EXPECTED[last.get(permission, "")], (permission, changes)
            last[permission] = change
        rows = {
            row.permission_id: row for row in await grants.held_by(session, "T1", [key.user_id])
        }
        assert rows.keys() == {name for name, change in last.items() if change != "ended"}
        for permission in POLICY.permissions:
            answer = decide(POLICY, permission, facts, self.now)
            held = rows.get(permission)
            if answer.is_allowed:
                assert held is not None, permission
                assert (held.until, held.via) == (answer.until, answer.via)
            elif held is not None:
                # The clock was set back: the answer is no, and what was told stays.
                assert any(self.now < since for since in _beginnings(facts, permission)), answer
                self.seen["clock"] += 1
            for probe in PROBES:
                at = self.now + probe
                if decide(POLICY, permission, facts, at).is_allowed:
                    is_held = held is not None and at < held.until
                    assert is_held or (next_at and next_at <= at), (permission, at)
        self._check_plans(key, facts)
        await self._check_ledger(session, key, changes)

    def _check_plans(self, key: MemberKey, facts: Any) -> None:
        for one in facts.sandbox:
            assert (key, one.plan_id) not in self.over, one
        self.over |= {
            (key, plan)
            for plan in ("plan-1", "plan-2")
            if plan not in {one.plan_id for one in facts.sandbox}
        }

    async def _check_ledger(
        self, session: Session, key: MemberKey, changes: list[tuple[str, str]]
    ) -> None:
        rows = await session.execute(
            select(col(LedgerRow.act), func.count())
            .join(
                LedgerPerson,
                (col(LedgerPerson.workspace_id) == col(LedgerRow.workspace_id))
                & (col(LedgerPerson.number) == col(LedgerRow.number)),
            )
            .where(col(LedgerPerson.user_id) == key.user_id, col(LedgerPerson.place) == "about")
            .group_by(col(LedgerRow.act))
        )
        counted = {act: count for act, count in rows if act.startswith("access_")}
        expected = Counter(f"access_{change}" for _, change in changes if change != "changed")
        assert counted == expected


def _beginnings(facts: Any, permission: str) -> list[datetime]:
    found = [one.since for one in facts.sandbox if one.permission == permission]
    grant = facts.grants.get(permission)
    return [*found, *([grant.since] if grant else [])]


def play(
    examples: int, steps: int, *, folder: Path, template: Path, is_random: bool = False
) -> Counter[str]:
    """Run the machine; returns what happened. The same examples every time, unless `is_random`."""
    GrantMachine.seen.clear()
    GrantMachine.folder, GrantMachine.template = folder, template
    with asyncio.Runner() as runner:
        GrantMachine.runner = runner
        run_state_machine_as_test(
            GrantMachine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                derandomize=not is_random,
                suppress_health_check=list(HealthCheck),
            ),
        )
    return Counter(GrantMachine.seen)


def main() -> None:
    """Play the long form, with other examples each time, and print what happened."""
    with TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        asyncio.run(schema.upgrade(f"sqlite:///{template}"))
        sys.stdout.write(
            f"{play(200, 60, folder=Path(folder), template=template, is_random=True)}\n"
        )


if __name__ == "__main__":
    main()
