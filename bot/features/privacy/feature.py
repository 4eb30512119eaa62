"""Privacy as a capability: who sees what, the export, and erasing."""

from bot import ids
from bot.actions import asking, erasing
from bot.commands.export import export
from bot.commands.forget import forget
from bot.commands.privacy import privacy
from bot.feature import Command, Feature

FEATURE = Feature(
    name="privacy",
    commands=(
        Command("privacy", "", "Who sees what", privacy, button=ids.PRIVACY, rank=90),
        Command(
            "export",
            "",
            "Everything held about you, as a file",
            export,
            button=ids.EXPORT,
            claims_act=True,
            rank=100,
        ),
        Command(
            "forget",
            "",
            "Erase everything held about you",
            forget,
            synonyms=("delete", "erase"),
            button=ids.FORGET,
            rank=110,
        ),
    ),
    clicks={
        ids.PRIVACY: asking.privacy_asked,
        ids.EXPORT: asking.export_asked,
        ids.FORGET: asking.forget_asked,
        ids.FORGET_KEPT: asking.forget_kept,
        ids.FORGET_CONFIRMED: erasing.forget_confirmed,
    },
)
