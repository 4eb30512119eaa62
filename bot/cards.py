"""The card of a self-check: which message it is, and bringing it up to what the database says."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import Message
from bot.deps import Deps
from bot.origin import Click, Origin
from bot.replies import Reply, own_channel, post_key
from bot.steps import shown_for
from bot.views.notices import notice
from bot.views.question_card import CardState, moved_card, question_card
from bot.views.result_card import ResultShown, result_card
from bot.views.tip_card import StepShown
from coaching.people import MemberKey
from coaching.questionnaire import Questionnaire
from coaching.tiers import standing
from content.model import Family
from storage import assessments, members
from storage.tables import Assessment

OVERTAKEN_AFTER = 0.25
"""Seconds after which an update may have been overtaken by a later one."""


@dataclass(frozen=True)
class Loaded:
    """One assessment with its words and the answers so far."""

    row: Assessment
    words: Questionnaire
    answers: dict[str, float]

    @property
    def state(self) -> CardState:
        return CardState(self.row.id, self.row.revision, self.words, len(self.answers))


async def words_of(session: AsyncSession, deps: Deps, row: Assessment) -> Questionnaire:
    """The words of an assessment as they were when it began."""
    known = deps.words.get(row.wording_digest)
    return known or deps.words.keep(await assessments.words(session, row))


async def load(session: AsyncSession, deps: Deps, row: Assessment) -> Loaded:
    """The assessment with its words and answers."""
    words = await words_of(session, deps, row)
    # Every answer makes one more revision, so at revision 0 there are none to read.
    answers = await assessments.answers(session, row) if row.revision else {}
    return Loaded(row, words, answers)


async def load_open(session: AsyncSession, deps: Deps, key: MemberKey) -> Loaded | None:
    """The member's open self-check, if there is one."""
    row = await assessments.open_one(session, key)
    return await load(session, deps, row) if row else None


async def result_of(session: AsyncSession, loaded: Loaded) -> ResultShown:
    """The finished assessment with the tier of the one before it."""
    row = loaded.row
    before = await assessments.latest(
        session,
        MemberKey(row.workspace_id, row.user_id),
        family=row.family,
        before=row.ended_at,
    )
    return ResultShown(
        assessment_id=row.id,
        words=loaded.words,
        answers=loaded.answers,
        standing=standing(loaded.answers),
        last_tier=before.tier if before else None,
    )


async def draw(
    session: AsyncSession, deps: Deps, loaded: Loaded, *, note: str | None = None
) -> Message:
    """The card as the database says it is."""
    question = loaded.words.next_question(set(loaded.answers))
    if loaded.row.state == "open" and question:
        return question_card(deps.say, loaded.state, question)
    if loaded.row.state == "completed":
        result = await result_of(session, loaded)
        step: StepShown | None = await shown_for(session, loaded.row)
        return result_card(deps.say, result, step, note=note)
    return notice(deps.say("ended_card"))


async def tell(deps: Deps, row: Assessment, message: Message) -> None:
    """Show on the card what was just written.

    Only a click on what is shown leads further, so nothing overtakes an update that goes through at once;
    after a slow one we look.
    """
    started = time.monotonic()
    await deps.slack.update(str(row.card_channel), str(row.card_ts), message)
    if time.monotonic() - started > OVERTAKEN_AFTER:
        await show(deps, row.workspace_id, row.id, told=(row.id, row.revision))


async def show(
    deps: Deps, workspace_id: str, assessment_id: str, *, told: tuple[str, int] | None = None
) -> None:
    """Bring the member's card up to what the database says; `told` is what it shows by now.

    Safe to run twice and at once: when the state moved on while Slack was told, it is told again.
    """
    while True:
        async with deps.database.read() as session:
            row = await assessments.get(session, workspace_id, assessment_id)
            if row is None or row.card_ts is None or row.card_channel is None:
                return
            row = await _now_on_the_card(session, row)
            if (row.id, row.revision) == told:
                return
            loaded = await load(session, deps, row)
            message = await draw(session, deps, loaded)
        await deps.slack.update(str(row.card_channel), str(row.card_ts), message)
        told = (row.id, row.revision)


async def _now_on_the_card(session: AsyncSession, row: Assessment) -> Assessment:
    """The assessment that this one's card shows by now: who starts over goes on in the same message."""
    if row.state != "abandoned":
        return row
    key = MemberKey(row.workspace_id, row.user_id)
    later = [await assessments.open_one(session, key), *await assessments.history(session, key)]
    return next((other for other in later if other and other.card_ts == row.card_ts), row)


@dataclass(frozen=True)
class Announced:
    """A card that is about to be posted: its key, and where the one before it stands."""

    row: Assessment
    key: str
    old: tuple[str | None, str | None] = (None, None)


def card_key(origin: Origin) -> str:
    """The name of the card that this act of a member leads to."""
    return post_key(origin.once, "card")


async def announce(session: AsyncSession, origin: Origin, row: Assessment) -> Announced:
    """Say in the database that this act leads to a new card."""
    # Looked at again under its lock: another process may announce a card at the same moment.
    row = await assessments.get(session, row.workspace_id, row.id, lock=True) or row
    announced = Announced(row, card_key(origin), (row.card_channel, row.card_ts))
    await assessments.claim_card(session, row, announced.key)
    return announced


async def place(
    deps: Deps, origin: Origin, announced: Announced, message: Message, *, known: str | None
) -> str:
    """Post the announced card and point the one before to it; returns the channel.

    `known` is the member's conversation with us, as far as the database knows it.
    """
    row, old = announced.row, [announced.old]
    channel = own_channel(origin) or known or await deps.slack.open_dm(row.user_id)
    posted = await deps.slack.post(channel, message, key=announced.key)
    async with deps.database.write() as session:
        # The member before the assessment, as everywhere: two transactions then never wait for each other.
        if channel != known:
            await members.remember_channel(session, origin.key, channel)
        is_pinned = await assessments.pin_card(session, row, channel=posted.channel, ts=posted.ts)
    if not is_pinned:
        # Another card was announced meanwhile, by another process: that one is the current one.
        old.append((posted.channel, posted.ts))
    for where, ts in old:
        if where and ts:
            await deps.slack.update(where, ts, moved_card(deps.say, None))
    return posted.channel


async def adopt(deps: Deps, click: Click, row: Assessment) -> None:
    """Make the clicked message the card; the one before becomes a pointer to it."""
    if not (click.origin.channel and click.message_ts):
        return
    old = (row.card_channel, row.card_ts)
    here = (click.origin.channel, click.message_ts)
    if old == here:
        return
    async with deps.database.write() as session:
        await assessments.pin_card(session, row, channel=here[0], ts=here[1])
    if old[0] and old[1]:
        await deps.slack.update(old[0], old[1], moved_card(deps.say, None))


def is_current(click: Click, row: Assessment) -> bool:
    """Whether the click came from the card; a card that was never pinned may be any message."""
    return row.card_ts is None or click.message_ts == row.card_ts


async def turned_away(deps: Deps, click: Click, row: Assessment | None) -> bool:
    """Answer clicks on cards that are gone, somebody else's, ended or old; True when one was."""
    if row is None:
        await Reply(deps, click.origin).instead(notice(deps.say("gone_card")))
        return True
    if row.user_id != click.origin.key.user_id:
        await Reply(deps, click.origin).privately(notice(deps.say("not_yours")))
        return True
    if is_current(click, row):
        return False
    async with deps.database.read() as session:
        current = await load_open(session, deps, click.origin.key)
    old_card = moved_card(deps.say, current.state if current else None)
    if row.state != "open" and current is None:
        old_card = notice(deps.say("ended_card"))
    await Reply(deps, click.origin).instead(old_card)
    return True


def families_of(deps: Deps) -> Sequence[Family]:
    """The role families in their order."""
    return tuple(deps.library.families.values())
