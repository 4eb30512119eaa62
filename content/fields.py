"""The types of values in content files, and how entries and lists of them are read.

Every type reads in one of three ways, chosen by pydantic's validation context. With no context it is
strict: whatever is wrong raises. With LENIENT a single value that is wrong is replaced by an empty one of
its type, or kept when only its words are wrong, and with LENIENT_LISTS lists of a wrong length pass as
well. `content.files` uses the lenient ways to run the rules between values on files that have problems.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from coaching.mean_score import LEVELS, TIERS, Answer, Question
from coaching.safe_text import HIDDEN, is_visible
from content import limits
from content.problems import quoted

LENIENT = "lenient"
LENIENT_LISTS = "lenient lists"

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")

T = TypeVar("T")


class Entry(BaseModel):
    """A group of keys: every key is known, every value has its type, nothing changes afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class HasId(Protocol):
    """A value with an id."""

    @property
    def id(self) -> str: ...


class Keys:
    """Reads a group of keys as the dataclass that it annotates: `Annotated[Answer, Keys(level=…)]`.

    `types` gives the type of each argument, `names` the key in the file where it differs from the
    argument. Every key is required.
    """

    def __init__(self, *, names: Mapping[str, str] | None = None, **types: Any) -> None:
        self.names = names or {}
        self.types = types

    def __get_pydantic_core_schema__(
        self, source: Callable[..., Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        fields = {
            name: core_schema.typed_dict_field(
                handler.generate_schema(kind),
                required=True,
                validation_alias=self.names.get(name),
            )
            for name, kind in self.types.items()
        }
        config = core_schema.CoreConfig(strict=True)
        keys = core_schema.typed_dict_schema(fields, extra_behavior="forbid", config=config)
        return core_schema.no_info_after_validator_function(lambda found: source(**found), keys)


def empty_unless_strict(empty: object) -> WrapValidator:
    """In a lenient reading a wrong value of the right type stays, and any other becomes `empty`."""

    def validate(value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(value)
        except ValidationError:
            if info.context is None:
                raise
            return value if type(value) is type(empty) else empty

    return WrapValidator(validate)


def _no_list(value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """In a lenient reading, what is no list becomes an empty one."""
    if info.context is not None and not isinstance(value, list):
        return ()
    return handler(value)


Several = Annotated[tuple[T, ...], Field(strict=False), WrapValidator(_no_list)]
"""A list of the file, as a tuple."""


class LimitError(ValueError):
    """A value that is too long or too short, and can be compared with others as it is."""


@dataclass(frozen=True)
class Count:
    """How many entries a list has: `least` to `most`, without `most` any number above."""

    least: int
    most: int | None = None

    def __call__(self, entries: tuple[T, ...], info: ValidationInfo) -> tuple[T, ...]:
        advice = self._advice(len(entries))
        if advice and info.context != LENIENT_LISTS:
            raise LimitError(f"is a list of {len(entries)}. {advice}")
        return entries

    def _advice(self, found: int) -> str | None:
        if found != self.least == self.most:
            return f"Use exactly {self.least}."
        if found < self.least:
            return f"Use {self.least} or more."
        return f"Use {self.most} or fewer." if self.most is not None and found > self.most else None


def count(least: int, most: int | None = None) -> AfterValidator:
    """A validator of how many entries a list has."""
    return AfterValidator(Count(least, most))


def _checked(
    check: Callable[[str], Iterable[str]], error: type[ValueError] = ValueError
) -> AfterValidator:
    """A validator of a text that must not be blank; it raises all that `check` finds, a line each."""

    def validate(text: str) -> str:
        if not is_visible(text):
            raise PydanticCustomError("blank", "is empty")
        found = list(check(text))
        if found:
            raise error("\n".join(found))
        return text

    return AfterValidator(validate)


def _words(limit: int) -> AfterValidator:
    """A validator of words that members read: one paragraph, not too long, in a calm voice."""

    def check(text: str) -> Iterable[str]:
        if text != text.strip():
            yield "starts or ends with a space. Delete it."
        if _CONTROL.search(text):
            yield "has a line break or a tab in it. Write one paragraph; '>-' folds long lines."
        elif hidden := HIDDEN.search(text):
            yield f"has the hidden character U+{ord(hidden[0]):04X} in it. Delete it."
        if "!" in text:
            yield "has an exclamation mark. End the sentence with a period."
        units = limits.length(text)
        if units > limit:
            yield f"has {units} characters. Use at most {limit}."

    return _checked(check, LimitError)


_SHOUT = re.compile(r"!(?=[\s\"'”’)]|$)")
"""An exclamation mark that ends words; one inside code, such as '!=', ends none."""


def _material(limit: int, *, lines: bool) -> AfterValidator:
    """A validator of words of a check, which may quote code; with `lines` they may stand on several."""

    def check(text: str) -> Iterable[str]:
        plain = text.rstrip("\n")
        if plain != plain.strip():
            yield "starts or ends with a space. Delete it."
        if "\t" in plain or (not lines and "\n" in plain):
            what = "a tab" if lines or "\t" in plain else "a line break"
            yield f"has {what} in it. Delete it; '>-' folds long lines."
        elif hidden := HIDDEN.search(plain):
            yield f"has the hidden character U+{ord(hidden[0]):04X} in it. Delete it."
        if _SHOUT.search(plain):
            yield "has an exclamation mark. End the sentence with a period."
        units = limits.length(plain)
        if units > limit:
            yield f"has {units} characters. Use at most {limit}."

    return _checked(check, LimitError)


def _example(text: str) -> Iterable[str]:
    """What is wrong with an example: a few short lines of real text of a job."""
    lines = text.rstrip("\n").split("\n")
    if len(lines) > limits.EXAMPLE_LINES:
        yield f"has {len(lines)} lines. Use at most {limits.EXAMPLE_LINES}; '|' keeps lines apart."
    if any(line != line.strip() or not is_visible(line) for line in lines):
        yield "has an empty line, or a line that starts or ends with a space. Delete it."
    if any(_CONTROL.search(line) or HIDDEN.search(line) for line in lines):
        yield "has a tab or a hidden character in it. Delete it."
    if "!" in text:
        yield "has an exclamation mark. End the sentence with a period."
    units = limits.length(text.rstrip("\n"))
    if units > limits.EXAMPLE:
        yield f"has {units} characters. Use at most {limits.EXAMPLE}."


def _one_of(numbers: tuple[float, ...]) -> AfterValidator:
    """A validator that accepts these numbers of the tier scale."""

    def validate(number: float) -> float:
        if number not in numbers:
            choices = ", ".join(f"{choice:g}" for choice in numbers)
            raise ValueError(f"is {number:g}. Choose one of {choices}.")
        return number

    return AfterValidator(validate)


def _kebab(text: str) -> Iterable[str]:
    if len(text) > limits.ID:
        yield f"has {len(text)} characters. Use at most {limits.ID}."
    elif not KEBAB.fullmatch(text):
        hint = "Use small letters, digits and single hyphens, such as 'first-draft'."
        yield f"is {quoted(text)}. {hint}"


def _version(text: str) -> Iterable[str]:
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}", text):
        yield f"is {quoted(text)}. Write a short version in quotes, such as '2'."


def _day(text: str) -> Iterable[str]:
    if not _DAY.fullmatch(text):
        yield f"is {quoted(text)}. Write the day of the last review as '2026-11-20', in quotes."


_ANY_TEXT = empty_unless_strict("")

Id = Annotated[str, _checked(_kebab), _ANY_TEXT]
Version = Annotated[str, _checked(_version), _ANY_TEXT]
Day = Annotated[str, _checked(_day), _ANY_TEXT]
Name = Annotated[str, _words(limits.BUTTON), _ANY_TEXT]
Headline = Annotated[str, _words(limits.HEADLINE), _ANY_TEXT]
Line = Annotated[str, _words(limits.LINE), _ANY_TEXT]
Paragraph = Annotated[str, _words(limits.PARAGRAPH), _ANY_TEXT]
Topic = Annotated[str, _words(limits.TOPIC), _ANY_TEXT]
QuestionText = Annotated[str, _words(limits.QUESTION), _ANY_TEXT]
AnswerText = Annotated[str, _words(limits.ANSWER), _ANY_TEXT]
Habit = Annotated[str, _words(limits.KEEP), _ANY_TEXT]
LevelName = Annotated[str, _words(limits.LEVEL_NAME), _ANY_TEXT]
Sign = Annotated[str, _words(limits.SIGN), _ANY_TEXT]
Summary = Annotated[str, _words(limits.SUMMARY), _ANY_TEXT]
ShortName = Annotated[str, _words(limits.FAMILY_NAME), _ANY_TEXT]
Title = Annotated[str, _words(limits.TITLE), _ANY_TEXT]
ExperimentTitle = Annotated[str, _words(limits.EXPERIMENT_TITLE), _ANY_TEXT]
Example = Annotated[
    str, _checked(_example, LimitError), AfterValidator(str.rstrip), empty_unless_strict("")
]
LearnedFrom = Annotated[str, _words(limits.LEARNED_FROM), _ANY_TEXT]
Case = Annotated[
    str, _material(limits.CASE, lines=True), AfterValidator(str.rstrip), empty_unless_strict("")
]
ItemQuestion = Annotated[str, _material(limits.ITEM_QUESTION, lines=False), _ANY_TEXT]
OptionText = Annotated[str, _material(limits.OPTION, lines=False), _ANY_TEXT]
Why = Annotated[str, _material(limits.WHY, lines=False), _ANY_TEXT]
Lines = Annotated[Several[Line], count(0, limits.SIGNS)]

Number = Annotated[int, empty_unless_strict(0)]
Truth = Annotated[bool, empty_unless_strict(empty=False)]
Minutes = Annotated[int, Field(ge=limits.MINUTES[0], le=limits.MINUTES[1]), empty_unless_strict(0)]
Sitting = Annotated[int, Field(ge=limits.SITTING[0], le=limits.SITTING[1]), empty_unless_strict(0)]
AnyTier = Annotated[float, _one_of(TIERS), empty_unless_strict(0.0)]
AnswerLevel = Annotated[float, _one_of(LEVELS), empty_unless_strict(0.0)]
HalfStep = Annotated[float, _one_of(TIERS[:-1]), empty_unless_strict(0.0)]
Data = Annotated[Literal["none", "public", "internal", "customer"], _ANY_TEXT]

AnswerEntry = Annotated[Answer, Keys(level=AnswerLevel, text=AnswerText, keep=Habit)]
QuestionEntry = Annotated[
    Question, Keys(id=Id, topic=Topic, text=QuestionText, answers=Several[AnswerEntry])
]
Questions = Annotated[Several[QuestionEntry], count(*limits.QUESTIONS)]
