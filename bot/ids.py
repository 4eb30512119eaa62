"""Every action_id, block_id and callback_id, and the values that travel in buttons."""

from dataclasses import dataclass
from typing import Self

# Actions; an id ending in ":" is followed by what tells equal buttons in one block apart.
ANSWER = "answer_chosen:"
FAMILY = "family_chosen:"
FAMILY_KEPT = "family_kept:"
FAMILY_ASKED = "family_asked"
START = "assessment_started"
START_OF = "assessment_started_of:"
BACK = "question_back"
LATER = "finish_later"
RESUME = "assessment_resumed"
START_OVER = "assessment_started_over"
TRY = "step_tried"
ANOTHER = "step_another"
REFUSE = "step_refused"
DONE = "step_done"
FOCUS = "focus_chosen"
HOW = "result_explained"
MAP = "map_opened"
MAP_LEVEL = "map_level:"
MAP_FAMILY = "map_family"
TIP = "tip_asked"
EXPORT = "export_asked"
PRIVACY = "privacy_asked"
FORGET = "forget_asked"
FORGET_CONFIRMED = "forget_confirmed"
FORGET_KEPT = "forget_kept"
LINK = "link_followed"
PROFILE = "profile_asked"
COMMANDS = "commands_asked"
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
PACE = "pace_asked"
PACE_CADENCE = "pace_cadence"
PACE_WEEKDAY = "pace_weekday"
PACE_HOUR = "pace_hour"
PACE_DAYS_OFF = "pace_days_off"
PACE_SNOOZE = "pace_snooze:"
PACE_UNTIL = "pace_until"
PACE_RESUME = "pace_resume"
PACE_UNDO = "pace_undo"
PACE_SHARE = "pace_share"

TEAM = "team_asked"
TEAM_FOLLOW = "team_follow_asked"
TEAM_HISTORY = "team_history_asked"
TEAM_UNFOLLOW = "team_unfollow_asked"
TEAM_UNFOLLOWED = "team_unfollow_confirmed"
TEAM_KEPT = "team_kept"
TEAM_WEEKDAY = "team_weekday"
TEAM_HOUR = "team_hour"

# Cards whose items are answered together; what a pick carries is an AnswerValue, "Next" carries a CardValue.
PICK = "item_picked:"
NEXT = "card_next"

AGENT_LIST = "agents_asked"
AGENT_ADD = "agent_add_asked"
AGENT_AGAIN = "agent_form_again"
AGENT_EDIT = "agent_edit_asked"
AGENT_PICK = "agent_picked:"
AGENT_GRADE = "agent_grade_asked"
AGENT_HISTORY = "agent_history_asked"
AGENT_REMOVE = "agent_remove_asked"
AGENT_REMOVED = "agent_remove_confirmed"
AGENT_KEPT = "agent_kept"
PROJECT_REMOVED = "project_remove_confirmed"
AGENT_LEVEL = "agent_level:"
AGENT_NEED = "agent_need_asked"
GRADE = "grade_chosen:"
GRADE_LINK = "grade_link_asked"
NEED_TICKED = "need_ticked:"
NEED_AGAIN = "need_asked_again"
NEED_SHARE = "need_shared"
NEED_COMPARE = "need_compared"
AGENT_NAME = "agent_name"
AGENT_TOOL = "agent_tool"
AGENT_MODEL = "agent_model"
AGENT_OWNER = "agent_owner"
AGENT_PURPOSE = "agent_purpose"
LINK_URL = "link_url"

# Ladders of behaviors: the windows behind a result, turned to another level; and how ladders relate.
HOW_LEVEL = "how_level:"
LADDER = "ladder_opened"
LADDER_ABOUT = "ladder_about"
LADDER_LEVEL = "ladder_level:"
CROSSWALK = "crosswalk_opened"

CONTINUE = "continue"
"""The value of a start button that goes on with the open self-check, without asking."""

HERE = "here"
"""The value of a button that turns its own message into the step."""

# Views.
MAP_VIEW = "map_view"
HOW_VIEW = "how_view"
LADDER_VIEW = "ladder_view"
CROSSWALK_VIEW = "crosswalk_view"
HOME_VIEW = "home_view"
MESSAGE_VIEW = "message_view"
TEAM_VIEW = "team_view"
AGENT_VIEW = "agent_view"
LINK_VIEW = "link_view"


@dataclass(frozen=True)
class AnswerValue:
    """What an answer's button carries: which question at which state of which assessment."""

    assessment_id: str
    revision: int
    question_id: str
    level: float

    def __str__(self) -> str:
        return f"{self.assessment_id}|{self.revision}|{self.question_id}|{self.level:g}"

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """The value of a click; None when it is not one of ours."""
        parts = value.split("|")
        if len(parts) != 4 or not parts[1].isdecimal():
            return None
        try:
            return cls(parts[0], int(parts[1]), parts[2], float(parts[3]))
        except ValueError:
            return None


@dataclass(frozen=True)
class CardValue:
    """What the other buttons of a card carry: the assessment and the state they were drawn for."""

    assessment_id: str
    revision: int
    extra: str = ""

    def __str__(self) -> str:
        return f"{self.assessment_id}|{self.revision}|{self.extra}"

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """The value of a click; None when it is not one of ours."""
        parts = value.split("|")
        if len(parts) != 3 or not parts[1].isdecimal():
            return None
        return cls(parts[0], int(parts[1]), parts[2])


@dataclass(frozen=True)
class StartValue:
    """What a start button carries: a framework beside the role families, and whether to go on at once."""

    framework: str = ""
    goes_on: bool = False

    def __str__(self) -> str:
        parts = (CONTINUE if self.goes_on else "", self.framework)
        return "|".join(parts) if self.framework else parts[0]

    @classmethod
    def parse(cls, value: str) -> Self:
        """The value of a click."""
        first, _, framework = value.partition("|")
        return cls(framework, first == CONTINUE)


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
