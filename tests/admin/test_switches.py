"""An optional capability: off it is nowhere, on it is everywhere, and it says what it still needs."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from slack_sdk.models.blocks import Block

from bot.deps import Deps
from bot.feature import Call, Command, Feature, FeatureJob, Switch, asking_for
from bot.features import FEATURES
from bot.features.admin import parts
from bot.registry import Registry
from bot.slack.api import Message
from bot.slack.blocks import button, notice, paragraph, row
from bot.slack.payloads import Click
from bot.slack.replies import Reply
from coaching.phrases import Phrase
from scheduler.clock import job_of, run_job
from storage import workspaces
from storage.database import Session
from tests.admin.boss import OWNER, flipped, opens, sends, switches
from tests.scheduler.notes import Notes, note_to, put_in, row_of
from tests.stage import Person, Stage, built_in, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 17, 10, 30, tzinfo=UTC)
OFF = "have switched this off"


@dataclass
class Quotes:
    """A capability with something of everything; `lacks` is what it still needs."""

    lacks: list[str] = field(default_factory=list)
    scopes: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)

    @property
    def feature(self) -> Feature:
        command = Command("quote", "", "A line to start with", self.quote, button="quote_asked")
        job = FeatureJob("quotes", 60, "Counts quotes.", self.job, self.due)
        return Feature(
            "quotes",
            commands=(command,),
            intents=(asking_for("quote-please", command),),
            clicks={"quote_asked": self.asked},
            outgoing=tuple(self.notes.kinds.values()),
            jobs=(job,),
            switch=Switch("Quotes", "A line to start the day with.", self.needs, self.scopes),
        )

    async def quote(self, deps: Deps, call: Call) -> None:
        blocks: list[Block] = [paragraph("Begin."), row(button("Another", action="quote_asked"))]
        await Reply(deps, call.request).privately(Message("Begin.", blocks))

    async def asked(self, deps: Deps, click: Click) -> None:
        await Reply(deps, click.request).privately(notice("Go on."))

    async def needs(self, _session: Session, _deps: Deps) -> Sequence[str]:
        return self.lacks

    async def job(self, deps: Deps) -> bool:
        self.ran.append(deps.identity.workspace_id)
        return False

    async def due(self, session: Session, *, now: datetime) -> Sequence[str]:
        return await workspaces.ids(session)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quotes() -> Quotes:
    return Quotes()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def long_stage(long_url: str, quotes: Quotes) -> AsyncIterator[Stage]:
    """A bot with one optional capability."""
    book = built_in().phrasebook
    said = replace(book, phrases=(*book.phrases, Phrase("quote-please", "give me a quote")))
    library = replace(built_in(), phrasebook=said)
    features = Registry((*FEATURES, quotes.feature))
    async with staged(long_url, library=library, features=features, now=lambda: NOW) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def priya(long_stage: Stage, quotes: Quotes) -> Person:
    quotes.lacks.clear()
    quotes.scopes.clear()
    return long_stage.person(OWNER)


async def runs_job(stage: Stage, quotes: Quotes) -> bool:
    """Run the job of the capability; return whether it did anything in the workspace."""
    before = len(quotes.ran)
    (job,) = quotes.feature.jobs
    context = stage.coach({})
    context = replace(context, coaches=stage.bot.coaching.coaches)
    await run_job(job_of(job), context)
    return len(quotes.ran) > before


async def fate_of_note(stage: Stage, person: Person, quotes: Quotes) -> tuple[str, str | None]:
    """Queue a message of the capability, let it come due, and return its state and the reason."""
    (note,) = await put_in(stage, [note_to(stage, person.id, at=NOW)])
    deps = await stage.bot.coaching.coaches.of(person.key.workspace_id)
    assert deps
    stage.bot = replace(stage.bot, coaching=replace(stage.bot.coaching, deps=deps))
    await stage.run_jobs(quotes.notes.kinds)
    row = await row_of(stage, note)
    return row.state, row.reason


async def test_off_it_is_nowhere(
    long_stage: Stage, priya: Person, newcomer: Person, quotes: Quotes
) -> None:
    await newcomer.types("/rungs help")
    assert "quote" not in newcomer.reads()
    await newcomer.types("/rungs quote")
    assert "Rungs doesn't know `quote`" in newcomer.reads()
    await newcomer.types("/rungs quot")
    assert "Did you mean" not in newcomer.reads()
    await newcomer.types("give me a quote")
    assert "Rungs didn't understand that" in newcomer.reads()
    assert await fate_of_note(long_stage, newcomer, quotes) == ("skipped", "switched_off")
    assert not await runs_job(long_stage, quotes)
    await priya.types("admin")
    assert "Quotes" not in priya.reads()


async def test_on_it_is_everywhere_at_once_and_off_again(
    long_stage: Stage, priya: Person, newcomer: Person, quotes: Quotes
) -> None:
    await opens(priya)
    assert "*Quotes.* A line to start the day with." in priya.view_text
    await sends(priya, flipped(priya, "Quotes"))
    assert "Saved. Now on: Quotes." in priya.reads()
    await newcomer.types("/rungs help")
    assert "`/rungs quote`  A line to start with" in newcomer.reads()
    await newcomer.types("give me a quote")
    assert "Begin." in newcomer.reads()
    card = newcomer.card
    await newcomer.types("/rungs quot")
    assert "Did you mean `/rungs quote`?" in newcomer.reads()
    await newcomer.clicks("Another", on=card)
    assert "Go on." in newcomer.reads()
    assert (await fate_of_note(long_stage, newcomer, quotes))[0] == "sent"
    assert await runs_job(long_stage, quotes)
    await priya.types("admin")
    assert "Switched on as well: Quotes." in priya.reads()
    await switches(priya, "Quotes")
    assert "Saved. Now off: Quotes." in priya.reads()
    await newcomer.clicks("Another", on=card)
    assert OFF in newcomer.reads()
    await priya.types("/rungs admin log")
    assert f"<@{priya.id}> switched off Quotes." in priya.reads()
    assert f"<@{priya.id}> switched on Quotes." in priya.reads()


async def test_it_says_what_it_needs_and_stays_off_until_then(
    priya: Person, quotes: Quotes
) -> None:
    await opens(priya)
    state = flipped(priya, "Quotes")
    quotes.lacks.append("A folder with quotes & sources.")
    await sends(priya, state)
    assert "*Quotes* is still off. Before it can be on:" in priya.reads()
    assert "• A folder with quotes &amp; sources." in priya.reads()
    await opens(priya)
    assert "A folder with quotes &amp; sources." in priya.view_text
    options: list[Any] = [
        one
        for block in priya.view.blocks
        for one in (block.get("element") or {}).get("options", [])
    ]
    assert "Quotes" not in [one["text"]["text"] for one in options]
    await priya.closes()


async def test_a_permission_that_is_missing_is_named_with_its_reason(
    long_stage: Stage, priya: Person, quotes: Quotes
) -> None:
    quotes.scopes.update({"chat:write": "It posts.", "calls:read": "It finds calls."})
    await opens(priya)
    assert "The permission `calls:read`. It finds calls. Add it to the app's manifest" in (
        priya.view_text
    )
    assert "`chat:write`" not in priya.view_text
    await priya.closes()
    deps = replace(long_stage.bot.deps, install_url="https://rungs.example/slack/install")
    view = await parts.form(deps, carried="")
    link = "<https://rungs.example/slack/install?with=calls:read|Install Rungs again with it>"
    assert link in str(view.to_dict())
