"""Which conversation asks and scores an assessment."""

from collections.abc import Mapping

from bot.assessments import ladder_score, mean_score, min_score
from bot.assessments.conversation import Conversation
from bot.assessments.session import AssessmentSession
from bot.deps import Deps

SELF_CHECKS: Mapping[str, Conversation] = {
    "mean": mean_score,
    "ladder": ladder_score,
    "lowest": min_score,
}
"""How a member's own self-check is asked, by the scoring of its words."""


def conversation_of(deps: Deps, loaded: AssessmentSession) -> Conversation:
    """How this assessment is asked and scored: its subject's way, else that of its words."""
    subject = deps.features.subject(loaded.row.subject)
    return subject.conversation if subject else SELF_CHECKS[loaded.words.scoring]
