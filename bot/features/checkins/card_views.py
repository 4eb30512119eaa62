"""Every action_id, block_id and callback_id, and the values that travel in buttons."""

from dataclasses import dataclass
from typing import Self

CHECKIN_ANSWER = "checkin_answer:"
CHECKIN_OBSTACLE = "checkin_obstacle:"
CHECKIN_REASON = "checkin_reason:"
CHECKIN_OFFER = "checkin_offer:"
CHECKIN_SMALLER = "checkin_smaller"
CHECKIN_KEPT = "checkin_kept"
CHECKIN_TOPIC = "checkin_topic"
CHECKIN_RESUMED = "checkin_resumed"
CHECKIN_FEWER = "checkin_fewer"
CHECKIN_DECLINED = "checkin_declined"
CHECKIN_TAKEN = "checkin_taken:"


@dataclass(frozen=True)
class CheckinValue:
    """What a check-in's button carries: the message it stands in, and what is meant by it."""

    message_id: str
    extra: str = ""

    def __str__(self) -> str:
        return f"{self.message_id}|{self.extra}"

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """The value of a click; None when it is not one of ours."""
        message_id, bar, extra = value.partition("|")
        return cls(message_id, extra) if bar and message_id else None
