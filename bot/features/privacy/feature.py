"""Privacy as a capability: who sees what, the export, and erasing."""

from bot.actions import asking, erasing
from bot.buttons import EXPORT, FORGET, PRIVACY
from bot.commands.export import export
from bot.commands.forget import forget
from bot.commands.privacy import privacy
from bot.feature import Command, Feature
from bot.features.privacy.views import FORGET_CONFIRMED, FORGET_KEPT

FEATURE = Feature(
    name="privacy",
    commands=(
        Command("privacy", "", "Who sees what", privacy, button=PRIVACY, rank=90),
        Command(
            "export",
            "",
            "Everything held about you, as a file",
            export,
            button=EXPORT,
            claims_act=True,
            rank=100,
        ),
        Command(
            "forget",
            "",
            "Erase everything held about you",
            forget,
            synonyms=("delete", "erase"),
            button=FORGET,
            rank=110,
        ),
    ),
    clicks={
        PRIVACY: asking.privacy_asked,
        EXPORT: asking.export_asked,
        FORGET: asking.forget_asked,
        FORGET_KEPT: asking.forget_kept,
        FORGET_CONFIRMED: erasing.forget_confirmed,
    },
)
