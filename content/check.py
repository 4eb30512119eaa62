"""`rungs content check`: every problem, or a table of what there is."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from coaching.experiments import STANDS
from coaching.ladder import Ladder
from coaching.lowest import Criteria
from coaching.questionnaire import Questionnaire
from coaching.tiers import TIERS
from content.build import build
from content.message_catalog import MessageCatalog
from content.model import Family, Library
from content.problems import Problem
from content.rules import broken_rules
from content.rules.gaps import gaps
from content.rules.tips import HALF_STEPS
from content.shelf import Shelf, read_shelf


def check(extra: Path | None = None) -> tuple[list[Problem], str]:
    """All problems, sorted; the table when there are none."""
    shelf = read_shelf(extra)
    messages = MessageCatalog(extra)
    problems = sorted({*shelf.problems, *broken_rules(shelf), *messages.problems()})
    if problems:
        return problems, ""
    return [], "\n".join(_report(shelf, build(shelf), message_count=len(messages.names)))


def _report(shelf: Shelf, library: Library, *, message_count: int) -> Iterator[str]:
    framework = library.framework
    yield f"{framework.name} ({framework.id}), version {framework.version}"
    yield ""
    head = ["family", "version", "questions", "answers"]
    head += [f"{step:g}→{step + 0.5:g}" for step in HALF_STEPS]
    head += ["evidence", "figures"]
    yield from _aligned([head, *(_row(library, family) for family in library.families.values())])
    yield ""
    general = sum(tip.family is None for tip in library.tips)
    yield f"{len(library.tips)} tips, {general} of them for any family"
    for series in library.series:
        end = " and a capstone" if series.capstone else ""
        span = f"{series.from_tier:g}→{series.to_tier:g}"
        yield f"{series.name} ({span}): {len(series.lessons)} lessons{end}"
    yield _experiments(library)
    yield from _beside(library)
    yield f"{message_count} messages"
    yield from _remarks(shelf)


def _experiments(library: Library) -> str:
    counts = [
        f"{sum(each.fits(stand, frozenset()) for each in library.experiments)} {stand}"
        for stand in STANDS
    ]
    for_any = f"for any family {', '.join(counts)}"
    return f"{len(library.experiments)} team experiments, {for_any}"


def _beside(library: Library) -> Iterator[str]:
    """The frameworks beside the role families, a line each, and how they relate."""
    yield f"{_number(len(library.frameworks), 'framework')} beside the role families"
    for one in library.frameworks.values():
        words = one.words
        taken = f"/rungs assess {one.command}" if one.command else "for agents"
        counts = ", ".join(_counts(library, one.id))
        yield f"{one.name} ({one.id}, {words.scoring}), version {words.version}, {taken}: {counts}"
    if library.crosswalk:
        yield f"A crosswalk with {_number(len(library.crosswalk.relations), 'relation')}"


def _counts(library: Library, framework_id: str) -> Iterator[str]:
    """What a framework holds, counted."""
    words = library.frameworks[framework_id].words
    match words:
        case Ladder():
            yield _number(len(words.levels), "level")
            behaviors = sum(len(level.behaviors) for level in words.levels)
            yield _number(behaviors, "behavior")
        case Criteria():
            yield _number(len(words.levels), "level")
            yield _number(len(words.criteria), "criterion", "criteria")
        case Questionnaire():
            yield _number(len(words.questions), "question")
    tips = library.tips_for(framework_id)
    if tips:
        yield _number(len(tips), "tip")
    needs = library.needs.get(framework_id)
    if needs:
        yield _number(len(needs.questions), "question about needs", "questions about needs")


def _number(count: int, one: str, more: str | None = None) -> str:
    return f"{count} {one if count == 1 else more or f'{one}s'}"


def _row(library: Library, family: Family) -> list[str]:
    steps = Counter(tip.from_tier for tip in library.tips if tip.family == family.id)
    answers = sum(len(question.answers) for question in family.questions)
    figures = sum(len(level.figures) for level in family.levels)
    cells = [len(family.questions), answers, *(steps[tier] for tier in TIERS), figures]
    return [family.id, family.version, *map(str, cells)]


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join([row[0].ljust(widths[0]), *cells])


def _remarks(shelf: Shelf) -> Iterator[str]:
    """What an organization's own files leave open."""
    missing = Counter(gap.name for gap in gaps(shelf))
    for name, count in sorted(missing.items()):
        yield ""
        found = f"{name}: {_number(count, 'step has', 'steps have')} no tip of its own;"
        if name in shelf.framework_ids:
            yield f"{found} nothing else serves a framework of its own."
        else:
            yield f"{found} series and general tips serve them."
