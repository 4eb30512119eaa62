"""How a result by the lowest criterion came about: every criterion with its answer, and the rule."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import ids
from bot.views.agent_shown import GradeShown
from bot.views.bricks import fine_print, line, paragraph
from bot.views.windows import modal
from coaching.lowest import NOT_TRIED
from content.message_catalog import Render, escape


def grade_how_view(render: Render, grade: GradeShown) -> View:
    """The window behind "How this came about"."""
    blocks: list[Block] = []
    for place, criterion in enumerate(grade.words.criteria, start=1):
        reached = criterion.at(grade.answers.get(criterion.id, NOT_TRIED))
        told = reached.describes if reached else grade.words.not_tried
        sign = grade.words.level(reached.level) if reached else None
        blocks.append(paragraph(f"*{place}. {escape(criterion.question)}*\n{escape(told)}"))
        blocks.append(fine_print(escape(sign.sign if sign else grade.words.before.name)))
    blocks += [line(), paragraph(render("agents/rule", not_tried=grade.words.not_tried))]
    return modal("How this came about", blocks, callback=ids.HOW_VIEW)
