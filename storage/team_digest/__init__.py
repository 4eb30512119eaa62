"""The team digest: teams, who counts for them, and what was released to them."""
