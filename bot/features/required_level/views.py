"""Every action_id, block_id and callback_id, and the values that travel in buttons."""

NEED_TICKED = "need_ticked:"
NEED_AGAIN = "need_asked_again"
NEED_SHARE = "need_shared"
NEED_COMPARE = "need_compared"
