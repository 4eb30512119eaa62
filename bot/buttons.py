"""The action ids of buttons that several capabilities show, and values that such buttons carry."""

FAMILY_ASKED = "family_asked"
START = "assessment_started"
START_OF = "assessment_started_of:"

MAP = "map_opened"

TIP = "tip_asked"
EXPORT = "export_asked"
PRIVACY = "privacy_asked"
FORGET = "forget_asked"

LINK = "link_followed"
PROFILE = "profile_asked"
COMMANDS = "commands_asked"

PACE = "pace_asked"

TEAM = "team_asked"
TEAM_FOLLOW = "team_follow_asked"

BADGE_LIST = "badges_asked"
BADGE = "badge_asked:"
"""The beginning of the id of a button for a badge; its value is `framework|family|level`."""

AGENT_LIST = "agents_asked"
AGENT_ADD = "agent_add_asked"

AGENT_GRADE = "agent_grade_asked"

AGENT_LEVEL = "agent_level:"
AGENT_NEED = "agent_need_asked"

PROVE = "prove_asked"

ACCESS = "access_asked"

LADDER = "ladder_opened"
LADDER_ABOUT = "ladder_about"

CROSSWALK = "crosswalk_opened"

CONTINUE = "continue"
"""The value of a start button that continues the open self-check without a question."""

HERE = "here"
"""The value of a button that turns its own message into the step."""

HOME_VIEW = "home_view"
MESSAGE_VIEW = "message_view"
