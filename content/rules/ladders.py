"""Rules of the frameworks beside the role families, and of the crosswalk."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from content.files import ContentFile, ContentFiles
from content.ladders import (
    BehaviorEntry,
    Crosswalk,
    FrameworkFile,
    GradingFramework,
    LadderFramework,
    LadderLevelEntry,
    LevelGuide,
)
from content.limits import SECTION
from content.problems import Problem, did_you_mean
from content.rules.families import FRAMEWORK_ID
from content.rules.texts import (
    alike_problems,
    missing_example_problems,
    order_problems,
    practice_problems,
    screen_problems,
    section_problems,
    slack_length,
    year_problem,
)
from content.strict_yaml import KeyPath

RESERVED_FRAMEWORK_IDS = ("any", "any-family", "framework", "need", "several")
"""Ids that no framework may have, because they stand for something else."""


def framework_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the keys that every framework has, whatever its kind."""
    for file in files.frameworks:
        yield from _identity_problems(file)
        yield from _subject_problems(file)
        for number, reference in enumerate(file.content.references):
            if reference.year is not None:
                yield from year_problem(file, ("references", number, "year"), reference.year)
    yield from _second_agent_problems(files)


def _identity_problems(file: ContentFile[FrameworkFile]) -> Iterator[Problem]:
    name, folder = file.content.id, file.source.folder
    found = f"'framework' is '{name}'"
    if name in RESERVED_FRAMEWORK_IDS:
        message = f"{found}, which is a reserved name. Choose another."
        yield from file.problem(("framework",), message)
    elif name != folder:
        message = f"{found}, but the folder is called '{folder}'. Write '{folder}'."
        yield from file.problem(("framework",), message)


def _subject_problems(file: ContentFile[Any]) -> Iterator[Problem]:
    """A framework for people has a command; one for agents has none and is a grading."""
    framework = file.content
    if file.is_broken(("subject",)):
        return
    if framework.subject == "person":
        if framework.command is None:
            message = "The key 'command' is missing. Add the word after '/rungs assess'."
            yield from file.problem((), message)
    elif framework.kind != "lowest":
        message = f"'subject' is 'agent', but 'kind' is '{framework.kind}'. Agents are graded by"
        message += " their lowest criterion: write 'person', or 'kind: lowest'."
        yield from file.problem(("subject",), message)
    elif framework.command is not None:
        message = f"'command' is '{framework.command}', but agents take no self-check. Delete it"
        yield from file.problem(("command",), f"{message}, or write 'subject: person'.")


def _second_agent_problems(files: ContentFiles) -> Iterator[Problem]:
    """Only one framework grades agents."""
    graders = [file for file in files.gradings if file.content.subject == "agent"]
    for file in graders[1:]:
        first = graders[0].source
        message = f"'subject' is 'agent', as in {first.display_path}. Rungs grades agents by one"
        message += f" framework: save yours as '{first.relative}'."
        yield from file.problem(("subject",), message)


def ladder_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with each ladder."""
    for file in files.ladders:
        levels = file.content.levels
        numbers = [level.level for level in levels]
        yield from order_problems(file, ("levels",), numbers, range(1, len(levels) + 1))
        choices = ((("choices", n), choice) for n, choice in enumerate(file.content.choices))
        yield from alike_problems(file, choices)
        yield from alike_problems(file, _behavior_texts(levels, "topic"))
        yield from alike_problems(file, _behavior_texts(levels, "text"))
        for number, level in enumerate(levels):
            place = ("levels", number)
            for at, behavior in enumerate(level.behaviors):
                yield from _behavior_problems(file, (*place, "behaviors", at), behavior)
            yield from screen_problems(file, place, "This level", _texts(file.content, level))


def _behavior_texts(
    levels: Sequence[LadderLevelEntry], key: Literal["topic", "text"]
) -> Iterator[tuple[KeyPath, str]]:
    """This text of every behavior, with its place."""
    for number, level in enumerate(levels):
        for at, behavior in enumerate(level.behaviors):
            text = behavior.topic if key == "topic" else behavior.text
            yield ("levels", number, "behaviors", at, key), text


def _behavior_problems(
    file: ContentFile[LadderFramework], place: KeyPath, behavior: BehaviorEntry
) -> Iterator[Problem]:
    practice, folder = (*place, "practice"), file.source.folder
    yield from practice_problems(file, practice, behavior.practice)
    yield from missing_example_problems(file, practice, behavior.practice)
    if not behavior.practice.id.startswith(f"{folder}-"):
        message = f"'id' is '{behavior.practice.id}'. Start it with '{folder}-'."
        yield from file.problem((*practice, "id"), message)
    yield from section_problems(file, place, {"evidence": behavior.evidence})


def _texts(ladder: LadderFramework, level: LadderLevelEntry) -> Iterator[str]:
    """Everything that is shown of a level at once."""
    yield from (ladder.stem, level.name, level.objective, level.describes, level.role)
    for behavior in level.behaviors:
        yield from (behavior.text, *behavior.evidence)


def grading_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with each grading."""
    for file in files.gradings:
        numbers = range(1, len(file.content.levels) + 1)
        found = [level.level for level in file.content.levels]
        yield from order_problems(file, ("levels",), found, numbers)
        for number, level in enumerate(file.content.levels):
            yield from _guide_problems(file, ("levels", number), level)
        yield from _criterion_problems(file, numbers)
        yield from _advice_problems(file)
        yield from section_problems(file, (), {"guidelines": file.content.guidelines})
        yield from screen_problems(file, (), "The overview", _overview(file.content))


def _guide_problems(
    file: ContentFile[GradingFramework], place: KeyPath, level: LevelGuide
) -> Iterator[Problem]:
    """A level is shown on one screen, each of its lists in one section."""
    lists = {"cannot": level.cannot, "projects": level.projects}
    lists |= {"learn": level.learn, "acceptance": level.checklist}
    yield from section_problems(file, place, lists)
    for number, field in enumerate(level.can):
        yield from section_problems(file, (*place, "can", number), {"items": field.items})
    lines = [line for every in lists.values() for line in every]
    lines += [line for field in level.can for line in (field.group, *field.items)]
    head = (level.sign, level.name, level.equivalent or "", level.describes)
    yield from screen_problems(file, place, "This level", (*head, *lines))


def _criterion_problems(file: ContentFile[GradingFramework], numbers: range) -> Iterator[Problem]:
    """Each criterion describes every level, in words that differ."""
    for number, criterion in enumerate(file.content.criteria):
        place: KeyPath = ("criteria", number, "levels")
        found = [level.level for level in criterion.levels]
        if not file.is_broken(("levels",)):
            yield from order_problems(file, place, found, numbers)
        texts = [
            ((*place, n, "describes"), one.describes) for n, one in enumerate(criterion.levels)
        ]
        yield from alike_problems(file, texts)


def _advice_problems(file: ContentFile[GradingFramework]) -> Iterator[Problem]:
    """What to try at a level fits one section, even where every criterion has something to try."""
    for level in file.content.levels:
        tries = [
            f"{criterion.name}: {one.to_try}"
            for criterion in file.content.criteria
            for one in criterion.levels
            if one.level == level.level
        ]
        size = slack_length(tries)
        if size > SECTION:
            message = f"'try' at level {level.level} has {size} characters over all criteria."
            advice = f"Use at most {SECTION}: shorten the longest."
            yield from file.problem(("criteria",), f"{message} {advice}")


def _overview(grading: GradingFramework) -> Iterator[str]:
    """Everything that the page of all levels shows."""
    yield grading.about
    for level in grading.levels:
        yield from (level.sign, level.name, level.equivalent or "", level.describes)
    yield from grading.guidelines
    for one in grading.announced:
        yield from (one.sign, one.name, one.explained)


def crosswalk_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the crosswalk."""
    for file in files.crosswalks:
        yield from _pair_problems(file, {FRAMEWORK_ID, *files.framework_ids})
        for number, relation in enumerate(file.content.relations):
            rows = [f"{row.left}{row.right}{row.says}" for row in relation.rows]
            lists = {"alike": relation.alike, "different": relation.different, "rows": rows}
            yield from section_problems(file, ("relations", number), lists)
        yield from screen_problems(file, (), "The crosswalk", _crosswalk_texts(file.content))


def _pair_problems(file: ContentFile[Crosswalk], known: set[str]) -> Iterator[Problem]:
    """Each relation is between two frameworks that exist, and each pair has one relation."""
    seen: set[frozenset[str]] = set()
    for number, relation in enumerate(file.content.relations):
        place = ("relations", number, "between")
        for n, framework in enumerate(relation.between):
            if framework not in known:
                hint = did_you_mean(framework, known)
                yield from file.problem((*place, n), f"'{framework}' is not a framework.{hint}")
        pair = frozenset(relation.between)
        if file.has_broken(place) or len(relation.between) != 2:
            continue
        if len(pair) == 1:
            yield from file.problem(place, "'between' names one framework twice. Name two.")
        elif pair in seen:
            message = "These two frameworks are here twice. Keep one entry."
            yield from file.problem(place, message)
        seen.add(pair)


def _crosswalk_texts(crosswalk: Crosswalk) -> Iterator[str]:
    yield crosswalk.about
    for relation in crosswalk.relations:
        yield from (*relation.alike, *relation.different)
        for row in relation.rows:
            yield from (row.left, row.right, row.says)


def suite_problems(files: ContentFiles) -> Iterator[Problem]:
    """Each suite is for a level that a criterion has, and each of these has one at most."""
    for file in files.gradings:
        if file.has_broken(("criteria",)) or file.has_broken(("suites",)):
            continue
        levels = {one.id: [at.level for at in one.levels] for one in file.content.criteria}
        seen = set[tuple[str, int]]()
        for number, suite in enumerate(file.content.suites):
            place, what = ("suites", number), (suite.criterion, suite.level)
            if suite.criterion not in levels:
                hint = did_you_mean(suite.criterion, levels)
                message = f"'{suite.criterion}' is not a criterion in this file.{hint}"
                yield from file.problem((*place, "criterion"), message)
            elif suite.level not in levels[suite.criterion]:
                message = f"'level' is {suite.level}, which '{suite.criterion}' does not have."
                known = ", ".join(map(str, levels[suite.criterion]))
                yield from file.problem((*place, "level"), f"{message} Choose one of {known}.")
            elif what in seen:
                message = f"'{suite.criterion}' has a suite for level {suite.level} already."
                yield from file.problem((*place, "level"), f"{message} Keep one of them.")
            seen.add(what)


LADDER_RULES = (
    framework_problems,
    ladder_problems,
    grading_problems,
    suite_problems,
    crosswalk_problems,
)
