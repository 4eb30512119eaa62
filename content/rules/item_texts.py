"""What gives the answer to an item away, or makes it unclear: its question, its options, another item."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from content.files import ContentFile
from content.items import ItemEntry, ItemsFile, OptionEntry
from content.limits import length
from content.problems import Problem, quoted
from content.rules.texts import sentence_problems, sentences
from content.strict_yaml import KeyPath

SHARES_FROM = 12
"""With fewer sets of options in a skill, shares say nothing."""

LONGEST, SHORTEST = 0.35, 0.40
"""At most this share of the right options may be the longest, and the shortest, of their set."""

FACTOR, MORE = 1.6, 15
"""The longest option has at most this many times the characters of the shortest, and this many more."""

ALIKE = 0.6
"""Two texts that share this much of their words are one text told twice."""

WORDS_COMPARED = 8
"""Texts with fewer different words than this are not compared."""

_NEGATIVE = re.compile(r"\b(not|never|except|cannot|least likely)\b|n['’]t\b", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(all|none|both|neither|any) (of )?(the )?(above|below|(other )?(options|answers))\b"
    r"|\bboth (options? )?[A-D] and [A-D]\b|\b(option|answer) ([A-D]|[1-4])\b"
    r"|\b(first|second|third|fourth|last|previous|next) (option|answer)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_QUOTES = ('"', "“", "'", "‘", "`")
_OPENERS = {"yes": "yes or no", "no": "yes or no", "to": "'to'", "because": "'because'"}
_NO_VERBS = {"bring", "nothing", "something", "everything", "anything", "during", "string", "king"}
_SUFFIXES = (
    "ations",
    "ation",
    "ingly",
    "edly",
    "ings",
    "ing",
    "ers",
    "ies",
    "ed",
    "er",
    "es",
    "ly",
)
_COMMON = (
    "about above after again also because been before being below between both cannot could does doing "
    "done down during each even ever every from further have having here hers himself into itself just "
    "like made make many more most much myself only onto other ours over same says shall should since "
    "some such than that their theirs them then there these they thing things this those through under "
    "until upon very want well were what when where which while whom whose will with within without "
    "would your yours"
)
"""Words of four letters or more that say nothing of what a text is about."""


_LEFT_OUT = frozenset(_COMMON.split())


def stems(text: str) -> frozenset[str]:
    """Return the words of a text that carry its meaning, each without its ending."""
    words = (word.casefold().partition("'")[0].partition("’")[0] for word in _WORD.findall(text))
    return frozenset(_stem(word) for word in words if len(word) >= 4 and word not in _LEFT_OUT)


def _stem(word: str) -> str:
    word = word.removesuffix("s") if not word.endswith("ss") and len(word) > 4 else word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            word = word.removesuffix(suffix)
            break
    return word[:-1] if word[-1] in "ey" and len(word) > 4 else word


def option_sets(item: ItemEntry) -> Iterator[tuple[KeyPath, Sequence[OptionEntry]]]:
    """The options of an item and of each variant that has its own, with their places in the item."""
    if item.options:
        yield ("options",), item.options
    for family, variant in item.variants.items():
        if variant.options:
            yield ("variants", family, "options"), variant.options


def text_problems(
    file: ContentFile[ItemsFile], place: KeyPath, item: ItemEntry
) -> Iterator[Problem]:
    """What is wrong with the words of an item."""
    yield from _question_problems(file, (*place, "question"), item.question)
    for at, options in option_sets(item):
        yield from _option_problems(file, (*place, *at), options)
        if message := _form(item.kind, options):
            yield from file.problem((*place, *at), message)
        yield from _support_problems(file, (*place, *at), item.ground.says, options)
    for family, variant in item.variants.items():
        if variant.options and len(variant.options) == len(item.options):
            here = ("variants", family, "options")
            if _right(variant.options) != _right(item.options):
                message = "'options' has the right one in another place than the item. Move it."
                yield from file.problem((*place, *here), message)
        elif variant.options and item.options:
            found = f"has {len(variant.options)} options, and the item {len(item.options)}"
            yield from file.problem(
                (*place, "variants", family, "options"), f"'options' {found}. Write as many."
            )


def _right(options: Sequence[OptionEntry]) -> int:
    return next((place for place, option in enumerate(options) if option.right), -1)


def _question_problems(
    file: ContentFile[ItemsFile], place: KeyPath, question: str
) -> Iterator[Problem]:
    if found := _NEGATIVE.search(question):
        message = f"'question' has '{found[0]}' in it, which is read past."
        yield from file.problem(place, f"{message} Ask for what is right.")
    if question and (question.count("?") != 1 or not question.endswith("?")):
        yield from file.problem(place, "'question' is one question, and ends with '?'. Rewrite it.")
    yield from sentence_problems(file, place, question)


def _option_problems(
    file: ContentFile[ItemsFile], place: KeyPath, options: Sequence[OptionEntry]
) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, option in enumerate(options):
        at = (*place, number)
        if found := _REFERS.search(option.text):
            message = f"'text' says '{found[0]}', but options are shown in any order."
            yield from file.problem((*at, "text"), f"{message} Write what it means.")
        line = seen.setdefault(option.text.casefold(), file.document.line((*at, "text")))
        if line != file.document.line((*at, "text")):
            message = f"'text' is the same as on line {line}. Write another."
            yield from file.problem((*at, "text"), message)
        if (count := len(sentences(option.why))) > 1:
            message = f"'why' has {count} sentences. Keep the one that matters most."
            yield from file.problem((*at, "why"), message)
        yield from sentence_problems(file, (*at, "why"), option.why)


def _form(kind: str, options: Sequence[OptionEntry]) -> str | None:
    """What makes one option look different from the others, and what to do."""
    sizes = [length(option.text) for option in options]
    most = int(FACTOR * min(sizes) + MORE)
    if max(sizes) > most:
        found = f"The options have {min(sizes)} to {max(sizes)} characters."
        return f"{found} Keep the longest at {most} or less, or write more in the shortest."
    ways = dict.fromkeys(_beginning(option.text, kind) for option in options)
    if len(ways) > 1:
        return f"The options begin with {' and '.join(ways)}. Begin all of them alike."
    return None


def _beginning(text: str, kind: str) -> str:
    """How an option begins; a line of a spec and a result may begin with any word."""
    first = text.split()[0].rstrip(",.:")
    word = first.casefold()
    if text.startswith(_QUOTES):
        return "a quote"
    if first.partition("'")[0].partition("’")[0] == "I":
        return "'I'"
    if kind in {"missing-line", "which-result"}:
        return "another word"
    if word.endswith("ing") and len(word) > 4 and word not in _NO_VERBS:
        return "a word in '-ing'"
    return _OPENERS.get(word, "another word")


def _support_problems(
    file: ContentFile[ItemsFile], place: KeyPath, says: str, options: Sequence[OptionEntry]
) -> Iterator[Problem]:
    """A problem unless two words of the quoted line stand in the right option or its reason."""
    number, of_line = _right(options), stems(says)
    if number < 0 or not of_line:
        return
    if len(of_line & stems(f"{options[number].text} {options[number].why}")) < 2:
        message = f"The right option shares fewer than two words with {quoted(says)}."
        advice = "Quote the line that makes it right, or use its words in 'why'."
        yield from file.problem((*place, number), f"{message} {advice}")


Placed = tuple[ContentFile[ItemsFile], KeyPath, ItemEntry]
"""An item with its file and its place there."""


def share_problems(skill: str, items: Sequence[Placed]) -> Iterator[Problem]:
    """A problem if the right option of this skill's items can be guessed by its length too often."""
    sets = [(*one[:2], options) for one in items for _, options in option_sets(one[2])]
    if len(sets) < SHARES_FROM:
        return
    for word, most, advice in (
        ("longest", LONGEST, "shorten some, or give a wrong one more detail."),
        ("shortest", SHORTEST, "give some more detail, or shorten a wrong one."),
    ):
        found = [one for one in sets if _stands_out(one[2], word)]
        if len(found) > (allowed := int(most * len(sets))):
            file, place, _ = max(found, key=lambda one: not one[0].source.built_in)
            message = f"In '{skill}', the right option is the {word} in {len(found)} of {len(sets)}"
            message = f"{message} sets of options, such as this one. Keep to {allowed}: {advice}"
            yield from file.problem((*place, "options"), message)


def _stands_out(options: Sequence[OptionEntry], word: str) -> bool:
    """Whether the right option is longer, or shorter, than each of the others."""
    own = [length(option.text) for option in options if option.right]
    others = [length(option.text) for option in options if not option.right]
    return bool(own and others) and (
        own[0] > max(others) if word == "longest" else own[0] < min(others)
    )


@dataclass(frozen=True, eq=False)
class Told:
    """A case or a set of options, with the words that carry its meaning."""

    placed: Placed
    at: KeyPath
    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        return stems(self.text)

    def is_like(self, other: "Told") -> bool:
        """Whether the two share most of their words, and are long enough to say so."""
        fewer, more = sorted((self.words, other.words), key=len)
        if len(fewer) < max(WORDS_COMPARED, ALIKE * len(more)):
            return False
        return len(fewer & more) >= ALIKE * len(more)


def told(items: Sequence[Placed]) -> list[Told]:
    """Every case and every set of options of these items, those of variants too."""
    every = list[Told]()
    for placed in items:
        _, _, item = placed
        every.append(Told(placed, ("case",), item.case))
        for family, variant in item.variants.items():
            every.append(Told(placed, ("variants", family, "case"), variant.case))
        for at, options in option_sets(item):
            every.append(Told(placed, at, " ".join(option.text for option in options)))
    return every


def alike_problems(every: Sequence[Told]) -> Iterator[Problem]:
    """Every item with a case or options like those of an item before it.

    Two texts that share most of their words share one of their rarest, so only such texts are compared.
    """
    common = Counter(word for one in every for word in one.words)
    earlier: dict[tuple[str | int, str], list[Told]] = defaultdict(list)
    reported = set[tuple[str, str]]()
    for one in every:
        file, place, item = one.placed
        rarest = sorted(one.words, key=lambda word: (common[word], word))
        kept = [
            (one.at[-1], word) for word in rarest[: len(rarest) - ceil(ALIKE * len(rarest)) + 1]
        ]
        for other in dict.fromkeys(found for key in kept for found in earlier[key]):
            other_file, other_place, other_item = other.placed
            pair = (item.id, other_item.id)
            if item.id != other_item.id and pair not in reported and one.is_like(other):
                reported.add(pair)
                where = other_file.where((*other_place, *other.at))
                message = f"'{one.at[-1]}' is like that of '{other_item.id}' at {where}."
                yield from file.problem((*place, *one.at), f"{message} Ask something else.")
        for key in kept:
            earlier[key].append(one)
