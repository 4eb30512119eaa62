"""Declares the progression map: the levels of each role family, the other ladders, and how they relate."""

from bot.buttons import CROSSWALK, LADDER, LADDER_ABOUT, MAP
from bot.feature import Command, Feature
from bot.features.map import handlers
from bot.features.map.handlers import progression_map
from bot.features.map.views import LADDER_LEVEL, MAP_FAMILY, MAP_LEVEL

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
        MAP: handlers.map_asked,
        MAP_LEVEL: handlers.map_turned,
        MAP_FAMILY: handlers.map_turned,
        LADDER: handlers.ladder_asked,
        LADDER_ABOUT: handlers.ladder_asked,
        LADDER_LEVEL: handlers.ladder_turned,
        CROSSWALK: handlers.crosswalk_asked,
    },
)
