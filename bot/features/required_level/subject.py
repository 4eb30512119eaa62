"""A project as the subject of an assessment: its channel and name are kept in the row."""

from bot.assessments.conversation import Subject
from bot.assessments.session import AssessmentName
from bot.deps import Deps
from bot.features.required_level.conversation import PROJECT_QUESTIONS
from coaching.assessment import Words
from coaching.required_level import ProjectSubject
from storage.assessments.assessments import Assessment
from storage.database import Session

COMMAND = "/rungs agent need"


def is_project(subject: str) -> bool:
    """Whether the subject is a project."""
    return ProjectSubject.parse(subject) is not None


async def name_of(_session: Session, _deps: Deps, row: Assessment, words: Words) -> AssessmentName:
    """The questions with the project's name, if it has one."""
    project = ProjectSubject.parse(row.subject) or ProjectSubject()
    return AssessmentName(*(f"{text} {project.name}".strip() for text in (words.title, COMMAND)))


PROJECT = Subject(is_project, PROJECT_QUESTIONS, name_of)
