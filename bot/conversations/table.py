"""Every way of scoring with its conversation."""

from collections.abc import Mapping

from bot.conversations import ladder, lowest, mean, needs
from bot.conversations.kind import Conversation
from coaching.assessment import Scoring, Words

CONVERSATIONS: Mapping[Scoring, Conversation] = {
    "mean": mean,
    "ladder": ladder,
    "lowest": lowest,
    "needs": needs,
}


def conversation_of(words: Words) -> Conversation:
    """How these words are asked and scored."""
    return CONVERSATIONS[words.scoring]
