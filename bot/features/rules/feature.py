"""Declares how an organization uses AI: what admins write, and what members then read.

These are two capabilities, because members have theirs only while there are rules, and admins always do.
"""

from bot.feature import AdminSection, Command, Feature, FeatureJob, asking_for
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.rules import handlers
from bot.features.rules.views import (
    RULES,
    RULES_AGAIN,
    RULES_FORM,
    RULES_READ,
    RULES_RECORD,
    RULES_VIEW,
    TITLE,
)
from storage.rules import READING_DATA, VERSION_DATA, number_in_force, workspaces_to_count

COMMAND = Command("rules", "", TITLE, handlers.rules, synonyms=("policy",), button=RULES, rank=65)

FORM = Feature(
    name="rules_form",
    admin=(
        AdminSection(
            name="rules",
            title=TITLE,
            button="Write or change it",
            action=RULES_FORM,
            line=handlers.line,
            rank=20,
        ),
    ),
    clicks={
        RULES_FORM: for_admins(handlers.form_opened),
        RULES_AGAIN: for_admins(handlers.form_opened_again),
        RULES_RECORD: for_admins(handlers.record_asked),
    },
    forms={RULES_VIEW: for_admins_form(handlers.form_sent)},
    jobs=(
        FeatureJob(
            name="rules_readers",
            seconds=3600,
            promise=(
                "Counts once how many people said they read a version of the rules, 30 days after it was "
                "saved. Run twice or in several processes: the first count stays. Run late: it counts as "
                "of those 30 days."
            ),
            run=handlers.count_readers,
            due=workspaces_to_count,
        ),
    ),
    personal_data=(VERSION_DATA, READING_DATA),
)

FEATURE = Feature(
    name="rules",
    commands=(COMMAND,),
    intents=(asking_for("rules", COMMAND),),
    clicks={RULES: handlers.rules_asked, RULES_READ: handlers.rules_read},
    is_offered=lambda _library, settings: number_in_force(settings) > 0,
)
