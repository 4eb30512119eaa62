"""Declares the map: the tiers of each role family, the other ladders, and how they relate."""

from bot.buttons import CROSSWALK, LADDER, LADDER_ABOUT, MAP
from bot.feature import Command, Feature, asking_for
from bot.features.map import handlers
from bot.features.map.handlers import progression_map
from bot.features.map.views import LADDER_LEVEL, MAP_CHOICE, MAP_FAMILY, MAP_LEVEL

MAP_COMMAND = Command(
    "map",
    "[family] [tier]",
    "What each tier looks like in your role",
    progression_map,
    button=MAP,
    button_value="|",
    rank=20,
)

FEATURE = Feature(
    name="map",
    commands=(MAP_COMMAND,),
    intents=(asking_for("map", MAP_COMMAND),),
    clicks={
        MAP: handlers.map_asked,
        MAP_LEVEL: handlers.map_turned,
        MAP_FAMILY: handlers.map_turned,
        MAP_CHOICE: handlers.map_family_chosen,
        LADDER: handlers.ladder_asked,
        LADDER_ABOUT: handlers.ladder_asked,
        LADDER_LEVEL: handlers.ladder_turned,
        CROSSWALK: handlers.crosswalk_asked,
    },
)
