"""The types of values in content files: words of a length, ids, numbers of the tier scale."""

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from coaching.mean_score import LEVELS, TIERS
from content import limits
from content.problems import shown

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


def _checked(check: Callable[[str], list[str]]) -> AfterValidator:
    """A validator that raises everything `check` found, a line each."""

    def validate(text: str) -> str:
        found = check(text)
        if found:
            raise ValueError("\n".join(found))
        return text

    return AfterValidator(validate)


def copy(limit: int) -> AfterValidator:
    """Words that members read: one paragraph, not too long, in a calm voice."""

    def check(text: str) -> list[str]:
        found = []
        if not text.strip():
            found.append("is empty. Write the text, or delete the line.")
        elif text != text.strip():
            found.append("starts or ends with a space. Delete it.")
        if _CONTROL.search(text):
            found.append(
                "has a line break or a tab in it. Write one paragraph; '>-' folds long lines."
            )
        if "!" in text:
            found.append("has an exclamation mark. End the sentence with a period.")
        units = limits.length(text)
        if units > limit:
            found.append(f"has {units} characters. Use at most {limit}.")
        return found

    return _checked(check)


def _one_of(numbers: tuple[float, ...]) -> AfterValidator:
    """A validator that accepts these numbers of the tier scale."""

    def validate(number: float) -> float:
        if number not in numbers:
            choices = ", ".join(f"{choice:g}" for choice in numbers)
            raise ValueError(f"is {number:g}. Choose one of {choices}.")
        return number

    return AfterValidator(validate)


def exactly(count: int) -> AfterValidator:
    """A validator for lists of a fixed length."""

    def validate(entries: list[str]) -> list[str]:
        if len(entries) != count:
            raise ValueError(f"is a list of {len(entries)}. Use exactly {count}.")
        return entries

    return AfterValidator(validate)


def _kebab(text: str) -> list[str]:
    if len(text) > limits.ID:
        return [f"has {len(text)} characters. Use at most {limits.ID}."]
    if KEBAB.fullmatch(text):
        return []
    return [
        f"is {shown(text)}. Use small letters, digits and single hyphens, such as 'first-draft'."
    ]


def _version(text: str) -> list[str]:
    if re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}", text):
        return []
    return [f"is {shown(text)}. Write a short version in quotes, such as '2'."]


def _day(text: str) -> list[str]:
    if _DAY.fullmatch(text):
        return []
    return [f"is {shown(text)}. Write the day of the last review as '2026-11-20', in quotes."]


Id = Annotated[str, _checked(_kebab)]
Version = Annotated[str, _checked(_version)]
Day = Annotated[str, _checked(_day)]
Name = Annotated[str, copy(limits.BUTTON)]
Headline = Annotated[str, copy(limits.HEADLINE)]
Line = Annotated[str, copy(limits.LINE)]
Paragraph = Annotated[str, copy(limits.PARAGRAPH)]
Topic = Annotated[str, copy(limits.TOPIC)]
Asked = Annotated[str, copy(limits.QUESTION)]
Answered = Annotated[str, copy(limits.ANSWER)]
LevelName = Annotated[str, copy(limits.LEVEL_NAME)]
Sign = Annotated[str, copy(limits.SIGN)]
Summary = Annotated[str, copy(limits.SUMMARY)]
ShortName = Annotated[str, copy(limits.FAMILY_NAME)]
Title = Annotated[str, copy(limits.TITLE)]
Minutes = Annotated[int, Field(ge=limits.MINUTES[0], le=limits.MINUTES[1])]
Lines = Annotated[list[Line], Field(max_length=limits.SIGNS)]

AnyTier = Annotated[float, _one_of(TIERS)]
AnswerLevel = Annotated[float, _one_of(LEVELS)]
HalfStep = Annotated[float, _one_of(TIERS[:-1])]
Data = Literal["none", "public", "internal"]


class Strict(BaseModel):
    """Every key is known, every value has its type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
