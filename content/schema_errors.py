"""Turns pydantic's errors into problems: what was found, what was expected, what to write."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel
from pydantic_core import ErrorDetails

from content.fields import Count, Keys
from content.problems import did_you_mean, quoted
from content.strict_yaml import Document, Found, KeyPath, Misread

TEXTS = {
    "access": "a short version in quotes, such as '1'",
    "approver": "the id of an approver",
    "about": "what this is",
    "alike": "where the two are alike",
    "accepted_by": "the names of who accepted it",
    "because": "why a project with this need takes that level",
    "case": "a situation at work, in two to four sentences",
    "command": "the word after '/rungs assess'",
    "covers": "what it covers",
    "depth_note": "how deeply the families are described",
    "describes": "what people at this level do",
    "different": "where the two differ",
    "done_when": "what a colleague can see when it is done",
    "below_first": "the answer for a try that is less than the first level",
    "equivalent": "the experience of a person it compares to",
    "example": "two to four short lines of real text, below '|'",
    "explained": "what it means",
    "family": "the id of the family",
    "file": "the path of a content file, such as 'steps/sales.yaml'",
    "framework": "the id of the framework",
    "id": "a short id, such as 'first-draft'",
    "is": "what this level is",
    "keep": "the habit in this answer that stays useful",
    "learned_from": "a publisher, a title and a year, or 'practice'",
    "lets": "what it lets people do, in one sentence",
    "left": "the place in the first framework",
    "name": "the name that people see",
    "none_label": "the answer for 'none of these'",
    "not_tried": "the answer for what was not tried",
    "objective": "what people at this level set out to do",
    "question": "the question, or its id",
    "reviewed": "the day of the last review in quotes, such as '2026-11-20'",
    "right": "the place in the second framework",
    "role": "what the level means for a person's role",
    "says": "what it says",
    "series": "the id of the series",
    "shift": "what changes on the way up",
    "sign": "the sign of the level, such as 'L1'",
    "skill": "the id of the skill",
    "source": "where it comes from",
    "stem": "the question above the behaviors",
    "summary": "who it is for, in one line",
    "text": "the text that people read",
    "title": "a title: a verb and its object",
    "together": "what the team does together",
    "topic": "the topic in a few words",
    "try": "what to try next",
    "version": "a short version in quotes, such as '1'",
    "when": "the action and its moment",
    "why": "the reason in one sentence",
}
"""What to write under a key that expects a text."""


@dataclass(frozen=True)
class Key:
    """What the schema expects at a place: a type, with its metadata."""

    kind: Any
    metadata: tuple[Any, ...] = ()
    required: bool = True

    @property
    def keys(self) -> dict[str, "Key"]:
        """The keys that may stand below this one; empty for single values and lists."""
        for each in self.metadata:
            if isinstance(each, Keys):
                return {each.names.get(name, name): _key(kind) for name, kind in each.types.items()}
        if not (isinstance(self.kind, type) and issubclass(self.kind, BaseModel)):
            return {}
        return {
            info.alias or name: _key(info.annotation, *info.metadata, required=info.is_required())
            for name, info in self.kind.model_fields.items()
        }

    @property
    def may_be_empty(self) -> bool:
        """Whether a list may have no entries."""
        counts = [one.func for one in self.metadata if isinstance(one, AfterValidator)]
        return not any(isinstance(one, Count) and one.least for one in counts)

    def below(self, part: str | int) -> "Key | None":
        """What is expected under this key, or in each entry of this list."""
        if isinstance(part, str) and self.keys:
            return self.keys.get(part)
        kinds = get_args(self.kind)
        if not kinds:
            return None
        # the values of a mapping come second, the entries of a list first
        return _key(kinds[1] if isinstance(part, str) else kinds[0], required=False)


def _key(kind: Any, *metadata: Any, required: bool = True) -> Key:
    if get_origin(kind) is Annotated:
        return _key(kind.__origin__, *kind.__metadata__, *metadata, required=required)
    if get_origin(kind) in (Union, UnionType):
        return _key(get_args(kind)[0], *metadata, required=False)
    return Key(kind, metadata, required)


def keys_of(kind: Any) -> list[str]:
    """The keys of an entry in a file."""
    return list(_key(kind).keys)


def explain(
    errors: Iterable[ErrorDetails], model: type[BaseModel], document: Document
) -> Iterator[Found]:
    """All problems of a document: those of its YAML, and these errors of its schema.

    Where a bare word that YAML changes stands in the place of a number or a choice, the error of the schema
    takes the place of the problem of YAML.
    """
    replaced: set[Found] = set()
    found: list[Found] = []
    misread = set(document.problems)
    for detail in errors:
        word = detail["input"]
        if isinstance(word, Misread) and detail["type"] != "extra_forbidden":
            replaced.add((word.line, word.message))
            found.append((word.line, _message(detail, _key_at(model, detail["loc"]))))
        else:
            line = document.line(detail["loc"])
            found += [(line, message) for message in _messages(detail, model)]
    left = misread - replaced
    yield from left
    told = {line for line, _ in left}
    yield from (problem for problem in found if problem[0] not in told)


def _messages(detail: ErrorDetails, model: type[BaseModel]) -> Iterator[str]:
    name, key = _name(detail["loc"]), _key_at(model, detail["loc"])
    if detail["type"] == "value_error":
        yield from (f"{name} {line}" for line in str(detail["ctx"]["error"]).splitlines())
    elif detail["type"] == "missing":
        yield f"The key {name} is missing{_inside(detail['loc'])}. Add it."
    elif detail["type"] == "extra_forbidden":
        *around, last = detail["loc"]
        owner = _key_at(model, tuple(around))
        hint = did_you_mean(str(last), owner.keys if owner else ())
        yield f"The key {name} is not known here.{hint}"
    else:
        yield _message(detail, key)


def _message(detail: ErrorDetails, key: Key | None) -> str:
    """What was found in this place, and what to write."""
    place, found = detail["loc"], detail["input"]
    name, required = _name(place), key is None or key.required
    if isinstance(found, Misread):
        if found.text and detail["type"] == "string_type":
            return found.message
        if not found.text:
            return f"{name} has no value. {_or_delete(_advice(detail, key), required=required)}"
    if detail["type"] == "blank":
        return f"{name} is empty. {_or_delete(_write_text(place), required=required)}"
    return f"{name} is {_shown(found)}. {_advice(detail, key)}"


def _or_delete(advice: str, *, required: bool) -> str:
    return advice if required else f"{advice.removesuffix('.')}, or delete the line."


def _advice(detail: ErrorDetails, key: Key | None) -> str:
    """What to write instead."""
    context, found = detail.get("ctx", {}), detail["input"]
    match detail["type"]:
        case "string_type":
            empty = isinstance(found, Misread)
            return _write_text(detail["loc"]) if empty else f"Write a text{_in_quotes(found)}."
        case "int_type" | "int_from_float":
            return _write_number("a whole number", found)
        case "float_type":
            return _write_number("a number", found)
        case "bool_type":
            return "Write true or false, without quotes."
        case "tuple_type":
            is_open = isinstance(found, Misread) and key and key.required and key.may_be_empty
            none = ", or [] for none" if is_open else ""
            return f"Write a list, each entry starting with '- '{none}."
        case "model_type" | "dict_type":
            return "Write keys with their values, each on its own line."
        case "literal_error":
            return _choose(str(context.get("expected")))
        case "greater_than_equal":
            return f"Use {context.get('ge')} or more."
        case "less_than_equal":
            return f"Use {context.get('le')} or less."
    return f"{detail['msg']}."


def _write_text(place: KeyPath) -> str:
    """What to write where a text is missing, after the key that it belongs to."""
    key = next((part for part in reversed(place) if isinstance(part, str)), "")
    return f"Write {TEXTS.get(key, 'a text')}."


def _write_number(what: str, found: object) -> str:
    """What to write where a number is expected; a bare word has no quotes to remove."""
    if not isinstance(found, Misread):
        return f"Write {what}, without quotes."
    return f"Write {what} in plain digits." if found.text else f"Write {what}."


def _choose(expected: str) -> str:
    choices = expected.replace("'", "").replace(" or ", ", ")
    return f"Choose one of {choices}." if "," in choices else f"Write {expected}."


def _name(place: KeyPath) -> str:
    """How a value is called in a problem: its key, or its number in a list, counted from 1."""
    if not place:
        return "The file"
    last = place[-1]
    if isinstance(last, str):
        return quoted(last)
    return f"Entry {last + 1} of {_name(place[:-1])}"


def _inside(place: KeyPath) -> str:
    return f" in {_name(place[:-1]).replace('Entry', 'entry')}" if len(place) > 1 else ""


def _shown(value: object) -> str:
    """The value that was found, in a few words."""
    if isinstance(value, str):
        return quoted(value) if value.strip() else "empty"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return "a group of keys" if isinstance(value, dict) else f"{value}"


def _in_quotes(found: object) -> str:
    return f" in quotes: '{_shown(found)}'" if isinstance(found, int | float) else ""


def _key_at(model: type[BaseModel], place: KeyPath) -> Key | None:
    """What the schema expects at this place; None where it expects nothing."""
    key: Key | None = _key(model)
    for part in place:
        key = key.below(part) if key else None
    return key
