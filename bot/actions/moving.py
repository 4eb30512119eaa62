"""Moving about in a conversation: back, finish later, continue, start over, another family."""

from dataclasses import dataclass

from bot import assessing, cards, planning
from bot.actions.unknown import unknown_click
from bot.cards import Loaded
from bot.deps import Deps
from bot.ids import CardValue
from bot.origin import Click
from bot.views.question_card import family_card
from bot.views.waiting_cards import saved_card
from coaching.asking import Words
from storage import assessments
from storage.assessments import ROLE_FAMILIES


@dataclass(frozen=True)
class Moved:
    """An open conversation that a click was meant for."""

    loaded: Loaded
    value: CardValue

    @property
    def is_fresh(self) -> bool:
        """Whether the button was drawn for the state as it is now."""
        return self.loaded.row.revision == self.value.revision


async def question_back(deps: Deps, click: Click) -> None:
    """Back to the card before; from the first question of a role family to the choice of the family."""
    moved = await _meant(deps, click)
    if moved is None:
        return
    row = moved.loaded.row
    leads_back = row.framework == ROLE_FAMILIES and not moved.loaded.answers
    if moved.is_fresh and leads_back and click.origin.channel and click.message_ts:
        families = cards.families_of(deps)
        card = family_card(deps.render, families, first=False)
        await deps.slack.update(click.origin.channel, click.message_ts, card)
        return
    if moved.is_fresh:
        async with deps.database.write() as session:
            await assessing.take_back(session, moved.loaded)
    await cards.show(deps, row.workspace_id, row.id)


async def finish_later(deps: Deps, click: Click) -> None:
    """Put the card to rest; the answers stay."""
    moved = await _meant(deps, click)
    if moved and click.origin.channel and click.message_ts:
        card = saved_card(deps.render, moved.loaded.state)
        await deps.slack.update(click.origin.channel, click.message_ts, card)


async def assessment_resumed(deps: Deps, click: Click) -> None:
    """Continue at the next unanswered card, in the message that was clicked."""
    moved = await _meant(deps, click, anywhere=True)
    if moved:
        row = moved.loaded.row
        await cards.adopt(deps, click, row)
        await cards.show(deps, row.workspace_id, row.id)


async def assessment_started_over(deps: Deps, click: Click) -> None:
    """Set the open one aside and begin again, in the role family that was offered if one was."""
    moved = await _meant(deps, click)
    if moved is None:
        return
    words = _words_again(deps, moved)
    async with deps.database.write() as session:
        begun = await assessing.start_over(session, deps, moved.loaded.row, words)
    await cards.adopt(deps, click, begun.row)
    await cards.show(deps, begun.row.workspace_id, begun.row.id)


def _words_again(deps: Deps, moved: Moved) -> Words:
    """Today's words, or those it began with when they have left the content."""
    kept = moved.loaded.words
    if kept.framework == ROLE_FAMILIES:
        family = deps.library.family(moved.value.extra or kept.family)
        return deps.library.questionnaire((family or cards.families_of(deps)[0]).id)
    return deps.library.words(kept.framework, kept.family) or kept


async def family_chosen(deps: Deps, click: Click) -> None:
    """Begin in the family that was clicked, on the card that was clicked."""
    family = deps.library.family(click.value)
    if family is None:
        await unknown_click(deps, click)
        return
    key, words = click.origin.key, deps.library.questionnaire(family.id)
    async with deps.database.write() as session:
        current = await cards.load_open(session, deps, key)
        if current is None:
            current = await assessing.begin(session, deps, key, words)
            await planning.after_opening(session, deps, key)
        elif _may_change_family(click, current, family.id):
            current = await assessing.start_over(session, deps, current.row, words)
    if current.row.card_ts is None:
        await cards.adopt(deps, click, current.row)
    elif await cards.turned_away(deps, click, current.row):
        return
    await cards.show(deps, key.workspace_id, current.row.id)


def _may_change_family(click: Click, current: Loaded, family_id: str) -> bool:
    """Nothing is lost by another family while no question is answered."""
    is_other = current.words.family != family_id
    return is_other and not current.answers and cards.is_current(click, current.row)


async def _meant(deps: Deps, click: Click, *, anywhere: bool = False) -> Moved | None:
    """The open conversation behind a click; everything else is answered here.

    With `anywhere` a message that is not the current card may be clicked too.
    """
    value = CardValue.parse(click.value)
    if value is None:
        await unknown_click(deps, click)
        return None
    key = click.origin.key
    async with deps.database.read() as session:
        row = await assessments.get(session, key.workspace_id, value.assessment_id)
        loaded = await cards.load(session, deps, row) if row else None
    takes_over = anywhere and row and row.state == "open" and row.user_id == key.user_id
    if not takes_over and await cards.turned_away(deps, click, row):
        return None
    if loaded is None or loaded.row.state != "open":
        await cards.show(deps, key.workspace_id, value.assessment_id)
        return None
    return Moved(loaded, value)
