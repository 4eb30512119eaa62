"""Members who claim levels in Slack, with a ladder that has its verifiers, and what these decide."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app import REGISTRY, jobs_of
from bot.features.evidence import form_views as forms
from bot.features.evidence.service import RETURNED, TALK, tell_claimant
from bot.features.evidence.views import PROVE_PICK
from coaching.evidence import WAITING, LadderKey, Mark, criterion_key
from scheduler.clock import run_job
from storage.evidence import claim_rows, ladders, queue, verifier_moves
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review
from storage.evidence.verifier_moves import Taken
from tests.admin.boss import OWNER, switches
from tests.checkins.calendar import Season
from tests.stage import Person, elements_of

CODING = LadderKey("ai-coding")
ENGINEERING = LadderKey("role-families", "engineering")
VERIFIERS, STEWARD = ("kenji", "grace", "mei"), "priya"
WORDS = "It says nothing about invalid input."
FIELDS = {
    "link": (forms.LINK, "url_text_input"),
    "did": (forms.DID, "plain_text_input"),
    "ai_did": (forms.AI_DID, "plain_text_input"),
    "checked": (forms.CHECKED, "plain_text_input"),
}
PIECE = {
    "link": "https://git.example.com/pulls/482",
    "did": "Wrote the parser for the carrier's file.",
    "ai_did": "Drafted the tests.",
    "checked": "Ran them on last month's files.",
}


async def opens_ladder(season: Season, ladder: LadderKey = CODING) -> None:
    """The ladder has its three verifiers and a steward."""
    stage = season.stage
    workspace_id, now = stage.playground.workspace.id, season.calendar.now
    async with stage.database.write() as session:
        users = [stage.person(one).id for one in VERIFIERS]
        assert await ladders.name_verifiers(session, workspace_id, ladder, users, now=now) is None
        steward = stage.person(STEWARD).key
        assert await ladders.name_steward(session, steward, ladder, now=now) is None


async def switches_evidence(season: Season) -> None:
    """The owner flips the switch of evidence, and the jobs of the stage know it."""
    stage = season.stage
    await switches(stage.person(OWNER), "Evidence")
    deps = await stage.bot.coaching.coaches.of(stage.playground.workspace.id)
    stage.bot = replace(stage.bot, coaching=replace(stage.bot.coaching, deps=deps))


def offered(person: Person) -> list[str]:
    """Return the levels that the newest card offers."""
    return [
        option["text"]["text"]
        for block in person.card.blocks
        for element in elements_of(block)
        if element.get("action_id") == PROVE_PICK
        for option in element["options"]
    ]


async def sends_piece(person: Person, shows: tuple[int, ...] | None = None, **changes: str) -> None:
    """Fill in and send the open form of a piece; `shows` are the places of the ticks, all unless given."""
    values: Mapping[str, str] = PIECE | changes
    state: dict[str, Any] = {
        action: {action: {"type": kind, "value": values[name]}}
        for name, (action, kind) in FIELDS.items()
    }
    element = next(
        block["element"]
        for block in person.view.content["blocks"]
        if block.get("block_id") == forms.SHOWS
    )
    ticked = [one for at, one in enumerate(element["options"]) if shows is None or at in shows]
    state[forms.SHOWS] = {forms.SHOWS: {"type": "checkboxes", "selected_options": ticked}}
    await person.stage.playground.submit(person.id, person.view.id, state)
    await person.stage.settle()


async def sends_appeal(person: Person, words: str) -> None:
    """Fill in and send the open form of an appeal."""
    field = {"type": "plain_text_input", "value": words}
    await person.stage.playground.submit(
        person.id, person.view.id, {forms.WORDS: {forms.WORDS: field}}
    )
    await person.stage.settle()


async def adds_pieces(person: Person, level: str = "level 1", count: int = 2) -> None:
    """Add so many pieces for a level to the claim on the newest card."""
    for _ in range(count):
        await person.clicks(f"Add a piece for {level}")
        await sends_piece(person)


async def submits_coding(person: Person) -> None:
    """Claim level 1 of the coding ladder with two pieces."""
    await person.types("/rungs prove")
    await person.chooses("AI coding: level 1, Fluency")
    await person.clicks("Start this claim")
    await adds_pieces(person)
    await person.clicks("Submit it")


@dataclass
class Court:
    """The verifiers of a ladder, who act on the storage's own functions."""

    season: Season

    async def claim_of(self, person: Person) -> Claim:
        """Return the person's newest claim."""
        async with self.season.stage.database.read() as session:
            return (await claim_rows.of_member(session, person.key))[0]

    async def takes(self, verifier: str, claim: Claim) -> Review:
        key, now = self.season.stage.person(verifier).key, self.season.calendar.now
        async with self.season.stage.database.write() as session:
            taken = await verifier_moves.take(session, key, claim.id, now=now)
        assert isinstance(taken, Taken), taken
        return taken.review

    async def decides(
        self, claim: Claim, verifier: str = "kenji", *, shown: int | None = None, words: str = WORDS
    ) -> None:
        """Mark everything, as not shown above the level `shown`, and decide; ten minutes pass."""
        review = await self.takes(verifier, claim)
        key, now = self.season.stage.person(verifier).key, self.season.calendar.now
        async with self.season.stage.database.write() as session:
            for one in (await queue.dossier_in(session, claim)).criteria:
                is_shown = shown is None or one.level <= shown
                said = Mark("shown") if is_shown else Mark("not_shown", words)
                await verifier_moves.mark(
                    session, key, review.id, criterion_key(one), said, now=now
                )
            done = await verifier_moves.decide(session, key, review.id, words, now=now)
        assert isinstance(done, verifier_moves.Decided), done
        self.season.calendar.turn(hours=0.2)
        await self.runs("evidence_decisions")

    async def is_decided(self, person: Person, **how: Any) -> Claim:
        """Let verifiers decide on the person's claim until it is over, also where a second look was drawn."""
        for verifier in VERIFIERS:
            claim = await self.claim_of(person)
            if claim.status not in WAITING:
                break
            await self.decides(claim, verifier, **how)
        return await self.claim_of(person)

    async def returns(self, claim: Claim, verifier: str = "kenji", words: str = WORDS) -> None:
        review = await self.takes(verifier, claim)
        key, now = self.season.stage.person(verifier).key, self.season.calendar.now
        deps = self.season.stage.bot.deps
        async with self.season.stage.database.write() as session:
            done = await verifier_moves.return_with_words(session, key, review.id, words, now=now)
            assert isinstance(done, Claim), done
            await tell_claimant(session, deps, done, RETURNED)

    async def proposes_talk(self, claim: Claim, verifier: str = "kenji") -> None:
        review = await self.takes(verifier, claim)
        key, now = self.season.stage.person(verifier).key, self.season.calendar.now
        deps = self.season.stage.bot.deps
        async with self.season.stage.database.write() as session:
            done = await verifier_moves.propose_talk(session, key, review.id, now=now)
            assert isinstance(done, Claim), done
            await tell_claimant(session, deps, done, TALK)

    async def runs(self, name: str) -> None:
        """Run a job until nothing is left to do."""
        (job,) = (one for one in jobs_of(REGISTRY) if one.name == name)
        await run_job(job, self.season.stage.coach(REGISTRY.kinds))

    async def comes(self, person: Person) -> list[str]:
        """Move the clock a day at a time until a message with notices came; return the texts."""
        before = len(person.messages())
        for _ in range(6):
            self.season.calendar.turn(hours=24)
            await self.season.stage.run_jobs(REGISTRY.kinds)
            if len(person.messages()) > before:
                break
        return [one.text for one in person.messages()[before:]]
