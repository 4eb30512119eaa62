"""The progression map as a capability: the levels of a family, and the ladders beside it."""

from bot import ids
from bot.commands.map import progression_map
from bot.feature import Command, Feature
from bot.forms import reading_ladder, reading_map

FEATURE = Feature(
    name="map",
    commands=(
        Command(
            "map",
            "[family] [level]",
            "What each level looks like in your role",
            progression_map,
            button=ids.MAP,
            button_value="|",
            rank=20,
        ),
    ),
    clicks={
        ids.MAP: reading_map.map_asked,
        ids.MAP_LEVEL: reading_map.map_turned,
        ids.MAP_FAMILY: reading_map.map_turned,
        ids.LADDER: reading_ladder.ladder_asked,
        ids.LADDER_ABOUT: reading_ladder.ladder_asked,
        ids.LADDER_LEVEL: reading_ladder.ladder_turned,
        ids.CROSSWALK: reading_ladder.crosswalk_asked,
    },
)
