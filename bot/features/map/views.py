"""Every action_id, block_id and callback_id, and the values that travel in buttons."""

MAP_LEVEL = "map_level:"
MAP_FAMILY = "map_family"

LADDER_ABOUT = "ladder_about"
LADDER_LEVEL = "ladder_level:"

# Views.
MAP_VIEW = "map_view"

LADDER_VIEW = "ladder_view"
CROSSWALK_VIEW = "crosswalk_view"
