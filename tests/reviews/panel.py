"""A workspace in which three people verify AI coding, one is its steward, and members have claims."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app import REGISTRY, jobs_of
from bot.features.reviews.review_views import WORDS_FIELD
from bot.features.verifiers.views import CHANGE, NAMED, PEOPLE, STEWARD
from coaching.evidence import LadderKey, PieceFacts
from coaching.members import MemberKey
from coaching.verifiers import is_second_look_drawn
from content.evidence import claim_ladder
from scheduler.clock import run_job
from storage import members, workspace_settings
from storage.database.rows import new_id
from storage.evidence import claim_rows, claims, ladders, verified
from storage.evidence.claim_rows import Claim
from storage.evidence.decisions import EvidenceKey
from storage.evidence.looks import Review
from storage.workspace_settings import CAPABILITIES
from tests.admin.boss import ADMIN
from tests.admin_forms import opens, sends
from tests.checkins.calendar import Calendar, working_year
from tests.stage import Person, Stage, built_in, elements_of, shown, staged

CODING = LadderKey("ai-coding")
VERIFIERS = ("kenji", "mei", "sofia")
STEWARD_OF_CODING = "omar"
JOBS = ("review_requests", "evidence_decisions", "evidence_ends", "tick", "send")
LINK = "https://example.com/pull/12"


@dataclass
class Panel:
    """The workspace with its clock."""

    stage: Stage
    calendar: Calendar

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    async def can_verify(self) -> set[str]:
        """The handles of those who can verify coding now."""
        workspace = self.stage.playground.workspace
        async with self.stage.database.read() as session:
            found = await ladders.verifiers_of(session, workspace.id, CODING, now=self.calendar.now)
        return {workspace.people[one.user_id].handle for one in found}

    async def submitted(self, handle: str = "ada", level: int = 1) -> Claim:
        """A claim of this person for a level of coding, handed over."""
        return await self.submitted_by(self.person(handle).key, level)

    async def submitted_by(
        self, key: MemberKey, level: int, *, words: str = "Wrote <it>.", pieces: int = 2
    ) -> Claim:
        """A claim of any member for a level of coding, handed over, with these words in each field."""
        now = self.calendar.now
        ladder = claim_ladder(built_in(), CODING)
        assert ladder is not None
        async with self.stage.database.write() as session:
            claim = await claims.open_draft(
                session, key, CODING, level, ladder.criteria_up_to(level), now=now
            )
            assert isinstance(claim, Claim), claim
            for one in claim.covered:
                shows = tuple(each.id for each in claim.to_show if each.level == one)
                for _ in range(pieces):
                    facts = PieceFacts(one, LINK, words, words, words, shows)
                    await claims.save_piece(session, key, claim.id, facts, now=now)
            done = await claims.submit(session, key, claim.id, now=now)
        assert isinstance(done, Claim), done
        return done

    async def claim(self, claim: Claim) -> Claim:
        """The claim as it is now."""
        async with self.stage.database.read() as session:
            found = await claim_rows.one(session, claim.workspace_id, claim.id)
        assert found is not None
        return found

    async def levels(self, handle: str = "ada") -> list[int]:
        """The verified levels of this person."""
        async with self.stage.database.read() as session:
            found = await verified.levels_of(session, self.person(handle).key, self.calendar.now)
        return [one.level for one in found]

    async def runs(self, **later: float) -> None:
        """Move the clock, and run the jobs until nothing is due."""
        self.calendar.now += timedelta(**later)
        jobs = {job.name: job for job in jobs_of(REGISTRY)}
        kinds = self.stage.bot.deps.features.kinds
        work = replace(self.stage.coach(kinds), coaches=self.stage.bot.coaching.coaches)
        for name in JOBS:
            await run_job(jobs[name], work)
        await self.stage.settle()

    async def passes(self, *, days: int) -> None:
        """Days pass, in steps that come to everybody's working hours."""
        await self.runs()
        for _ in range(4 * days):
            await self.runs(hours=6)

    async def takes(self, handle: str) -> Person:
        """This person opens their reviews, and takes the first claim or goes on with it."""
        person = self.person(handle)
        await person.types("/rungs reviews")
        label = "Go on" if "yours until" in person.reads() else "Take it"
        await person.clicks(label)
        return person

    async def marks(self, person: Person, *verdicts: str, words: str = "No test.") -> None:
        """They mark the next criteria in the open window; "Shown" for all where none is given."""
        wanted = list(verdicts)
        while "is this shown?" in person.view_text:
            verdict = wanted.pop(0) if wanted else "Shown"
            await person.clicks_in_view(verdict)
            if verdict == "Not shown":
                await sends(person, **{WORDS_FIELD: words})
            if verdicts and not wanted:
                return

    async def decides(self, handle: str, *verdicts: str, words: str | None = "I see.") -> Person:
        """This person takes the next claim, marks it, and decides; the rest of the criteria are shown."""
        person = await self.takes(handle)
        await self.marks(person, *verdicts)
        if verdicts:
            await self.marks(person)
        await person.clicks_in_view("Decide")
        await sends(person, **{WORDS_FIELD: words})
        return person

    async def closes_look(self, *, by: str) -> None:
        """The ten minutes pass; where a second look was drawn, this person makes it and agrees."""
        await self.runs(minutes=10)
        if "second" in [one.needs for one in await self.waiting()]:
            await self.decides(by)
            await self.runs(minutes=10)

    async def draws(self, claim: Claim, *, second: bool) -> None:
        """Let the workspace have a key by which this claim gets a second look, or gets none."""
        keys = (f"{number:064x}" for number in range(10_000))
        key = next(
            one
            for one in keys
            if is_second_look_drawn(bytes.fromhex(one), claim.id, 1) == second
            and not is_second_look_drawn(bytes.fromhex(one), claim.id, 2)
        )
        async with self.stage.database.write() as session:
            await session.merge(EvidenceKey(workspace_id=claim.workspace_id, key=key))

    async def compared(self, pairs: Sequence[tuple[bool, bool]]) -> None:
        """The rows of earlier claims, in each of which two looks decided whether level 1 is shown."""
        now, member = self.calendar.now, replace(self.person("kenji").key, user_id="U0EARLIER")
        async with self.stage.database.write() as session:
            await members.ensure(session, member, now=now)
            for pair in pairs:
                claim = Claim(
                    workspace_id=member.workspace_id, round=1, id=new_id(), user_id=member.user_id,
                    framework=CODING.framework, family="", level=1, from_level=1, is_renewal=False,
                    state="declined", criteria="[]", opened_at=now,
                )  # fmt: skip
                session.add(claim)
                await session.flush()
                for look, by, is_shown in zip(("first", "second"), VERIFIERS, pair, strict=False):
                    review = Review(
                        workspace_id=member.workspace_id, round=1, id=new_id(), claim_id=claim.id,
                        look=look, state="decided", verifier=self.person(by).id, taken_at=now,
                        held_until=now, decided_at=now, level=int(is_shown),
                    )  # fmt: skip
                    session.add(review)

    def heard(self, handle: str) -> str:
        """What Rungs wrote to this person by itself about reviews."""
        texts = (shown(message) for message in self.person(handle).messages())
        return "\n".join(text for text in texts if "Open reviews" in text)

    async def waiting(self) -> list[Claim]:
        """The claims that wait for somebody."""
        async with self.stage.database.read() as session:
            rows = await session.scalars(select(Claim).where(col(Claim.needs) != ""))
            return list(rows)

    async def withdraws(self, claim: Claim) -> None:
        """The member withdraws a claim."""
        async with self.stage.database.write() as session:
            await claims.withdraw(session, claim.key, claim.id, now=self.calendar.now)

    async def appeals(self, claim: Claim, words: str = "The second piece shows it.") -> None:
        """The member appeals what was decided on a claim."""
        async with self.stage.database.write() as session:
            done = await claims.appeal(session, claim.key, claim.id, words, now=self.calendar.now)
        assert isinstance(done, Claim), done

    async def clicks_nth(self, person: Person, at: int) -> None:
        """Click a button of the open window by its place."""
        view, places = person.view, []
        for block in view.blocks:
            places += [(block, one) for one in elements_of(block) if one["type"] == "button"]
        block, element = places[at]
        container = {"type": "view", "view_id": view.id}
        await self.stage.playground.act(
            person.id, container, block["block_id"], element["action_id"]
        )
        await self.stage.settle()

    async def accepted(self, handle: str = "ada", level: int = 1) -> Claim:
        """A claim that was accepted, by a second look too where one was drawn."""
        claim = await self.submitted(handle, level)
        for verifier in VERIFIERS:
            await self.decides(verifier)
            await self.runs(minutes=10)
            if (await self.claim(claim)).state == "accepted":
                return claim
        raise AssertionError("Two looks that agree were not enough.")


def buttons_in_view(person: Person) -> list[str]:
    """The labels of the buttons in the open window."""
    return [
        element["text"]["text"]
        for block in person.view.blocks
        for element in elements_of(block)
        if element["type"] == "button"
    ]


async def names(
    panel: Panel, *handles: str, steward: str | None = STEWARD_OF_CODING, **fields: Any
) -> None:
    """An admin names who decides on coding."""
    noah = panel.person(ADMIN)
    await opens_ladder(panel)
    chosen = {NAMED: [panel.person(handle).id for handle in handles]}
    await sends(noah, **chosen, **{STEWARD: steward and panel.person(steward).id}, **fields)


async def opens_ladder(panel: Panel, ladder: str = "ai-coding:") -> None:
    """An admin opens the form of a ladder."""
    noah = panel.person(ADMIN)
    await opens(noah, PEOPLE)
    view = noah.view
    for block in view.blocks:
        element = block.get("accessory") or {}
        if element.get("action_id") == CHANGE and element["value"] == ladder:
            container = {"type": "view", "view_id": view.id}
            await panel.stage.playground.act(noah.id, container, block["block_id"], CHANGE)
            await panel.stage.settle()
            return
    raise AssertionError(noah.view_text)


@asynccontextmanager
async def panel_of(url: str) -> AsyncIterator[Panel]:
    """A workspace in which evidence is on for AI coding."""
    async with (
        working_year() as (slack, calendar),
        staged(url, playground=slack, now=calendar) as stage,
    ):
        panel = Panel(stage, calendar)
        await begin(panel)
        yield panel


async def begin(panel: Panel) -> None:
    """Store what an admin sets with `names` and by switching evidence on."""
    admin, now = panel.person(ADMIN).key, panel.calendar.now
    steward = panel.person(STEWARD_OF_CODING).key
    users = [panel.person(handle).id for handle in VERIFIERS]
    async with panel.stage.database.write() as session:
        await ladders.name_verifiers(session, admin.workspace_id, CODING, users, now=now)
        assert await ladders.name_steward(session, steward, CODING, now=now) is None
        await workspace_settings.change(
            session,
            admin.workspace_id,
            CAPABILITIES,
            ("evidence",),
            by=admin,
            place="form",
            now=now,
        )
    panel.stage.bot.deps.settings_changed()
