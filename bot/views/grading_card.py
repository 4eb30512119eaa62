"""One criterion of a grading: its question, what each level of it looks like, and room for a link."""

from string import ascii_uppercase

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.ids import AnswerValue
from bot.views.bricks import button, row
from bot.views.card_state import CardState
from bot.views.page import Page
from coaching.lowest import NOT_TRIED, Criteria, Criterion
from content.message_catalog import Render, escape


def grading_card(
    render: Render,
    state: CardState,
    criterion: Criterion,
    *,
    is_agent: bool,
    link: str | None = None,
    note: str | None = None,
) -> Message:
    """The descriptions with letters, lowest first and without level numbers; one click answers."""
    words = state.words
    place = [card.id for card in words.cards].index(criterion.id) + 1
    page = Page(render)
    page.title(f"{state.title} · {place} of {state.total}")
    if place == 1:
        page.small(_opening(render, is_agent=is_agent))
    page.tell(f"*{escape(criterion.name)}.* {escape(criterion.question)}")
    lettered = zip(ascii_uppercase, criterion.levels, strict=False)
    page.tell(*[f"*{letter}.* {escape(one.describes)}" for letter, one in lettered], between="\n\n")
    if link:
        page.tell(render("agents/link_kept", link=link))
    if note:
        page.tell(note)
    page.show(
        _answers(state, criterion, makes_grade=is_agent and state.answered == state.total - 1),
        _leave(state, criterion, link, leads_back=place > 1),
    )
    return page.message()


def _opening(render: Render, *, is_agent: bool) -> str:
    if not is_agent:
        return f"{render('assessments/criteria_promise')}\n{render('assessments/moves')}"
    return f"{render('agents/grading_promise')}\n{render('agents/grading_moves')}"


def _answers(state: CardState, criterion: Criterion, *, makes_grade: bool) -> Block:
    # The last click on an agent makes a grade, so it is looked at more closely.
    action = ids.GRADE if makes_grade else ids.ANSWER

    def value(level: float) -> str:
        return str(AnswerValue(state.assessment_id, state.revision, criterion.id, level))

    lettered = [
        button(
            letter,
            action=f"{action}{letter}",
            value=value(one.level),
            spoken=f"{letter}: {one.describes}",
        )
        for letter, one in zip(ascii_uppercase, criterion.levels, strict=False)
    ]
    words = state.words
    label = words.not_tried if isinstance(words, Criteria) else ""
    not_tried = button(label, action=f"{action}none", value=value(NOT_TRIED))
    return row(*lettered, not_tried, name="answers")


def _leave(state: CardState, criterion: Criterion, link: str | None, *, leads_back: bool) -> Block:
    back = button("Back", action=ids.BACK, value=state.value())
    add = button(
        "Change the link" if link else "Add a link",
        action=ids.GRADE_LINK,
        value=state.value(criterion.id),
    )
    return row(
        add,
        back if leads_back else None,
        button("Finish later", action=ids.LATER, value=state.value()),
        name="leave",
    )
