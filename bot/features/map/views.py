"""The windows of the map of tiers, of a ladder of behaviors, and of the crosswalk, a page at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement, StaticSelectElement
from slack_sdk.models.views import View

from bot.assessments.card_views import family_buttons, suggestion_words
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
from coaching.safe_text import Render, SafeText, escape
from content.families import Family, Figure, Framework, Level, Operation
from content.ladders import Crosswalk, LadderFramework, Reference, Relation
from content.library import TitleMatch

MAP_VIEW = "map_view"
MAP_LEVEL = "map_level:"
MAP_FAMILY = "map_family"
MAP_CHOICE = "map_family_chosen:"
LADDER_VIEW = "ladder_view"
LADDER_LEVEL = "ladder_level:"
CROSSWALK_VIEW = "crosswalk_view"

FAMILIES_IN_MENU = 100
"""Slack: a menu has at most 100 options."""

OVERVIEW = 0
"""The page of the map that all families share; the other pages are tiers."""

FIRST_PAGE, LAST_PAGE = 1, 3

WHOLE_LADDER = 0
"""The page of a ladder that shows all of its levels; the other pages are levels."""

MAP_TITLE = "The map"
CROSSWALK_TITLE = "How the ladders relate"


@dataclass(frozen=True)
class OwnPlace:
    """Where the member stands: the number and name of their tier or level, and the date of that result."""

    at: float
    name: str
    on: SafeText

    @property
    def page(self) -> int:
        """The page of the map that is nearest at or below the tier."""
        return min(LAST_PAGE, max(FIRST_PAGE, int(self.at)))

    def is_near(self, page: int) -> bool:
        """Return whether this tier is the page's own, or a half-step before or after it."""
        return abs(self.at - page) < 1

    @property
    def sign(self) -> str:
        """What the button of the page says: "you", with the tier where it is between two pages."""
        return "you" if self.at == self.page else f"you: {self.at:g}"


def map_question(
    render: Render, families: Sequence[Family], suggested: TitleMatch | None, page: int | None
) -> View:
    """Return the question for a role family; a choice opens the map there, at `page` where one is given."""
    about = f"|{'' if page is None else page}"
    choice = family_buttons(families, suggested, action=MAP_CHOICE, about=about)
    told = paragraph(render("map/question", **suggestion_words(suggested)))
    return modal(MAP_TITLE, [told, *choice], callback=MAP_VIEW)


def map_view(
    render: Render,
    framework: Framework,
    families: Sequence[Family],
    family: Family | None,
    page: int,
    own: OwnPlace | None,
) -> View:
    """Return one tier of a family's map, with buttons to the others; OVERVIEW is what all families share.

    `own` is where the member stands in this family. Only OVERVIEW can be shown without a family.
    """
    blocks: list[Block] = [_map_buttons(families, family, page, own)]
    if family is None or page == OVERVIEW:
        blocks += _tiers(framework, own)
    else:
        blocks += _family_tier(render, framework, family, page, own)
    return modal(family.name if family else MAP_TITLE, blocks, callback=MAP_VIEW)


def _map_buttons(
    families: Sequence[Family], family: Family | None, page: int, own: OwnPlace | None
) -> Block:
    if family is None:
        return row(_family_menu(families, None, FIRST_PAGE))
    return row(
        *(_page_button(family, item.level, page, own) for item in family.levels),
        _page_button(family, OVERVIEW, page, None),
        _family_menu(families, family, page),
    )


def _family_tier(
    render: Render, framework: Framework, family: Family, page: int, own: OwnPlace | None
) -> list[Block]:
    shown = next(item for item in family.levels if item.level == page)
    names = {tier.tier: tier.name for tier in framework.tiers}
    blocks: list[Block] = [headline(f"Tier {page}: {names.get(float(page), family.name)}")]
    if own and own.is_near(page):
        here = render("map/here", tier=own.at, page=page, name=own.name, on=own.on)
        blocks.append(paragraph(here))
    blocks += [
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


def _tiers(framework: Framework, own: OwnPlace | None) -> list[Block]:
    """The six tiers, the two transitions, and what stays with people."""
    tiers = [
        f"{_mark(own, t.tier)}*{t.tier:g} {escape(t.name)}.* {escape(t.explained)}"
        for t in framework.tiers
    ]
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


def _mark(own: OwnPlace | None, at: float) -> str:
    """Return the words before the tier or level where the member stands."""
    return "*You are here:* " if own and own.at == at else ""


def _page_button(family: Family, page: int, shown: int, own: OwnPlace | None) -> ButtonElement:
    label = "The tiers" if page == OVERVIEW else f"Tier {page}"
    return _turning_button(
        label,
        action=f"{MAP_LEVEL}{page}",
        value=f"{family.id}|{page}",
        is_shown=page == shown,
        own=own.sign if own and own.page == page else None,
    )


def _turning_button(
    label: str, *, action: str, value: str, is_shown: bool, own: str | None
) -> ButtonElement:
    """Return a button to another page; the shown one stands out, and `own` is added on the member's own."""
    spoken = f"{label}, shown now" if is_shown else f"Show {label.lower()}"
    return button(
        f"{label} ({own})" if own else label,
        action=action,
        value=value,
        style="primary" if is_shown else None,
        spoken=f"{spoken}, where you are" if own else spoken,
    )


def _family_menu(
    families: Sequence[Family], family: Family | None, page: int
) -> StaticSelectElement:
    options = [(f.name, f"{f.id}|{page}") for f in families[:FAMILIES_IN_MENU]]
    chosen = f"{family.id}|{page}" if family else None
    return menu("Role family", action=MAP_FAMILY, options=options, chosen=chosen)


def _shift(framework: Framework, family: Family, level: Level) -> str:
    last = max(item.level for item in family.levels)
    if level.level == last:
        return f"*What stays yours*\n{escape(level.shift)}"
    skill = next((s for s in framework.skills if s.from_tier == level.level), None)
    named = f"\n_The skill: {escape(skill.name)}._ {escape(skill.explained)}" if skill else ""
    return f"*What changes at the next tier*\n{escape(level.shift)}{named}"


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


def ladder_view(
    render: Render, framework: LadderFramework, page: int, own: OwnPlace | None
) -> View:
    """Return one level with its behaviors, or all levels for WHOLE_LADDER; `own` is the member's level."""
    level = framework.words.level(page)
    blocks = [_ladder_buttons(framework, level.level if level else WHOLE_LADDER, own)]
    if own and (level is None or own.at == level.level):
        here = render("map/here_level", level=int(own.at), name=own.name, on=own.on)
        blocks.append(paragraph(here))
    blocks += _ladder_level(level) if level else _whole_ladder(framework)
    return modal(framework.name, blocks, callback=LADDER_VIEW)


def _ladder_buttons(framework: LadderFramework, page: int, own: OwnPlace | None) -> Block:
    pages = [(level.level, f"Level {level.level}") for level in framework.words.levels]
    return row(
        *(
            _turning_button(
                label,
                action=f"{LADDER_LEVEL}{at}",
                value=f"{framework.id}|{at}",
                is_shown=at == page,
                own="you" if own and own.at == at != WHOLE_LADDER else None,
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
    told = [f"*{place}. {escape(behavior.text)}*", "_What someone could check:_", *evidence]
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
    yield from _listed("Where they don't", relation.different)
    rows = [
        f"*{escape(r.left)}* beside *{escape(r.right)}*: {escape(r.says)}" for r in relation.rows
    ]
    if rows:
        yield from paragraphs(["*Side by side*", *bullets(rows)])


def _listed(title: str, lines: tuple[str, ...]) -> list[Block]:
    return paragraphs([f"*{title}*", *bullets([escape(one) for one in lines])]) if lines else []
