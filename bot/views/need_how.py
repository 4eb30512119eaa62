"""How the level of a project came about: every question with its answers, and the rule."""

from collections.abc import Mapping

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import bullets, fine_print, line, paragraph
from bot.views.windows import modal
from coaching.lowest import Criteria
from coaching.needs import TICKED, NeedQuestion, Needs
from content.message_catalog import Render, escape


def need_how_view(
    render: Render, words: Needs, answers: Mapping[str, float], *, ladder: Criteria | None
) -> View:
    """The window behind "How this came about"."""
    blocks: list[Block] = []
    for place, question in enumerate(words.questions, start=1):
        lines = _ticked(question, answers, ladder) or [escape(words.none_label)]
        told = "\n".join(bullets(lines))
        blocks.append(paragraph(f"*{place}. {escape(question.text)}*\n{told}"))
    blocks += [
        line(),
        paragraph(render("required_level/rule")),
        fine_print(render("required_level/footer")),
    ]
    return modal("How this came about", blocks, callback=ids.HOW_VIEW)


def _ticked(
    question: NeedQuestion, answers: Mapping[str, float], ladder: Criteria | None
) -> list[str]:
    """The answers of one question with the level that each takes."""
    return [
        f"{escape(need.text)} ({escape(ladder.name_of(need.level)) if ladder else need.level})"
        for need in question.needs
        if answers.get(need.id) == TICKED
    ]
