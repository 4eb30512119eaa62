"""Team experiments: for families that exist, in words that take one reading, and one for every team."""

from collections.abc import Iterator, Sequence

from coaching.team_digest.experiments import ANY, SEVERAL
from content.limits import TIP_WORDS
from content.problems import Problem, did_you_mean
from content.rules.practices import ending_problems, sentence_problems
from content.schema import ExperimentEntry, ExperimentsFile
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place
from content.words import count_words

BUILT_IN = "teams/experiments.yaml"


def experiment_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with the experiments."""
    for file in shelf.experiments:
        for number, entry in enumerate(file.content.experiments):
            place = ("experiments", number)
            yield from _wording(file, place, entry)
            yield from _alone(file, (*place, "stands"), entry.stands, (ANY,))
            yield from _alone(file, (*place, "families"), entry.families, (ANY, SEVERAL))
            yield from _families(file, (*place, "families"), entry.families, shelf)
    if not any(source.kind == "experiments" for source in shelf.sources.values()):
        yield Problem(f"content/{BUILT_IN}", 1, "The file is missing. Install Rungs again.")
    yield from _gap(shelf)


def _wording(
    file: Parsed[ExperimentsFile], place: Place, entry: ExperimentEntry
) -> Iterator[Problem]:
    yield from ending_problems(file, place, entry)
    texts = {"title": entry.title, "together": entry.together, "why": entry.why}
    texts["done_when"] = entry.done_when
    for key, text in texts.items():
        yield from sentence_problems(file, (*place, key), text)
    words = sum(map(count_words, texts.values()))
    if words > TIP_WORDS:
        message = f"'{entry.id}' has {words} words in all. Use at most {TIP_WORDS}: keep one thing."
        yield file.problem(place, message)


def _alone(
    file: Parsed[ExperimentsFile], place: Place, named: Sequence[str], words: Sequence[str]
) -> Iterator[Problem]:
    """A word that stands for many stands alone, and nothing is named twice."""
    for word in words:
        if word in named and len(named) > 1:
            yield file.problem(place, f"'{place[-1]}' has '{word}' and more. Keep one of them.")
    for number, word in enumerate(named):
        if word in named[:number]:
            yield file.problem((*place, number), f"'{word}' is here twice. Keep one.")


def _families(
    file: Parsed[ExperimentsFile], place: Place, named: Sequence[str], shelf: Shelf
) -> Iterator[Problem]:
    known = {*shelf.family_ids, ANY, SEVERAL}
    for number, word in enumerate(named):
        if word not in known:
            hint = did_you_mean(word, known)
            yield file.problem((*place, number), f"'{word}' is no family.{hint}")


def _gap(shelf: Shelf) -> Iterator[Problem]:
    """A team of which nothing is known finds one: said where the experiments are."""
    entries = [entry for file in shelf.experiments for entry in file.content.experiments]
    if entries and not any(entry.stands == entry.families == [ANY] for entry in entries):
        message = f"There is no experiment with 'stands: [{ANY}]' and 'families: [{ANY}]'."
        yield shelf.experiments[0].problem(("experiments",), f"{message} Write one.")
