"""The windows of the progression map, of a ladder of behaviors, and of the crosswalk; one page a level."""

from collections.abc import Iterator, Mapping, Sequence

from slack_sdk.models.blocks import Block, ButtonElement, StaticSelectElement
from slack_sdk.models.views import View

from bot.slack.blocks import (
    bullets,
    button,
    fine_print,
    headline,
    joined,
    line,
    menu,
    modal,
    paragraph,
    paragraphs,
    row,
)
from coaching.ladder_score import Behavior, LadderLevel
from content.families import Family, Figure, Framework, Level, Operation
from content.ladders import Crosswalk, LadderFramework, Reference, Relation
from content.safe_text import escape

MAP_VIEW = "map_view"
MAP_LEVEL = "map_level:"
MAP_FAMILY = "map_family"
LADDER_VIEW = "ladder_view"
LADDER_LEVEL = "ladder_level:"
CROSSWALK_VIEW = "crosswalk_view"

FAMILIES_IN_MENU = 100
"""Slack: a menu has at most 100 options."""

OVERVIEW = 0
"""The page of the map that all families share; the other pages are levels."""

WHOLE_LADDER = 0
"""The page of a ladder that shows all of its levels; the other pages are levels."""

CROSSWALK_TITLE = "How the ladders relate"


def map_view(framework: Framework, families: Sequence[Family], family: Family, level: int) -> View:
    """Return one level of a family's map, with buttons to the others; OVERVIEW is what all families share."""
    blocks: list[Block] = [_map_buttons(families, family, level)]
    blocks += _tiers(framework) if level == OVERVIEW else _family_level(framework, family, level)
    return modal(family.name, blocks, callback=MAP_VIEW)


def _map_buttons(families: Sequence[Family], family: Family, level: int) -> Block:
    return row(
        *(_level_button(family, item.level, chosen=level) for item in family.levels),
        _level_button(family, OVERVIEW, chosen=level, label="The tiers"),
        _family_menu(families, family, level),
    )


def _family_level(framework: Framework, family: Family, level: int) -> list[Block]:
    shown = next(item for item in family.levels if item.level == level)
    names = {tier.tier: tier.name for tier in framework.tiers}
    blocks: list[Block] = [
        headline(f"Level {level}: {names.get(float(level), family.name)}"),
        paragraph(escape(shown.is_)),
        *paragraphs(["*What this looks like*", *bullets([escape(s) for s in shown.looks_like])]),
    ]
    if shown.operation:
        blocks += paragraphs(_operation(shown.operation), between="\n\n")
    blocks.append(paragraph(_shift(framework, family, shown)))
    if shown.warnings:
        blocks += paragraphs(["*Watch for*", *bullets([escape(w) for w in shown.warnings])])
    blocks += [fine_print(text) for text in joined(_figures(shown.figures))]
    blocks += [line(), paragraph(_pattern(family)), fine_print(escape(framework.depth_note))]
    return blocks


def _tiers(framework: Framework) -> list[Block]:
    """The six tiers, the two transitions, and what stays with people."""
    tiers = [f"*{t.tier:g} {escape(t.name)}.* {escape(t.explained)}" for t in framework.tiers]
    skills = [
        f"*{s.from_tier:g} to {s.to_tier:g}: {escape(s.name)}.* {escape(s.explained)}"
        for s in framework.skills
    ]
    functions = [f"*{escape(f.name)}.* {escape(f.explained)}" for f in framework.functions]
    return [
        headline("The six tiers"),
        *paragraphs(tiers, between="\n\n"),
        headline("The two transitions"),
        *paragraphs(skills, between="\n\n"),
        headline("What stays with people at every tier"),
        *paragraphs(bullets(functions)),
        fine_print(escape(framework.about)),
    ]


def _level_button(
    family: Family, level: int, *, chosen: int, label: str | None = None
) -> ButtonElement:
    label = label or f"Level {level}"
    return button(
        label,
        action=f"{MAP_LEVEL}{level}",
        value=f"{family.id}|{level}",
        style="primary" if level == chosen else None,
        spoken=f"{label}, shown now" if level == chosen else f"Show {label.lower()}",
    )


def _family_menu(families: Sequence[Family], family: Family, level: int) -> StaticSelectElement:
    options = [(f.name, f"{f.id}|{level}") for f in families[:FAMILIES_IN_MENU]]
    return menu("Role family", action=MAP_FAMILY, options=options, chosen=f"{family.id}|{level}")


def _shift(framework: Framework, family: Family, level: Level) -> str:
    last = max(item.level for item in family.levels)
    if level.level == last:
        return f"*What stays yours*\n{escape(level.shift)}"
    skill = next((s for s in framework.skills if s.from_tier == level.level), None)
    named = f"\n_The skill: {escape(skill.name)}._ {escape(skill.explained)}" if skill else ""
    return f"*What changes at the next level*\n{escape(level.shift)}{named}"


def _pattern(family: Family) -> str:
    return f"*The pattern: {escape(family.pattern.name)}*\n{escape(family.pattern.explained)}"


def _figures(figures: Sequence[Figure]) -> list[str]:
    """The figures grouped by source, each group followed by a line that names the source."""
    by_source: dict[str, list[str]] = {}
    for figure in figures:
        by_source.setdefault(_source_line(figure), []).append(escape(figure.text))
    return [part for source, texts in by_source.items() for part in (*texts, source)]


def _source_line(figure: Figure) -> str:
    """The source of a figure, with its year unless the source names it."""
    year = "" if str(figure.year) in figure.source else f", {figure.year}"
    return f"Source: {escape(figure.source)}{year}."


def _operation(operation: Operation) -> list[str]:
    parts = [
        ("The recurring unit", operation.operational_unit),
        ("Unit of work", operation.unit_of_work),
        ("Cycle time", operation.cycle_time),
        ("A day", operation.day_shape),
        ("When it stalls", operation.failure_mode),
    ]
    measured = bullets([escape(metric) for metric in operation.metrics])
    texts = [f"_{name}._ {escape(text)}" for name, text in parts]
    return ["*How the work runs*", *texts, *joined(["_What is measured._", *measured])]


def ladder_view(framework: LadderFramework, page: int) -> View:
    """Return one level with its behaviors, or all levels for WHOLE_LADDER."""
    level = framework.words.level(page)
    blocks = [_ladder_buttons(framework, level.level if level else WHOLE_LADDER)]
    blocks += _ladder_level(level) if level else _whole_ladder(framework)
    return modal(framework.name, blocks, callback=LADDER_VIEW)


def _ladder_buttons(framework: LadderFramework, page: int) -> Block:
    pages = [(level.level, f"Level {level.level}") for level in framework.words.levels]
    return row(
        *(
            button(
                label,
                action=f"{LADDER_LEVEL}{at}",
                value=f"{framework.id}|{at}",
                style="primary" if at == page else None,
                spoken=f"{label}, shown now" if at == page else f"Show {label.lower()}",
            )
            for at, label in [*pages, (WHOLE_LADDER, "The ladder")]
        )
    )


def _ladder_level(level: LadderLevel) -> list[Block]:
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


def _whole_ladder(framework: LadderFramework) -> list[Block]:
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


def crosswalk_view(crosswalk: Crosswalk, names: Mapping[str, str]) -> View:
    """Return the page of all relations between frameworks; `names` are the frameworks' names by their ids."""
    blocks: list[Block] = [paragraph(escape(crosswalk.about))]
    for relation in crosswalk.relations:
        blocks += _relation(relation, names)
    return modal(CROSSWALK_TITLE, blocks, callback=CROSSWALK_VIEW)


def _relation(relation: Relation, names: Mapping[str, str]) -> Iterator[Block]:
    left, right = (names.get(one, one) for one in relation.between)
    yield headline(f"{left} and {right}")
    yield from _listed("Where they relate", relation.alike)
    yield from _listed("Where they do not", relation.different)
    rows = [
        f"*{escape(r.left)}* beside *{escape(r.right)}*: {escape(r.says)}" for r in relation.rows
    ]
    if rows:
        yield from paragraphs(["*Side by side*", *bullets(rows)])


def _listed(title: str, lines: tuple[str, ...]) -> list[Block]:
    return paragraphs([f"*{title}*", *bullets([escape(one) for one in lines])]) if lines else []
