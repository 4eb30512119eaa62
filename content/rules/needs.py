"""Tables of needs: for levels that exist, every case covered, contradictions between known needs."""

from collections.abc import Iterator

from coaching.required_level import FIRST_LEVEL
from content.limits import SECTION
from content.problems import Problem, did_you_mean
from content.rules.alike import alike_problems
from content.rules.screens import one_screen, shown_length
from content.schema import GradingFile, NeedQuestionEntry, NeedsFile
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place


def needs_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with each table."""
    for file in shelf.needs:
        yield from _identity(file, shelf)
        for number, question in enumerate(file.content.questions):
            yield from _question(file, ("questions", number), question)
        yield from _contradictions(file)
        name = file.content.framework
        ladder = next((one for one in shelf.gradings if one.content.framework == name), None)
        if ladder:
            yield from _levels(file, ladder.content)


def _identity(file: Parsed[NeedsFile], shelf: Shelf) -> Iterator[Problem]:
    name, folder = file.content.framework, file.source.folder
    agents = {one.content.framework for one in shelf.gradings if one.content.subject == "agent"}
    read = {one.source.folder for one in shelf.frameworks}
    if name != folder:
        message = f"'framework' is '{name}', but the folder is called '{folder}'."
        yield file.problem(("framework",), f"{message} Write '{folder}'.")
    elif name not in shelf.framework_ids:
        message = f"There is no framework '{name}'. Write 'frameworks/{name}/framework.yaml'"
        yield file.problem(("framework",), f"{message}, or move this file.")
    elif name in read - agents:
        message = f"'framework' is '{name}', which does not grade agents. Move this file"
        yield file.problem(("framework",), f"{message} beside one with 'subject: agent'.")


def _question(file: Parsed[NeedsFile], place: Place, entry: NeedQuestionEntry) -> Iterator[Problem]:
    texts = (((*place, "needs", n, "text"), need.text) for n, need in enumerate(entry.needs))
    yield from alike_problems(file, texts)
    first = entry.needs[0]
    if not entry.multiple and first.level != FIRST_LEVEL:
        message = f"'level' is {first.level} in the first answer to choose. Begin with one at level"
        there = (*place, "needs", 0, "level")
        yield file.problem(
            there, f"{message} {FIRST_LEVEL}, so that every project finds its answer."
        )


def _contradictions(file: Parsed[NeedsFile]) -> Iterator[Problem]:
    question_of = {need.id: q for q in file.content.questions for need in q.needs}
    seen: set[frozenset[str]] = set()
    for number, entry in enumerate(file.content.contradictions):
        place = ("contradictions", number, "needs")
        unknown = [(n, need) for n, need in enumerate(entry.needs) if need not in question_of]
        for n, need in unknown:
            hint = did_you_mean(need, question_of)
            yield file.problem((*place, n), f"'{need}' is no need of this file.{hint}")
        if unknown:
            continue
        one, other = (question_of[need] for need in entry.needs)
        if len(set(entry.needs)) == 1:
            yield file.problem(place, f"'{entry.needs[0]}' is here twice. Name two needs.")
        elif one is other and not one.multiple:
            message = f"'{one.id}' takes one answer, so nobody chooses both. Delete the entry"
            yield file.problem(place, f"{message}, or name needs of two questions.")
        elif frozenset(entry.needs) in seen:
            yield file.problem(place, "These two needs are here twice. Keep one entry.")
        seen.add(frozenset(entry.needs))


def _levels(file: Parsed[NeedsFile], ladder: GradingFile) -> Iterator[Problem]:
    """Every need asks for a level of the framework, and the answer for each level fits."""
    known = [level.level for level in ladder.levels]
    for number, question in enumerate(file.content.questions):
        for n, need in enumerate(question.needs):
            if need.level not in known:
                message = f"'level' is {need.level}, which {ladder.framework} does not have."
                choices = ", ".join(map(str, known))
                place = ("questions", number, "needs", n, "level")
                yield file.problem(place, f"{message} Choose one of {choices}.")
    for level in ladder.levels:
        reasons = [text for q in file.content.questions for text in _longest(q, level.level)]
        size = shown_length(reasons)
        if size > SECTION:
            message = f"The needs of level {level.level} have {size} characters in all."
            yield file.problem(("questions",), f"{message} Use at most {SECTION}: cut 'because'.")
        says = [entry.says for entry in file.content.contradictions]
        shown = (file.content.about, *reasons, *says, *level.cannot, *level.acceptance)
        yield from one_screen(file, (), f"The answer for level {level.level}", shown)


def _longest(question: NeedQuestionEntry, level: int) -> list[str]:
    """What this question adds to the answer at most: all of its needs, or the longest one."""
    texts = [f"{need.text}{need.because}" for need in question.needs if need.level == level]
    return texts if question.multiple else sorted(texts, key=len)[-1:]
