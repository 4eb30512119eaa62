"""`rungs content check`: all problems, or a report of what the content has."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from pathlib import Path

from coaching.ladder_score import Ladder
from coaching.mean_score import TIERS, Questionnaire
from coaching.min_score import Criteria
from coaching.team_digest.figures import STANDS
from content.families import Family
from content.files import ContentFiles, read_files
from content.folder import time_limit
from content.library import Library
from content.loader import broken_rules, library_of
from content.message_catalog import MessageCatalog
from content.problems import Problem, sorted_problems
from content.rules.steps import HALF_STEPS, gaps


def check(extra: Path | None = None, reserved: Collection[str] = ()) -> tuple[list[Problem], str]:
    """Check the built-in content with `extra` laid over it; `reserved` are the words of commands.

    Returns all problems, sorted, and a report, which is empty when there are problems. A folder that takes
    too long to read ends the process.
    """
    with time_limit(extra) if extra else nullcontext():
        return _check(extra, reserved)


def _check(extra: Path | None, reserved: Collection[str]) -> tuple[list[Problem], str]:
    files = read_files(extra)
    messages = MessageCatalog(extra)
    problems = sorted_problems(
        [*files.problems, *broken_rules(files, reserved), *messages.problems()]
    )
    if problems:
        return problems, ""
    return [], "\n".join(_report(files, library_of(files), message_count=len(messages.names)))


def _report(files: ContentFiles, library: Library, *, message_count: int) -> Iterator[str]:
    framework = library.framework
    yield f"{framework.name} ({framework.id}), version {framework.version}"
    yield ""
    head = ["family", "version", "questions", "answers"]
    head += [f"{tier:g}→{tier + 0.5:g}" for tier in HALF_STEPS]
    head += ["evidence", "figures"]
    yield from _aligned([head, *(_row(library, family) for family in library.families.values())])
    yield ""
    general = sum(step.family is None for step in library.steps)
    yield f"{len(library.steps)} steps, {general} of them for any family"
    for series in library.series:
        end = " and a capstone" if series.capstone else ""
        span = f"{series.from_tier:g}→{series.to_tier:g}"
        yield f"{series.name} ({span}): {len(series.lessons)} lessons{end}"
    yield _experiments(library)
    yield from _beside(library)
    yield f"{message_count} messages"
    yield _number(len(library.phrasebook.phrases), "phrase")
    yield from _remarks(files)


def _experiments(library: Library) -> str:
    counts = [
        f"{sum(each.fits(stand, frozenset()) for each in library.experiments)} {stand}"
        for stand in STANDS
    ]
    for_any = f"for any family {', '.join(counts)}"
    return f"{len(library.experiments)} team experiments, {for_any}"


def _beside(library: Library) -> Iterator[str]:
    """A line for each framework beside the role families, and one for the crosswalk."""
    yield f"{_number(len(library.frameworks), 'framework')} beside the role families"
    for one in library.frameworks.values():
        words = one.words
        taken = f"/rungs assess {one.command}" if one.command else "for agents"
        counts = ", ".join(_counts(library, one.id))
        yield f"{one.name} ({one.id}, {words.scoring}), version {words.version}, {taken}: {counts}"
    if library.crosswalk:
        yield f"A crosswalk with {_number(len(library.crosswalk.relations), 'relation')}"


def _counts(library: Library, framework_id: str) -> Iterator[str]:
    """How many levels, questions and steps a framework has."""
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
    steps = library.steps_for(framework_id)
    if steps:
        yield _number(len(steps), "step")
    needs = library.needs.get(framework_id)
    if needs:
        yield _number(len(needs.questions), "question about needs", "questions about needs")


def _number(count: int, one: str, more: str | None = None) -> str:
    return f"{count} {one if count == 1 else more or f'{one}s'}"


def _row(library: Library, family: Family) -> list[str]:
    steps = Counter(step.from_tier for step in library.steps if step.family == family.id)
    answers = sum(len(question.answers) for question in family.questions)
    figures = sum(len(level.figures) for level in family.levels)
    cells = [len(family.questions), answers, *(steps[tier] for tier in TIERS), figures]
    return [family.id, family.version, *map(str, cells)]


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join([row[0].ljust(widths[0]), *cells])


def _remarks(files: ContentFiles) -> Iterator[str]:
    """The steps that an organization's own families and frameworks do not have."""
    missing = Counter(gap.name for gap in gaps(files))
    for name, count in sorted(missing.items()):
        yield ""
        found = f"{name}: {_number(count, 'step is', 'steps are')} missing;"
        if name in files.framework_ids:
            yield f"{found} nothing else fills in."
        else:
            yield f"{found} series and general steps fill in."
