"""Which conversation asks and scores an assessment."""

from collections.abc import Mapping

from bot.conversations import ladder, lowest, mean
from bot.conversations.kind import Conversation
from bot.conversations.loaded import Loaded
from bot.deps import Deps

SELF_CHECKS: Mapping[str, Conversation] = {"mean": mean, "ladder": ladder, "lowest": lowest}
"""How a member's own self-check is asked, by the scoring of its words."""


def conversation_of(deps: Deps, loaded: Loaded) -> Conversation:
    """How this assessment is asked and scored: its subject's way, else that of its words."""
    subject = deps.features.subject(loaded.row.subject)
    return subject.conversation if subject else SELF_CHECKS[loaded.words.scoring]
