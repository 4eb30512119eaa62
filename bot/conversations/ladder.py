"""Behaviors level by level, four choices for each: a level is held when all of it is, and all below it."""

from collections.abc import Sequence

from slack_sdk.models.views import View
from sqlalchemy.ext.asyncio import AsyncSession

from bot import steps
from bot.conversations.kind import Given
from bot.conversations.loaded import Loaded
from bot.delivery import Message
from bot.deps import Deps
from bot.ids import AnswerValue
from bot.origin import Click
from bot.views.ladder_card import ladder_card, missing_note
from bot.views.ladder_how import ladder_how_view
from bot.views.ladder_result import LadderShown, ladder_result_card
from coaching.asking import Card
from coaching.ladder import Ladder, ladder_standing
from storage import assessments
from storage.tables import Assessment


def card(deps: Deps, loaded: Loaded, card: Card, *, note: str | None = None) -> Message:
    """The behaviors of one level, with what was picked by now."""
    words, picked = loaded.words_as(Ladder), loaded.draft.answers
    return ladder_card(deps.render, loaded.state, words, card, picked=picked, note=note)


def given(loaded: Loaded, card: Card, click: Click) -> Given:
    """What the menus of the card hold; what was kept before counts where a menu holds nothing."""
    kept = {item: level for item, level in loaded.draft.answers.items() if item in card.items}
    values = (AnswerValue.parse(value) for value in click.picked.values())
    picked = {
        value.question_id: value.level
        for value in values
        if value and (value.assessment_id, value.revision) == (loaded.row.id, loaded.row.revision)
    }
    return Given({**kept, **picked})


def missing(deps: Deps, loaded: Loaded, items: Sequence[str]) -> str:
    """Which behaviors are still open."""
    words, upcoming = loaded.words_as(Ladder), loaded.next_card
    behaviors = words.level_of_card(upcoming).behaviors if upcoming else ()
    return missing_note(deps.render, behaviors, items)


async def finish(session: AsyncSession, deps: Deps, loaded: Loaded) -> None:
    """The level."""
    row = loaded.row
    level = ladder_standing(loaded.words_as(Ladder), loaded.answers).level
    await assessments.complete(session, row, now=deps.now(), level=level)


async def result(
    session: AsyncSession, deps: Deps, loaded: Loaded, *, note: str | None = None
) -> Message:
    """What the answers describe, the level, what the next one takes, and the step that came from it."""
    shown_now = _shown(loaded, await _earlier(session, loaded))
    step = steps.shown(loaded.step) if loaded.step else await steps.shown_for(session, loaded.row)
    return ladder_result_card(deps.render, shown_now, step, note=note)


async def explained(session: AsyncSession, deps: Deps, loaded: Loaded) -> View:
    """The answers at the level that decided, and the rule."""
    return await explained_at(session, deps, loaded, at=None)


async def explained_at(
    session: AsyncSession, deps: Deps, loaded: Loaded, *, at: int | None
) -> View:
    """The answers at one level, and the rule."""
    earlier = await _earlier(session, loaded)
    before = await assessments.answers(session, earlier) if earlier else {}
    return ladder_how_view(deps.render, _shown(loaded, earlier), at=at, before=before)


async def shown(_deps: Deps, _click: Click, _loaded: Loaded) -> None:
    """Nobody else hears of it."""


def _shown(loaded: Loaded, earlier: Assessment | None) -> LadderShown:
    words = loaded.words_as(Ladder)
    return LadderShown(
        assessment_id=loaded.row.id,
        words=words,
        answers=loaded.answers,
        standing=ladder_standing(words, loaded.answers),
        last_level=earlier.level if earlier else None,
    )


async def _earlier(session: AsyncSession, loaded: Loaded) -> Assessment | None:
    """The one before this, on the same ladder."""
    row = loaded.row
    return await assessments.latest(
        session, loaded.member, framework=row.framework, before=row.ended_at
    )
