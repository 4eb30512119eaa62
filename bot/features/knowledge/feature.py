"""Knowledge checks as a capability: the command, the cards, practice, and the notice before a skill fades."""

from collections.abc import Sequence

from bot.deps import Deps
from bot.feature import Command, Feature, Switch, asking_for
from bot.features.knowledge import handlers, practice
from bot.features.knowledge.conversation import KNOWLEDGE
from bot.features.knowledge.fade_notices import FADING_JOB, KIND, fading_notice
from bot.features.knowledge.list_views import (
    PRACTICE,
    PRACTICE_RESUMED,
    PRACTICE_STOPPED,
    RULE,
)
from bot.features.knowledge.practice_views import (
    PRACTICE_AGAIN,
    PRACTICE_OPTION,
    PRACTICE_SURE,
)
from bot.features.knowledge.views import QUIZ, QUIZ_START, REVIEW, REVIEW_AT
from storage.database import Session
from storage.knowledge import answers, checked
from storage.knowledge import practice as cards


async def _needs(_session: Session, deps: Deps) -> Sequence[str]:
    """Return what is missing before checks can be on: questions in the content."""
    has_items = any(skill.items for skill in deps.library.knowledge.skills.values())
    return () if has_items else ("The content has no questions yet.",)


ASK = Command(
    "quiz",
    "[skill]",
    "Check what you know of a skill",
    handlers.quiz,
    synonyms=("knowledge", "skills", "questions"),
    button=QUIZ,
    claims_act=True,
    rank=35,
)

FEATURE = Feature(
    name="knowledge",
    switch=Switch(
        title="Knowledge checks",
        about=(
            "Members check what they know of a skill with short questions. Only they see how it went. "
            "Questions that they missed come back below their check-ins."
        ),
        needs=_needs,
    ),
    commands=(ASK,),
    intents=(asking_for("knowledge-check", ASK),),
    clicks={
        QUIZ: handlers.quiz_asked,
        QUIZ_START: handlers.quiz_started,
        RULE: handlers.rule_asked,
        REVIEW: handlers.answers_asked,
        REVIEW_AT: handlers.answer_turned_to,
        PRACTICE: practice.practice_asked,
        PRACTICE_OPTION: practice.practice_chosen,
        PRACTICE_SURE: practice.practice_answered,
        PRACTICE_AGAIN: practice.practice_again,
        PRACTICE_STOPPED: practice.practice_stopped,
        PRACTICE_RESUMED: practice.practice_resumed,
    },
    subjects=(KNOWLEDGE,),
    notice_lines={KIND: fading_notice},
    jobs=(FADING_JOB,),
    personal_data=(
        answers.PERSONAL_DATA,
        checked.PERSONAL_DATA,
        cards.CARD_DATA,
        cards.CHOICE_DATA,
    ),
    retention=(cards.RETENTION,),
    checkin_footer=practice.checkin_footer,
)
