"""Every action_id, block_id and callback_id, and the values that travel in buttons."""

AGENT_AGAIN = "agent_form_again"
AGENT_EDIT = "agent_edit_asked"
AGENT_PICK = "agent_picked:"

AGENT_HISTORY = "agent_history_asked"
AGENT_REMOVE = "agent_remove_asked"
AGENT_REMOVED = "agent_remove_confirmed"
AGENT_KEPT = "agent_kept"
PROJECT_REMOVED = "project_remove_confirmed"

AGENT_NAME = "agent_name"
AGENT_TOOL = "agent_tool"
AGENT_MODEL = "agent_model"
AGENT_OWNER = "agent_owner"
AGENT_PURPOSE = "agent_purpose"

AGENT_VIEW = "agent_view"
