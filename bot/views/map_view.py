"""The progression map: one screen a level."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, StaticSelectElement
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import bullets, button, fine_print, headline, line, menu, paragraph, row
from bot.views.windows import modal
from content.model import Family, Figure, Framework, Level, Operation
from content.wording import escape

MOST_IN_MENU = 100


def map_view(framework: Framework, families: Sequence[Family], family: Family, level: int) -> View:
    """One level of one family's map, with the ways to the others."""
    shown = next(item for item in family.levels if item.level == level)
    names = {int(tier.tier): tier.name for tier in framework.tiers if tier.tier == int(tier.tier)}
    blocks: list[Block] = [
        row(
            *(_level_button(family, item.level, chosen=level) for item in family.levels),
            _family_menu(families, family, level),
        ),
        headline(f"Level {level}: {names.get(level, family.name)}"),
        paragraph(escape(shown.is_)),
        paragraph("*What this looks like*\n" + bullets([escape(s) for s in shown.looks_like])),
    ]
    if shown.operation:
        blocks.append(paragraph(_operation(shown.operation)))
    blocks.append(paragraph(_shift(family, shown)))
    blocks += [paragraph(f"*Watch for*\n{escape(warning)}") for warning in shown.warnings]
    blocks += [fine_print(_figure(figure)) for figure in shown.figures]
    blocks += [line(), paragraph(_pattern(family)), fine_print(escape(framework.depth_note))]
    return modal(family.name, blocks, callback=ids.MAP_VIEW)


def between_note(tier: float) -> str:
    """What a half tier means on a map of whole levels."""
    return f"Tier {tier:g} is between two levels: the way from one to the next."


def _level_button(family: Family, level: int, *, chosen: int) -> ButtonElement:
    return button(
        f"Level {level}",
        action=f"{ids.MAP_LEVEL}{level}",
        value=f"{family.id}|{level}",
        style="primary" if level == chosen else None,
        spoken=f"Level {level}, shown now" if level == chosen else f"Show level {level}",
    )


def _family_menu(families: Sequence[Family], family: Family, level: int) -> StaticSelectElement:
    options = [(f.name, f"{f.id}|{level}") for f in families[:MOST_IN_MENU]]
    return menu(
        "Role family", action=ids.MAP_FAMILY, options=options, chosen=f"{family.id}|{level}"
    )


def _shift(family: Family, level: Level) -> str:
    last = max(item.level for item in family.levels)
    title = "What stays yours" if level.level == last else "What changes at the next level"
    return f"*{title}*\n{escape(level.shift)}"


def _pattern(family: Family) -> str:
    return f"*The pattern: {escape(family.pattern_name)}*\n{escape(family.pattern_explained)}"


def _figure(figure: Figure) -> str:
    return f"{escape(figure.text)} Source: {escape(figure.source)}, {figure.year}."


def _operation(operation: Operation) -> str:
    parts = [
        ("The recurring unit", operation.operational_unit),
        ("Unit of work", operation.unit_of_work),
        ("Cycle time", operation.cycle_time),
        ("A day", operation.day_shape),
        ("When it stalls", operation.failure_mode),
        ("What is measured", " ".join(f"{metric.rstrip('.')}." for metric in operation.metrics)),
    ]
    return "*How the work runs*\n" + "\n\n".join(
        f"_{name}._ {escape(text)}" for name, text in parts
    )
