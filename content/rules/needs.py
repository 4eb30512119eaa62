"""Rules of required levels: the questions about a project, and the lines of checklists they ask for."""

import re
from collections.abc import Iterator, Sequence

from coaching.required_level import FIRST_LEVEL, PROJECT_HERE, NeedQuestion
from content.files import ContentFile, ContentFiles
from content.ladders import GradingFramework
from content.limits import SECTION
from content.needs import NeedsFile
from content.problems import Problem, did_you_mean
from content.rules.texts import alike_problems, screen_problems, slack_length
from content.strict_yaml import KeyPath

_BRACES = re.compile(r"\{[^{}]*\}?")


def needs_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with each table that leads to a required level."""
    for file in files.needs:
        yield from _needs_identity_problems(file, files)
        for number, question in enumerate(file.content.questions):
            yield from _need_problems(file, ("questions", number), question)
        yield from _contradiction_problems(file)
        name = file.content.framework
        ladder = next((one for one in files.gradings if one.content.id == name), None)
        if ladder and not ladder.has_broken(("levels",)):
            yield from _required_level_problems(file, ladder.content)


def _needs_identity_problems(
    file: ContentFile[NeedsFile], files: ContentFiles
) -> Iterator[Problem]:
    name, folder = file.content.framework, file.source.folder
    for_people = {
        one.source.folder
        for one in files.frameworks
        if one.content.subject == "person" or one.content.kind != "lowest"
    }
    if name != folder:
        message = f"'framework' is '{name}', but the folder is called '{folder}'."
        yield from file.problem(("framework",), f"{message} Write '{folder}'.")
    elif name not in files.framework_ids:
        message = f"There is not a framework '{name}'. Write 'frameworks/{name}/framework.yaml'"
        yield from file.problem(("framework",), f"{message}, or move this file.")
    elif name in for_people:
        message = f"'framework' is '{name}', which does not grade agents. Move this file"
        yield from file.problem(("framework",), f"{message} beside one with 'subject: agent'.")


def _need_problems(
    file: ContentFile[NeedsFile], place: KeyPath, question: NeedQuestion
) -> Iterator[Problem]:
    """The answers of a question differ, and one of a single choice fits every project."""
    for found in _BRACES.findall(question.text.replace(PROJECT_HERE, "")):
        message = f"'text' has '{found}'. Write '{PROJECT_HERE}' where the project's name belongs."
        yield from file.problem((*place, "text"), message)
    texts = (((*place, "needs", n, "text"), need.text) for n, need in enumerate(question.needs))
    yield from alike_problems(file, texts)
    if question.multiple or not question.needs or file.is_broken((*place, "multiple")):
        return
    level = question.needs[0].level
    if level != FIRST_LEVEL:
        message = f"'level' is {level} in the first answer to choose. Begin with one at level"
        message += f" {FIRST_LEVEL}, so that every project finds its answer."
        yield from file.problem((*place, "needs", 0, "level"), message)


def _contradiction_problems(file: ContentFile[NeedsFile]) -> Iterator[Problem]:
    """Contradictions are between two different needs of this file, each pair once."""
    if file.has_broken(("questions",)):
        return
    question_of = {need.id: q for q in file.content.questions for need in q.needs}
    seen: set[frozenset[str]] = set()
    for number, entry in enumerate(file.content.contradictions):
        place = ("contradictions", number, "needs")
        unknown = [(n, need) for n, need in enumerate(entry.needs) if need not in question_of]
        for n, need in unknown:
            hint = did_you_mean(need, question_of)
            yield from file.problem((*place, n), f"'{need}' is not a need in this file.{hint}")
        if unknown or len(entry.needs) != 2:
            continue
        one, other = (question_of[need] for need in entry.needs)
        if len(set(entry.needs)) == 1:
            yield from file.problem(place, f"'{entry.needs[0]}' is here twice. Name two needs.")
        elif one is other and not one.multiple:
            message = f"'{one.id}' takes one answer, so nobody chooses both. Delete the entry"
            yield from file.problem(place, f"{message}, or name needs of two questions.")
        elif frozenset(entry.needs) in seen:
            yield from file.problem(place, "These two needs are paired twice. Keep one entry.")
        seen.add(frozenset(entry.needs))


def _required_level_problems(
    file: ContentFile[NeedsFile], ladder: GradingFramework
) -> Iterator[Problem]:
    """Every need takes a level of the framework, and the answer for each level fits one message."""
    known = [level.level for level in ladder.levels]
    for number, question in enumerate(file.content.questions):
        for n, need in enumerate(question.needs):
            if need.level not in known:
                message = f"'level' is {need.level}, which {ladder.id} does not have."
                choices = ", ".join(map(str, known))
                place = ("questions", number, "needs", n, "level")
                yield from file.problem(place, f"{message} Choose one of {choices}.")
    says = [entry.says for entry in file.content.contradictions]
    for level in ladder.levels:
        reasons = [text for q in file.content.questions for text in _longest(q, level.level)]
        size = slack_length(reasons)
        if size > SECTION:
            message = f"The needs of level {level.level} have {size} characters in all."
            advice = f"Use at most {SECTION}: cut 'because'."
            yield from file.problem(("questions",), f"{message} {advice}")
        texts = (file.content.about, *reasons, *says, *level.cannot, *level.checklist)
        yield from screen_problems(file, (), f"The answer for level {level.level}", texts)


def _longest(question: NeedQuestion, level: int) -> list[str]:
    """The most that this question adds to the answer: all of its needs, or the longest one."""
    texts = [f"{need.text}{need.because}" for need in question.needs if need.level == level]
    return texts if question.multiple else sorted(texts, key=len)[-1:]


def checklist_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the needs that ask for a line of a checklist.

    The built-in lines name built-in needs, so beside a table of an organization they name none.
    """
    for file in files.gradings:
        tables = [one for one in files.needs if one.content.framework == file.content.id]
        if not file.source.built_in or all(one.source.built_in for one in tables):
            yield from _asking_problems(file, tables)


def _asking_problems(
    file: ContentFile[GradingFramework], tables: Sequence[ContentFile[NeedsFile]]
) -> Iterator[Problem]:
    """A line is asked for by needs of `needs.yaml`, none of them below its level."""
    if any(one.has_broken(("questions",)) for one in tables):
        return
    known = {n.id: n.level for one in tables for q in one.content.questions for n in q.needs}
    for number, level in enumerate(file.content.levels):
        for at, line in enumerate(level.acceptance_by_need):
            for n, need in enumerate(line.needs):
                place = ("levels", number, "acceptance_by_need", at, "needs", n)
                if need not in known:
                    hint = did_you_mean(need, known)
                    yield from file.problem(place, f"'{need}' is not a need in needs.yaml.{hint}")
                elif known[need] < level.level:
                    message = f"'{need}' requires level {known[need]}, below level {level.level}."
                    yield from file.problem(place, f"{message} Move the line, or name others.")


NEED_RULES = (needs_problems, checklist_problems)
