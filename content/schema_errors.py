"""Pydantic's errors in an author's words: what was found, what was expected, what to do."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from content.problems import did_you_mean, shown
from content.strict_yaml import Document, Found, Place


def explain(error: ValidationError, model: type[BaseModel], document: Document) -> Iterator[Found]:
    """Every error with its line."""
    for detail in error.errors(include_url=False):
        place = detail["loc"]
        for message in _messages(detail, model):
            yield document.line(place), message


def _messages(detail: ErrorDetails, model: type[BaseModel]) -> Iterator[str]:
    place, context = detail["loc"], detail.get("ctx", {})
    name = _name(place)
    if detail["type"] == "value_error":
        yield from (f"{name} {line}" for line in str(context["error"]).splitlines())
        return
    yield _message(detail, name, _keys_at(model, place[:-1]))


def _message(detail: ErrorDetails, name: str, keys: list[str]) -> str:
    place, found = detail["loc"], _shown(detail["input"])
    if detail["type"] == "missing":
        return f"The key {name} is missing{_inside(place)}. Add it."
    if detail["type"] == "extra_forbidden":
        return f"The key {name} is not known here.{did_you_mean(str(place[-1]), keys)}"
    if isinstance(detail["input"], list) and detail["type"] in ("too_short", "too_long"):
        found = f"a list of {len(detail['input'])}"
    return f"{name} is {found}. {_advice(detail)}"


def _advice(detail: ErrorDetails) -> str:
    """What to write instead."""
    context = detail.get("ctx", {})
    advice = {
        "string_type": f"Write a text{_in_quotes(detail['input'])}.",
        "int_type": "Write a whole number, without quotes.",
        "int_from_float": "Write a whole number, without quotes.",
        "float_type": "Write a number, without quotes.",
        "bool_type": "Write true or false, without quotes.",
        "list_type": "Write a list, each entry starting with '- '.",
        "model_type": "Write keys with their values, each on its own line.",
        "dict_type": "Write keys with their values, each on its own line.",
        "literal_error": f"Choose one of {_choices(context)}.",
        "too_short": f"Use {context.get('min_length')} or more.",
        "too_long": f"Use {context.get('max_length')} or fewer.",
        "greater_than_equal": f"Use {context.get('ge')} or more.",
        "less_than_equal": f"Use {context.get('le')} or less.",
    }
    return advice.get(detail["type"], f"{detail['msg']}.")


def _name(place: Place) -> str:
    """How a value is called: its key, or its place in a list, counted from 1."""
    if not place:
        return "The file"
    last = place[-1]
    if isinstance(last, str):
        return shown(last)
    return f"Entry {last + 1} of {_name(place[:-1])}"


def _inside(place: Place) -> str:
    return f" in {_name(place[:-1]).replace('Entry', 'entry')}" if len(place) > 1 else ""


def _shown(value: object) -> str:
    if isinstance(value, str):
        return shown(value) if value.strip() else "empty"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return "a group of keys" if isinstance(value, dict) else f"{value}"


def _in_quotes(found: object) -> str:
    return f" in quotes: '{_shown(found)}'" if isinstance(found, int | float) else ""


def _choices(context: dict[str, Any]) -> str:
    return str(context.get("expected")).replace("'", "").replace(" or ", ", ")


def _keys_at(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that may stand at this place."""
    kind: Any = model
    for part in place:
        kind = _below(kind, part)
    fields = kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}
    return [info.alias or name for name, info in fields.items()]


def _below(kind: Any, part: str | int) -> Any:
    """The type of the value under this key or in this list."""
    if isinstance(part, int):
        return next(iter(get_args(kind)), None)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return None
    for name, info in kind.model_fields.items():
        if part == (info.alias or name):
            return _without_none(info.annotation)
    return None


def _without_none(kind: Any) -> Any:
    inner = [arg for arg in get_args(kind) if arg is not type(None)]
    return kind if get_origin(kind) in (list, dict) or not inner else inner[0]
