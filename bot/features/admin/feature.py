"""`/rungs admin` and the second page of an admin's Home tab, made of the sections of all capabilities."""

from bot.feature import AdminSection, Command, Feature
from bot.features.admin import handlers, parts
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.admin.views import (
    ADMIN,
    HOME_BACK,
    LOG,
    LOG_OLDER,
    NAMED,
    NAMED_TITLE,
    NAMED_VIEW,
    PARTS,
    PARTS_TITLE,
    PARTS_VIEW,
)
from storage.admin import PERSONAL_DATA

FEATURE = Feature(
    name="admin",
    commands=(
        Command(
            "admin",
            "[log]",
            "For admins: what's on in this workspace, and who can change it",
            handlers.admin_command,
            button=ADMIN,
            for_admins=True,
            rank=115,
        ),
    ),
    clicks={
        ADMIN: for_admins(handlers.admin_asked),
        PARTS: for_admins(handlers.parts_asked),
        NAMED: for_admins(handlers.named_asked),
        LOG: for_admins(handlers.log_asked),
        LOG_OLDER: for_admins(handlers.log_older),
        HOME_BACK: handlers.home_left,
    },
    forms={
        PARTS_VIEW: for_admins_form(handlers.parts_sent),
        NAMED_VIEW: for_admins_form(handlers.named_sent),
    },
    admin=(
        AdminSection("parts", PARTS_TITLE, "Switch on or off", PARTS, parts.line, rank=10),
        AdminSection("named", NAMED_TITLE, "Name others", NAMED, handlers.named_line, rank=80),
        AdminSection("log", "Log", "See the log", LOG, handlers.log_line, rank=90),
    ),
    personal_data=(PERSONAL_DATA,),
)
