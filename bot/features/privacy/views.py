"""Every action_id, block_id and callback_id, and the values that travel in buttons."""

FORGET_CONFIRMED = "forget_confirmed"
FORGET_KEPT = "forget_kept"
