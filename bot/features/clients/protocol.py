"""Requests of the AuthZEN Authorization API 1.0: read from JSON, each with its questions.

A question is about something when its subject is a user, its action is `use` and its resource a permission.
Whatever else is well formed is a question about nothing, which is answered like one about somebody unknown.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 100_000
MOST_EVALUATIONS = 50

SUBJECT, ACTION, RESOURCE = "user", "use", "permission"
"""What this service answers questions about."""

ENTITIES = {"subject": ("type", "id"), "action": ("name",), "resource": ("type", "id")}
"""The parts of a question, with the fields that each of them must have."""

STOPS: Mapping[str, bool | None] = {
    "execute_all": None,
    "deny_on_first_deny": False,
    "permit_on_first_permit": True,
}
"""After which decision a batch is answered no further, by its semantic."""


class BadRequest(Exception):
    """A request, or a question in it, that is malformed; the text says what is wrong."""


@dataclass(frozen=True)
class Question:
    """Whether the subject may use the permission; both are empty in a question about nothing."""

    subject: str
    permission: str


@dataclass(frozen=True)
class Asked:
    """A request: its questions in order, with what is wrong with each that is malformed.

    `stops_at` is the decision after which no more are answered. With `is_batch` they are answered in a list.
    """

    questions: tuple[Question | BadRequest, ...]
    stops_at: bool | None = None
    is_batch: bool = False


def read_evaluation(body: bytes) -> Asked:
    """Return the one question of a request; BadRequest when it is malformed."""
    return Asked((_question(_object(body)),))


def read_evaluations(body: bytes) -> Asked:
    """Return the questions of a batch, or the one question of a request without any; BadRequest as above.

    What stands beside the list is the default of every question in it. A malformed question in the list is
    an answer of its own.
    """
    given = _object(body)
    listed = given.get("evaluations", [])
    if not isinstance(listed, list):
        raise BadRequest("'evaluations' is not an array.")
    stops_at = _semantic(given.get("options", {}))
    if not listed:
        return Asked((_question(given),))
    if len(listed) > MOST_EVALUATIONS:
        raise BadRequest(f"'evaluations' has more than {MOST_EVALUATIONS} items.")
    for name in ENTITIES:
        if name in given:
            _check(name, given[name], is_whole=False)
    _check_object("context", given.get("context", {}))
    return Asked(tuple(_item(given, one) for one in listed), stops_at, is_batch=True)


READERS: Mapping[str, Callable[[bytes], Asked]] = {
    "evaluation": read_evaluation,
    "evaluations": read_evaluations,
}
"""What reads the requests at each address below `/access/v1/`."""


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise BadRequest("The body is not JSON.") from problem
    _check_object("body", given)
    return dict(given)


def _semantic(options: Any) -> bool | None:
    _check_object("options", options)
    named = options.get("evaluations_semantic", "execute_all")
    if not isinstance(named, str) or named not in STOPS:
        raise BadRequest(f"'options.evaluations_semantic' is none of: {', '.join(STOPS)}.")
    return STOPS[named]


def _item(defaults: Mapping[str, Any], item: Any) -> Question | BadRequest:
    try:
        _check_object("evaluation", item)
        return _question(_with_defaults(defaults, item))
    except BadRequest as problem:
        return problem


def _with_defaults(defaults: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the question with the defaults for what it lacks: whole parts, and required fields of a part."""
    merged = {name: defaults[name] for name in (*ENTITIES, "context") if name in defaults} | {
        **item
    }
    for name, fields in ENTITIES.items():
        own, default = item.get(name), defaults.get(name, {})
        if isinstance(own, dict):
            merged[name] = {one: default[one] for one in fields if one in default} | own
    return merged


def _question(given: Mapping[str, Any]) -> Question:
    for name in ENTITIES:
        if name not in given:
            raise BadRequest(f"'{name}' is missing.")
        _check(name, given[name], is_whole=True)
    _check_object("context", given.get("context", {}))
    subject, action, resource = (given[name] for name in ENTITIES)
    if (subject["type"], action["name"], resource["type"]) != (SUBJECT, ACTION, RESOURCE):
        return Question("", "")
    return Question(subject["id"], resource["id"])


def _check(name: str, part: Any, *, is_whole: bool) -> None:
    """Raise BadRequest unless the types are right, and with `is_whole`, unless all fields are there."""
    _check_object(name, part)
    for field in ENTITIES[name]:
        if is_whole and field not in part:
            raise BadRequest(f"'{name}.{field}' is missing.")
        if not isinstance(part.get(field, ""), str):
            raise BadRequest(f"'{name}.{field}' is not a string.")
    _check_object(f"{name}.properties", part.get("properties", {}))


def _check_object(name: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise BadRequest(f"'{name}' is not an object.")
