"""Declares the privacy page, the export and the erasure."""

from bot.buttons import EXPORT, FORGET, PRIVACY
from bot.feature import Command, Feature
from bot.features.privacy import handlers
from bot.features.privacy.handlers import export, forget, privacy
from bot.features.privacy.views import FORGET_CONFIRMED, FORGET_KEPT
from bot.intents import Intent
from storage.allowances import PERSONAL_DATA

FEATURE = Feature(
    name="privacy",
    commands=(
        Command("privacy", "", "Who sees what", privacy, button=PRIVACY, rank=90),
        Command(
            "export",
            "",
            "Everything Rungs holds about you, as files",
            export,
            button=EXPORT,
            claims_act=True,
            rank=100,
        ),
        Command(
            "forget",
            "",
            "Erase everything Rungs holds about you",
            forget,
            synonyms=("delete", "erase"),
            button=FORGET,
            rank=110,
        ),
    ),
    intents=(Intent("who-sees-it", handlers.who_sees_it_said, is_harmless=True),),
    personal_data=(PERSONAL_DATA,),
    clicks={
        PRIVACY: handlers.privacy_asked,
        EXPORT: handlers.export_asked,
        FORGET: handlers.forget_asked,
        FORGET_KEPT: handlers.forget_kept,
        FORGET_CONFIRMED: handlers.forget_confirmed,
    },
)
