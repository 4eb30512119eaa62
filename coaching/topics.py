"""What the items of a conversation are about, in passing."""

from collections.abc import Mapping

from coaching.asking import Words
from coaching.ladder import Ladder
from coaching.lowest import Criteria
from coaching.needs import Needs
from coaching.questionnaire import Questionnaire


def topics(words: Words) -> Mapping[str, str]:
    """What each item is about, by its id, in the order in which they are asked."""
    match words:
        case Ladder():
            every = (behavior for level in words.levels for behavior in level.behaviors)
            return {behavior.id: behavior.topic for behavior in every}
        case Criteria():
            return {criterion.id: criterion.topic for criterion in words.criteria}
        case Questionnaire():
            return {question.id: question.topic for question in words.questions}
        case Needs():
            return {need.id: asked.topic for asked in words.questions for need in asked.needs}
    return {}
