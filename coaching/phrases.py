"""What a member means by words of their own: the whole message is compared with phrases.

A message that only contains a phrase means something else: "stop" is a wish, and "I can't stop using it" is
not. So nothing may be left over but courtesies at both ends, such as "please", and words about time beside
what takes a time.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product
from math import prod
from unicodedata import normalize

from coaching.safe_text import without_hidden
from coaching.time_words import AT, NAMES_A_TIME, UNTIL, VAGUELY, TimeWords, read_time

MOST_WORDS = 16
"""A phrase has no more words than this, with courtesies and words about time."""

LONGEST_TEXT = 80
"""In a message with more words, no sentence is understood either."""

MOST_WAYS = 2000
"""So many ways one phrase may stand for; all of them are kept in memory."""

_CHOICE = re.compile(r"(\([^()\[\]]*\)|\[[^()\[\]]*\])")
_QUOTES = str.maketrans("‘’‛′`´“”„«»", "''''''\"\"\"\"\"")
_SENTENCE_END = re.compile(r"[.!?;,\n]+(?=\s|$)")
_EMOJI = re.compile(r":[\w+-]+:")
_WORD = re.compile(r"\d+(?:[-/.]\d+)+|\w+(?:'\w+)*")
_CONTRACTIONS = re.compile(r"(?<=\w)(n't|'(?:m|re|ve|ll|d|s))\b")
_LONG_FORMS = {
    "n't": " not",
    "'m": " am",
    "'re": " are",
    "'ve": " have",
    "'ll": " will",
    "'d": " would",
    "'s": " is",
}
_WITHOUT_APOSTROPHE = {
    "im": "i am",
    "id": "i would",
    "dont": "do not",
    "didnt": "did not",
    "doesnt": "does not",
    "isnt": "is not",
    "cant": "ca not",
    "cannot": "ca not",
    "whats": "what is",
    "whos": "who is",
    "wheres": "where is",
    "hows": "how is",
    "lets": "let is",
}
_JOINTS = frozenset({"or", "and", "then", "but"})
"""The words that may stand between two phrases."""

SHORTEST_DAY = 6
"""A single shorter word, such as "may", is no answer to "until when?"."""


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of a text without the differences that people do not mean.

    Case, punctuation, emoji, bold, the quotes of phones, and contractions are such. A quoted line begins
    with ">"; what somebody else wrote is no wish of the member, so then there are no words.
    """
    text = without_hidden(normalize("NFKC", text)).translate(_QUOTES).casefold()
    if text.lstrip().startswith(">"):
        return ()
    text = _CONTRACTIONS.sub(lambda found: _LONG_FORMS[found[0]], text)
    words = _WORD.findall(_EMOJI.sub(" ", text).replace("_", " "))
    return tuple(part for word in words for part in _WITHOUT_APOSTROPHE.get(word, word).split())


def bare_word(word: str) -> str:
    """Return a typed word without the quotes, marks of bold text, and punctuation around it."""
    return word.strip("\"'“”„‘’‚«»`*_~.,;:!?…()")


class PhraseProblem(ValueError):
    """A phrase cannot be read; the message says why, and what to write."""


def ways_to_say(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every way to say a phrase.

    "(a|b)" stands for one of the words or groups of words in it, "[a|b]" for one of them or nothing. Raises
    PhraseProblem for a bracket without its other half, one inside another, and for too many ways.
    """
    parts = _CHOICE.split(text)
    if any(set(part) & set("()[]|") for part in parts[::2]):
        raise PhraseProblem("has a bracket without its other half, or one inside another. Fix it.")
    choices = [_choices(part) for part in parts if part.strip()]
    if prod(map(len, choices)) > MOST_WAYS:
        raise PhraseProblem(f"can be said in more than {MOST_WAYS} ways. Split it.")
    return (sum(chosen, ()) for chosen in product(*choices))


def _choices(part: str) -> list[tuple[str, ...]]:
    """Return what may stand in this place of a phrase, each in words."""
    if not part.startswith(("(", "[")):
        return [plain_words(part)]
    said = [plain_words(words) for words in part[1:-1].split("|")]
    return [*said, ()] if part.startswith("[") else said


@dataclass(frozen=True)
class Phrase:
    """Ways to say something; `means` is the name of what is meant."""

    means: str
    text: str


@dataclass(frozen=True)
class Meaning:
    """What a message means: the intents, mostly one, and what it says about time.

    `time` is None where it says nothing, and where the words in `unread` could not be read. `is_whole` is
    false where the message says more than that, in other sentences.
    """

    intents: frozenset[str]
    time: TimeWords | None = None
    unread: str = ""
    is_whole: bool = True


@dataclass(frozen=True)
class TimedIntents:
    """Which intents take words about time: `lasting` those of how long, `starting` also those of when.

    Of `alone`, such words are a phrase by themselves. Beside it they are recognized also when they cannot be
    read; beside those of `starting`, only "until" is.
    """

    lasting: frozenset[str] = frozenset()
    starting: frozenset[str] = frozenset()
    alone: str | None = None

    def take(self, intent: str | None, words: Sequence[str]) -> bool:
        """Return whether these words about time may stand beside this intent."""
        return intent in self.starting or (intent in self.lasting and words[0] not in AT)

    def names_time(self, intent: str | None, words: Sequence[str]) -> bool:
        """Return whether these words beside this intent are about time, although they cannot be read."""
        takes_until = intent in self.starting and words[0] in UNTIL
        return words[0] in NAMES_A_TIME and (intent == self.alone or takes_until)


@dataclass(frozen=True)
class Phrasebook:
    """The phrases, and the courtesies that may stand around each of them."""

    phrases: Sequence[Phrase] = ()
    courtesies: Sequence[str] = ()

    def prepare(self) -> None:
        """Build the tables of all ways to say a phrase, which takes a tenth of a second."""
        _ = self._by_words, self._courtesies

    def find(self, text: str, timed: TimedIntents = TimedIntents()) -> Meaning | None:
        """Return what this text means; None when neither it nor a sentence of it is a phrase."""
        words = plain_words(text)
        if not 0 < len(words) <= LONGEST_TEXT:
            return None
        return self._whole(words, timed) or self._in_sentences(text, timed)

    def _whole(self, words: tuple[str, ...], timed: TimedIntents) -> Meaning | None:
        spans = self._spans(words) if len(words) <= MOST_WORDS else ()
        ways = [self._exactly]
        ways += [partial(way, timed) for way in (self._with_time, self._two, self._beside_unread)]
        found = (way(span) for way in ways for span in spans)
        return next((meaning for meaning in found if meaning), None)

    def _in_sentences(self, text: str, timed: TimedIntents) -> Meaning | None:
        """Return what some of several sentences mean; the others are no phrases."""
        sentences = [plain_words(part) for part in _SENTENCE_END.split(text)]
        found = [self._whole(words, timed) for words in sentences if words]
        intents = frozenset[str]().union(*(one.intents for one in found if one))
        return Meaning(intents, is_whole=False) if intents else None

    def without_courtesies(self, words: Sequence[str]) -> Sequence[str]:
        """Return the words from the first that is no courtesy on; all of them when each is one."""
        first = max(self._starts([" ".join(plain_words(word)) for word in words]))
        return words[first:] or words

    def has_only_courtesies(self, words: Sequence[str]) -> bool:
        """Return whether nothing but courtesies is left."""
        plain = [part for word in words for part in plain_words(word)]
        return len(plain) in self._starts(plain)

    @cached_property
    def _by_words(self) -> Mapping[tuple[str, ...], str]:
        every = ((phrase.means, ways_to_say(phrase.text)) for phrase in self.phrases)
        return {words: means for means, ways in every for words in ways}

    @cached_property
    def _courtesies(self) -> frozenset[tuple[str, ...]]:
        return frozenset(words for text in self.courtesies for words in ways_to_say(text))

    def _spans(self, words: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
        """Yield the words, then what is left without courtesies at either end, the longest first."""
        ends = [len(words) - left for left in self._starts(words, backward=True)]
        spans = [words[start:end] for start in self._starts(words) for end in ends if start < end]
        return sorted(spans, key=len, reverse=True)

    def _starts(self, words: Sequence[str], *, backward: bool = False) -> list[int]:
        """Return how many words may be left out at the beginning, or at the end, as courtesies."""
        words = words[::-1] if backward else words
        found = [0]
        for at in found:
            for courtesy in self._courtesies:
                own = courtesy[::-1] if backward else courtesy
                end = at + len(own)
                if tuple(words[at:end]) == own and end not in found:
                    found.append(end)
        return found

    def _exactly(self, words: tuple[str, ...]) -> Meaning | None:
        intent = self._by_words.get(words)
        return Meaning(frozenset({intent})) if intent else None

    def _with_time(self, timed: TimedIntents, words: tuple[str, ...]) -> Meaning | None:
        """Return a phrase before or after words about time, or what such words mean alone."""
        return self._beside_time(timed, words) or _time_alone(timed, words)

    def _beside_time(self, timed: TimedIntents, words: tuple[str, ...]) -> Meaning | None:
        for phrase, rest in _in_two(words):
            intent = self._by_words.get(phrase)
            if intent and timed.take(intent, rest):
                times = (read_time(span) for span in self._spans(rest))
                if time := next((time for time in times if time), None):
                    return Meaning(frozenset({intent}), time)
        return None

    def _beside_unread(self, timed: TimedIntents, words: tuple[str, ...]) -> Meaning | None:
        for phrase, rest in _in_two(words):
            intent = self._by_words.get(phrase)
            if intent and timed.names_time(intent, rest):
                return Meaning(frozenset({intent}), None, " ".join(rest))
        return None

    def _two(self, timed: TimedIntents, words: tuple[str, ...]) -> Meaning | None:
        """Return what two phrases after each other mean together."""
        for at in range(1, len(words)):
            left, right = words[:at], words[at + (words[at] in _JOINTS) :]
            one = self._exactly(left) or self._beside_time(timed, left)
            other = self._exactly(right) or self._beside_time(timed, right)
            if one and other:
                time = one.time or other.time
                return Meaning(one.intents | other.intents, time)
        return None


def _in_two(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield every beginning with the rest, and every end with what is before it."""
    for at in range(1, len(words)):
        yield words[:at], words[at:]
        yield words[at:], words[:at]


def _time_alone(timed: TimedIntents, words: tuple[str, ...]) -> Meaning | None:
    """Return what words about time mean without a phrase, such as "next week" and "not until Monday"."""
    is_too_short = len(words) == 1 and len(words[0]) < SHORTEST_DAY
    if len(words) > 1 and words[0] == "not":
        words = words[1:]
    if timed.alone is None or is_too_short or words[0] in AT:
        return None
    time = read_time(words)
    if time is None or time is VAGUELY:
        return None
    return Meaning(frozenset({timed.alone}), time)
