"""Rules of phrases: each means one thing, and only what Rungs can do."""

from collections.abc import Collection, Iterator

from coaching.phrases import MOST_WORDS, PhraseProblem, plain_words, ways_to_say
from content.files import ContentFiles, built_in_intents
from content.problems import Problem, did_you_mean, quoted


def phrase_problems(files: ContentFiles) -> Iterator[Problem]:
    """Every phrase that cannot be typed, or that means something else in another place.

    The built-in files come first, so that a problem names the file that an organization can change.
    """
    first: dict[tuple[str, ...], tuple[str, str]] = {}
    for file in sorted(files.phrases, key=lambda one: not one.source.built_in):
        for place, text in file.content.courtesy_positions():
            _, advice = _ways(text)
            yield from file.problem(place, advice) if advice else ()
        for place, phrase in file.content.positions():
            here = file.where(place)
            ways, advice = _ways(phrase.text)
            if advice:
                yield from file.problem(place, advice)
            for words in ways:
                means, other = first.setdefault(words, (phrase.means, here))
                if means != phrase.means:
                    said = f"'{' '.join(words)}' already means '{means}', at {other}."
                    yield from file.problem(place, f"{said} Remove it in one of the two places.")


def reserved_problems(files: ContentFiles, reserved: Collection[str]) -> Iterator[Problem]:
    """Every phrase that is a reserved word: the command of that name would never be reached."""
    commands = {plain_words(word): word for word in reserved}
    for file in files.phrases:
        for place, phrase in file.content.positions():
            for words in sorted(commands.keys() & set(_ways(phrase.text)[0])):
                message = f"'{commands[words]}' is a command's word. Remove it."
                yield from file.problem(place, message)


def _ways(text: str) -> tuple[list[tuple[str, ...]], str | None]:
    """Return the ways to say this, and what is wrong with it if anything is."""
    try:
        ways = list(ways_to_say(text))
    except PhraseProblem as problem:
        return [], f"{quoted(text)} {problem}"
    if all(0 < len(words) <= MOST_WORDS for words in ways):
        return ways, None
    return [], f"{quoted(text)} has a way to say it without words, or with more than {MOST_WORDS}."


def meaning_problems(files: ContentFiles) -> Iterator[Problem]:
    """Every meaning that Rungs does not know."""
    known = built_in_intents()
    for file in files.phrases:
        for number, intent in enumerate(file.content.intents):
            if intent.means not in known:
                hint = did_you_mean(intent.means, known)
                yield from file.problem(
                    ("intents", number, "means"), f"'means' is '{intent.means}'.{hint}"
                )


PHRASE_RULES = (phrase_problems, meaning_problems)
