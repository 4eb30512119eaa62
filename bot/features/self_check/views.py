"""Every action_id, block_id and callback_id, and the values that travel in buttons."""

FAMILY_KEPT = "family_kept:"
