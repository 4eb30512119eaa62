"""What a member says while a plan runs: a line a week, and how they see it halfway."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.features.sandbox.forms import FormState, kept_words, text_field, to_send
from bot.features.sandbox.plan_views import TRY_SENTENCE, TRY_STOP, week_row
from bot.features.sandbox.views import TRY_OVERVIEW, TRY_PLAN, title_of
from bot.slack.api import Message
from bot.slack.blocks import button, modal, paragraph, row
from coaching.safe_text import Render
from storage.sandbox.notes import Note
from storage.sandbox.plan_rows import Plan

WEEK_VIEW, HALFWAY_VIEW = "try_week_view", "try_halfway_view"
WEEK_TITLE, HALFWAY_TITLE = "This week", "Halfway"
WORDS = "try_words"


def week_card(render: Render, plan: Plan, week: int) -> Message:
    """Return the question that comes once a week while a plan runs."""
    text = render("sandbox/week_asked", plan=title_of(render, plan), week=week)
    stop = button("Stop now", action=TRY_STOP, value=plan.id, style="danger")
    see = button("Open the plan", action=TRY_PLAN, value=plan.id)
    return Message(text, [paragraph(text), week_row(plan.id, week), row(see, stop)])


def week_said_card(render: Render, plan: Plan, said: Note) -> Message:
    """Return what was stored of a week, with a button for a sentence."""
    text = render(
        "sandbox/week_said", week=said.week, happened=said.happened, words=said.words or None
    )
    add = button(
        "Change the sentence" if said.words else "Add a sentence",
        action=TRY_SENTENCE,
        value=f"{plan.id}|{said.week}|{said.happened}",
        style=None if said.words else "primary",
    )
    is_trouble = said.happened == "trouble"
    stop = button("Stop now", action=TRY_STOP, value=plan.id, style="danger")
    see = button("Open the plan", action=TRY_PLAN, value=plan.id)
    return Message(text, [paragraph(text), row(add, see, stop if is_trouble else None)])


def week_form(render: Render, state: FormState, filled: str) -> View:
    """Return the form of a sentence about a week."""
    blocks: list[Block] = [
        paragraph(render("sandbox/week_form", week=state.week)),
        text_field("What happened", WORDS, filled),
    ]
    return to_send(modal(WEEK_TITLE, blocks, callback=WEEK_VIEW), state, "Save")


def halfway_form(render: Render, state: FormState, plan: Plan, filled: str) -> View:
    """Return the form of the look halfway."""
    blocks: list[Block] = [
        paragraph(render("sandbox/halfway_form", plan=title_of(render, plan))),
        text_field("How I see it so far", WORDS, filled),
    ]
    return to_send(modal(HALFWAY_TITLE, blocks, callback=HALFWAY_VIEW), state, "Send")


def not_saved(render: Render, text: str, words: Sequence[str], *, leave: str) -> Message:
    """Return why something wasn't stored, with what was written; `leave` is the plan to go back to or ""."""
    back = button("Open the plan", action=TRY_PLAN, value=leave)
    every = button("All my plans", action=TRY_OVERVIEW)
    return Message(
        text, [paragraph(text), *kept_words(render, words), row(back if leave else every)]
    )
