"""A ladder of behaviors to read: one screen a level, and one for the whole."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import (
    bullets,
    button,
    fine_print,
    headline,
    joined,
    paragraph,
    paragraphs,
    row,
)
from bot.views.windows import modal
from coaching.ladder import Behavior, LadderLevel
from content.message_catalog import escape
from content.model import LadderFramework, Reference

WHOLE = 0
"""The page of the whole ladder, among the pages of its levels."""


def ladder_view(framework: LadderFramework, page: int) -> View:
    """One level with its behaviors, what could be checked and what it means; page 0 is the whole ladder."""
    level = framework.words.level(page)
    blocks = [_ways(framework, level.level if level else WHOLE)]
    blocks += _level(level) if level else _whole(framework)
    return modal(framework.name, blocks, callback=ids.LADDER_VIEW)


def _ways(framework: LadderFramework, page: int) -> Block:
    pages = [(level.level, f"Level {level.level}") for level in framework.words.levels]
    return row(
        *(
            button(
                label,
                action=f"{ids.LADDER_LEVEL}{at}",
                value=f"{framework.id}|{at}",
                style="primary" if at == page else None,
                spoken=f"{label}, shown now" if at == page else f"Show {label.lower()}",
            )
            for at, label in [*pages, (WHOLE, "The ladder")]
        )
    )


def _level(level: LadderLevel) -> list[Block]:
    return [
        headline(f"Level {level.level}: {level.name}"),
        paragraph(escape(level.objective)),
        paragraph(f"*What it means for role and career*\n{escape(level.role)}"),
        *(_behavior(place, one) for place, one in enumerate(level.behaviors, start=1)),
    ]


def _behavior(place: int, behavior: Behavior) -> Block:
    evidence = bullets([escape(example) for example in behavior.evidence])
    told = [f"*{place}. {escape(behavior.text)}*", "_What somebody could check:_", *evidence]
    return paragraph("\n".join(told))


def _whole(framework: LadderFramework) -> list[Block]:
    levels = [
        f"*Level {level.level}: {escape(level.name)}.* {escape(level.objective)}"
        for level in framework.words.levels
    ]
    references = [_reference(one) for one in framework.references]
    return [
        paragraph(escape(framework.words.about)),
        *paragraphs(levels, between="\n\n"),
        *(fine_print(text) for text in joined(references)),
    ]


def _reference(reference: Reference) -> str:
    known = reference.year is None or str(reference.year) in reference.source
    year = "" if known else f", {reference.year}"
    return f"{escape(reference.text)} Source: {escape(reference.source.rstrip('.'))}{year}."
