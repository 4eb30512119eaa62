"""The progression map as a capability: the levels of a family, and the ladders beside it."""

from bot.buttons import CROSSWALK, LADDER, MAP
from bot.commands.map import progression_map
from bot.feature import Command, Feature
from bot.features.map.views import LADDER_ABOUT, LADDER_LEVEL, MAP_FAMILY, MAP_LEVEL
from bot.forms import reading_ladder, reading_map

FEATURE = Feature(
    name="map",
    commands=(
        Command(
            "map",
            "[family] [level]",
            "What each level looks like in your role",
            progression_map,
            button=MAP,
            button_value="|",
            rank=20,
        ),
    ),
    clicks={
        MAP: reading_map.map_asked,
        MAP_LEVEL: reading_map.map_turned,
        MAP_FAMILY: reading_map.map_turned,
        LADDER: reading_ladder.ladder_asked,
        LADDER_ABOUT: reading_ladder.ladder_asked,
        LADDER_LEVEL: reading_ladder.ladder_turned,
        CROSSWALK: reading_ladder.crosswalk_asked,
    },
)
