"""The part of assessments, their answers and their words in a member's export and erasure."""

import json
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import col

from coaching.assessment import Answers, Words
from coaching.knowledge.check import FRAMEWORK as KNOWLEDGE
from coaching.members import MemberKey
from coaching.min_score import Criteria, grade_name
from coaching.required_level import ProjectSubject
from storage.assessments import given_answers, wordings
from storage.assessments.assessments import SELF, Assessment, is_assessment_of
from storage.assessments.given_answers import GivenAnswer
from storage.assessments.wordings import Wording
from storage.database import Session
from storage.database.rows import OwnedTable, json_values

SELF_CHECK, GRADING, PROJECT, CHECK = "self-check", "grading", "project", "knowledge check"
"""What an assessment is about, as the export says it."""


def _kind(row: Assessment) -> str:
    if row.subject == SELF:
        return SELF_CHECK
    if row.framework == KNOWLEDGE:
        return CHECK
    return PROJECT if ProjectSubject.parse(row.subject) else GRADING


async def _with_words(session: Session, key: MemberKey) -> list[tuple[Assessment, Words]]:
    """Return the member's assessments with what was shown."""
    found = await session.scalars(
        select(Assessment).where(is_assessment_of(key)).order_by(col(Assessment.id))
    )
    rows = found.all()
    words = await wordings.words_of_each(session, rows)
    return [(row, words[row.wording_digest]) for row in rows]


async def _export_assessments(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    found = await _with_words(session, key)
    answers = await given_answers.levels_of_each(session, [row for row, _ in found])
    return [_result(row, words, answers[row.id]) for row, words in found]


def _result(row: Assessment, words: Words, answers: Answers) -> dict[str, Any]:
    values = json_values(row) | {
        "kind": _kind(row),
        "title": words.title,
        "result": _result_in_words(row, words, answers),
        "draft": json.loads(row.draft) if row.draft else None,
    }
    return {name: values[name] for name in RESULT_FIELDS}


def _result_in_words(row: Assessment, words: Words, answers: Answers) -> str | None:
    """Return the tier or the level in words; None while there is none."""
    number = row.level if row.tier is None else row.tier
    if number is None:
        return None
    if isinstance(words, Criteria):
        return grade_name(words, answers)
    return words.result_in_words(number)


async def _export_answers(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    """Return the answers to each assessment, with the question and the answer as they were shown."""
    words = {row.id: shown for row, shown in await _with_words(session, key)}
    given = await session.scalars(
        select(GivenAnswer)
        .where(await _answers_of(session, key))
        .order_by(col(GivenAnswer.assessment_id), col(GivenAnswer.place))
    )
    return [_answer(answer, words[answer.assessment_id]) for answer in given]


def _answer(given: GivenAnswer, words: Words) -> dict[str, Any]:
    question, answer = words.in_words(given.question_id, given.level)
    values = json_values(given) | {"title": words.title, "question": question, "answer": answer}
    return {name: values[name] for name in ANSWER_FIELDS}


async def _export_words(session: Session, key: MemberKey) -> list[dict[str, Any]]:
    """Return the words of the member's assessments, each once."""
    shown: dict[str, tuple[Words, bool]] = {}
    for row, words in await _with_words(session, key):
        _, is_open = shown.get(words.digest, (words, False))
        shown[words.digest] = (words, is_open or row.state == "open")
    return [
        {"digest": digest, "words": words.exported(is_open=is_open)}
        for digest, (words, is_open) in shown.items()
    ]


async def _answers_of(_session: Session, key: MemberKey) -> ColumnElement[bool]:
    own = select(col(Assessment.id)).where(is_assessment_of(key))
    of_workspace = col(GivenAnswer.workspace_id) == key.workspace_id
    return of_workspace & col(GivenAnswer.assessment_id).in_(own)


async def _unused_words(session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Lock the member's assessments and their words; return the condition that no row uses such words.

    The erasure applies it after it removed the member's assessments. The rows that use words then are
    other members' assessments, and the grades and projects of channels.
    """
    own = select(col(Assessment.wording_digest)).where(is_assessment_of(key))
    shown = set(await session.scalars(own.with_for_update()))
    locked = await session.scalars(
        select(col(Wording.digest))
        .where(col(Wording.workspace_id) == key.workspace_id, col(Wording.digest).in_(shown))
        .order_by(col(Wording.digest))
        .with_for_update()
    )
    shown_here = col(Wording.workspace_id) == key.workspace_id
    of_member = col(Wording.digest).in_(list(locked))
    return and_(shown_here, of_member, *wordings.nothing_refers_to())


RESULT_INTERNALS = ("wording_digest", "card_channel", "card_ts", "card_key", "revision")
RESULT_FIELDS = (
    *("id", "kind", "title", "result", "tier", "level", "floor", "spread", "state", "started_at"),
    *("ended_at", "framework", "family", "version", "subject", "draft", *RESULT_INTERNALS),
)
ANSWER_FIELDS = (
    *("assessment_id", "title", "question", "answer", "level", "note", "answered_at"),
    *("question_id", "place"),
)

WORDING_DATA = OwnedTable(
    Wording,
    "words",
    "internals",
    export=_export_words,
    fields=("digest", "words"),
    rows_of=_unused_words,
)
ASSESSMENT_DATA = OwnedTable(
    Assessment,
    "assessments",
    "results",
    export=_export_assessments,
    fields=RESULT_FIELDS,
    internal=RESULT_INTERNALS,
)
ANSWER_DATA = OwnedTable(
    GivenAnswer,
    "in_words",
    "answers",
    export=_export_answers,
    fields=ANSWER_FIELDS,
    rows_of=_answers_of,
    internal=("place",),
)
