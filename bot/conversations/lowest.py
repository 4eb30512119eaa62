"""Criteria with a description for each level, one click for each: the lowest of them is the level."""

from collections.abc import Sequence

from slack_sdk.models.views import View
from sqlalchemy.ext.asyncio import AsyncSession

from bot.agents import announcing, grading
from bot.conversations.kind import Given
from bot.conversations.loaded import Loaded
from bot.delivery import Message
from bot.deps import Deps
from bot.ids import AnswerValue
from bot.origin import Click
from bot.views.grade_how import grade_how_view
from bot.views.grade_result import graded_card, self_graded_card
from bot.views.grading_card import grading_card
from coaching.asking import Card
from coaching.lowest import Criteria, lowest_standing
from storage import assessments


def card(deps: Deps, loaded: Loaded, card: Card, *, note: str | None = None) -> Message:
    """One criterion with its descriptions; a click on one answers it."""
    criterion = loaded.words_as(Criteria).criterion(card.id)
    if criterion is None:
        raise LookupError(f"There is no criterion {card.id} in these words.")
    return grading_card(
        deps.render,
        loaded.state,
        criterion,
        is_agent=bool(loaded.row.subject),
        link=loaded.draft.notes.get(card.id),
        note=note,
    )


def given(loaded: Loaded, _card: Card, click: Click) -> Given:
    """The answer that was clicked, with the link that was added before."""
    value = AnswerValue.parse(click.value)
    if value is None:
        return Given({})
    link = loaded.draft.notes.get(value.question_id)
    return Given({value.question_id: value.level}, {value.question_id: link} if link else {})


def missing(deps: Deps, _loaded: Loaded, _items: Sequence[str]) -> str:
    """One click answers a whole card: only one that is not ours leaves something out."""
    return deps.render("slack/unknown_click")


async def finish(session: AsyncSession, deps: Deps, loaded: Loaded) -> None:
    """The level; about an agent it becomes a grade, while the agent is on its list."""
    level = lowest_standing(loaded.words_as(Criteria), loaded.answers).level
    await assessments.complete(session, loaded.row, now=deps.now(), level=level)
    if loaded.row.subject:
        await grading.keep(session, deps, loaded, level=level)


async def result(
    session: AsyncSession, deps: Deps, loaded: Loaded, *, note: str | None = None
) -> Message:
    """The level, what holds it back, and what to try next."""
    if loaded.row.subject:
        return graded_card(deps.render, await grading.outcome(session, deps, loaded), note=note)
    last = await _last(session, loaded)
    return self_graded_card(deps.render, grading.as_grade(loaded), last=last, note=note)


async def explained(_session: AsyncSession, deps: Deps, loaded: Loaded) -> View:
    """Every criterion with its answer, and the rule."""
    return grade_how_view(deps.render, grading.as_grade(loaded))


async def shown(deps: Deps, _click: Click, loaded: Loaded) -> None:
    """The channel of an agent reads who graded it."""
    if loaded.row.subject:
        await announcing.tell_graded(deps, loaded)


async def _last(session: AsyncSession, loaded: Loaded) -> str | None:
    """The level of the self-check before this one."""
    row = loaded.row
    before = await assessments.latest(
        session, loaded.member, framework=row.framework, family=row.family, before=row.ended_at
    )
    if before is None or before.level is None:
        return None
    return loaded.words_as(Criteria).name_of(before.level)
