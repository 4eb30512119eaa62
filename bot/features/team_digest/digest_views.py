"""Every action_id, block_id and callback_id, and the values that travel in buttons."""

TEAM_HISTORY = "team_history_asked"
TEAM_UNFOLLOW = "team_unfollow_asked"
TEAM_UNFOLLOWED = "team_unfollow_confirmed"
TEAM_KEPT = "team_kept"
TEAM_WEEKDAY = "team_weekday"
TEAM_HOUR = "team_hour"

TEAM_VIEW = "team_view"
