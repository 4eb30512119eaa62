"""Loads content whose files keep all rules, and checks it for `rungs content check`."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from coaching.ladder_score import Ladder
from coaching.mean_score import TIERS, Questionnaire
from coaching.min_score import Criteria
from coaching.phrases import Phrasebook
from coaching.steps import StepContent
from coaching.team_digest.figures import STANDS
from content.access import policy_of
from content.families import Family, plain_title
from content.fields import HasId
from content.files import ContentFiles, read_files
from content.folder import time_limit
from content.items import knowledge_of
from content.ladders import ScaleFramework
from content.library import Library, MessageCatalog
from content.limits import RULE_PROBLEMS
from content.problems import ContentProblems, Problem, sorted_problems
from content.rules.access import ACCESS_RULES, superfluous, unreachable
from content.rules.families import FAMILY_RULES
from content.rules.items import ITEM_RULES
from content.rules.ladders import LADDER_RULES
from content.rules.names import NAME_RULES, PHRASE_RULES, reserved_problems
from content.rules.needs import NEED_RULES
from content.rules.sandbox import SANDBOX_RULES
from content.rules.steps import HALF_STEPS, STEP_RULES, gaps
from content.sandboxes import sandbox_of
from content.sources import WORKSPACES, Folders, folders_of

WORKSPACE_ID = re.compile(r"T[A-Z0-9]{2,}")

RULES = (
    *(*FAMILY_RULES, *STEP_RULES, *NAME_RULES),
    *(*LADDER_RULES, *NEED_RULES, *PHRASE_RULES, *ITEM_RULES),
    *ACCESS_RULES,
    *SANDBOX_RULES,
)


def broken_rules(files: ContentFiles, reserved: Collection[str] = ()) -> Iterator[Problem]:
    """A problem for every rule that these files break, of each rule the first `RULE_PROBLEMS`.

    `reserved` are the words of commands, which no phrase may be.
    """
    for problems in RULES:
        yield from islice(problems(files), RULE_PROBLEMS)
    yield from islice(reserved_problems(files, reserved), RULE_PROBLEMS)


WithId = TypeVar("WithId", bound=HasId)


def load_library(extra: Folders = None, reserved: Collection[str] = ()) -> Library:
    """Load the built-in content with the files of `extra` laid over it.

    Raises ContentProblems with the problems of all files.
    """
    files = read_files(extra)
    problems = [*files.problems, *broken_rules(files, reserved)]
    if problems:
        raise ContentProblems(problems)
    return library_of(files)


def load_content(
    extra: Folders = None, reserved: Collection[str] = ()
) -> tuple[Library, MessageCatalog]:
    """Load the library and the messages, and check those of `extra`.

    Raises ContentProblems. A folder that takes too long to read ends the process.
    """
    folders = folders_of(extra)
    if not folders:  # tests check the built-in messages, and once more would slow the start
        return load_library(reserved=reserved), MessageCatalog()
    with time_limit(folders[-1]):
        library, messages = load_library(extra, reserved), MessageCatalog(extra)
        if problems := messages.problems():
            raise ContentProblems(problems)
    return library, messages


def library_of(files: ContentFiles) -> Library:
    """The library of files without problems."""
    families = sorted(_families(files), key=lambda f: (f.order, f.id))
    every_series = (file.content for file in files.series)
    return Library(
        framework=files.role_families[0].content,
        families=_by_id(families),
        steps=tuple(_family_steps(files)),
        series=tuple(sorted(every_series, key=lambda series: (series.from_tier, series.id))),
        experiments=tuple(
            entry.experiment for file in files.experiments for entry in file.content.experiments
        ),
        ladders=_by_id(file.content for file in files.ladders),
        gradings=_by_id(file.content for file in files.gradings),
        scales=_by_id(_with_steps(file.content, files) for file in files.scales),
        needs=MappingProxyType(
            {file.content.framework: file.content.words for file in files.needs}
        ),
        crosswalk=next((file.content for file in files.crosswalks), None),
        phrasebook=_phrasebook(files),
        knowledge=knowledge_of(
            next((file.content for file in files.skills), None),
            (file.content for file in files.items),
        ),
        access=policy_of(file.content for file in files.access),
        sandbox=sandbox_of(file.content for file in files.sandbox),
    )


def _families(files: ContentFiles) -> Iterator[Family]:
    """The role families; words of titles of an organization's own are taken from the built-in ones."""
    own = [file.content for file in files.families if not file.source.built_in]
    taken = {words for family in own for words in family.title_words}
    for file in files.families:
        if file.source.built_in and taken:
            left = tuple(words for words in file.content.titles if plain_title(words) not in taken)
            yield file.content.model_copy(update={"titles": left})
        else:
            yield file.content


def _phrasebook(files: ContentFiles) -> Phrasebook:
    """The phrases and courtesies of all files."""
    return Phrasebook(
        phrases=tuple(phrase for file in files.phrases for _, phrase in file.content.positions()),
        courtesies=tuple(text for file in files.phrases for text in file.content.courtesies),
    )


def _by_id(values: Iterable[WithId]) -> Mapping[str, WithId]:
    return MappingProxyType({value.id: value for value in values})


def _family_steps(files: ContentFiles) -> Iterator[StepContent]:
    """The steps for role families: those in the families' files, then those in files of steps."""
    for family in files.families:
        yield from family.content.steps_of(family.content.id)
    for file in files.steps:
        if file.content.family not in files.framework_ids:
            yield from file.content.steps_of(file.content.family)
    for general in files.any_steps:
        yield from general.content.steps


def _with_steps(scale: ScaleFramework, files: ContentFiles) -> ScaleFramework:
    """The framework with the steps that stand in files of their own added to its own."""
    beside = [file.content for file in files.steps if file.content.family == scale.id]
    entries = [entry for file in beside for entry in file.step_entries]
    evidence = [entry for file in beside for entry in file.evidence]
    return scale.model_copy(
        update={
            "step_entries": (*scale.step_entries, *entries),
            "evidence": (*scale.evidence, *evidence),
        }
    )


def check(extra: Folders = None, reserved: Collection[str] = ()) -> tuple[list[Problem], str]:
    """Check the built-in content with `extra` laid over it; `reserved` are the words of commands.

    Returns all problems, sorted, and a report, which is empty when there are problems. A folder that takes
    too long to read ends the process.
    """
    folders = folders_of(extra)
    with time_limit(folders[-1]) if folders else nullcontext():
        return _check(extra, reserved)


def workspace_folders(extra: Path) -> list[Path]:
    """Return the folders in this one that are each for one workspace, by their names."""
    below = extra / WORKSPACES
    return sorted(one for one in below.iterdir() if one.is_dir()) if below.is_dir() else []


def check_workspaces(extra: Path, reserved: Collection[str] = ()) -> list[Problem]:
    """Check the folder of each workspace, laid over the built-in content and `extra`.

    A folder whose name is no workspace's id is a problem, because nothing would be read from it.
    """
    problems = list[Problem]()
    for folder in workspace_folders(extra):
        if WORKSPACE_ID.fullmatch(folder.name):
            problems += check((extra, folder), reserved)[0]
        else:
            advice = "Name the folder after the id of a workspace, such as T024BE7LD."
            problems.append(Problem(str(folder), 1, f"This is no id of a workspace. {advice}"))
    return problems


def _check(extra: Folders, reserved: Collection[str]) -> tuple[list[Problem], str]:
    files = read_files(extra)
    messages = MessageCatalog(extra)
    problems = sorted_problems(
        [*files.problems, *broken_rules(files, reserved), *messages.problems()]
    )
    if problems:
        return problems, ""
    library = library_of(files)
    if problems := sorted_problems(unreachable(files, library)):
        return problems, ""
    return [], "\n".join(_report(files, library, message_count=len(messages.names)))


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
    yield from _checks(library)
    yield from _access(library)
    risks, nevers = len(library.sandbox.risks), len(library.sandbox.nevers)
    yield f"{_number(risks, 'risk')} and {_number(nevers, 'never')} of sandboxes"
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


def _checks(library: Library) -> Iterator[str]:
    """A line about the knowledge checks, if there are any."""
    knowledge = library.knowledge
    if knowledge.skills:
        items = sum(len(skill.items) for skill in knowledge.skills.values())
        yield (
            f"{_number(len(knowledge.skills), 'skill')} with {_number(items, 'item')} of knowledge "
            f"checks, and {_number(len(knowledge.drafts), 'draft')}"
        )


def _access(library: Library) -> Iterator[str]:
    """A line about the permissions, if there are any."""
    policy = library.access
    if policy.permissions:
        found = _number(len(policy.permissions), "permission")
        yield f"{found}, each within reach, version {policy.version}"


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
    for remark in superfluous(files):
        yield ""
        yield remark
