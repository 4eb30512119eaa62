"""Verifiers as a capability: the section in which admins name them, and a steward for each ladder.

It is apart from reviews, because admins name verifiers before they can switch evidence on.
"""

from bot.feature import AdminSection, Feature
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.verifiers import handlers, views

FEATURE = Feature(
    name="verifiers",
    admin=(
        AdminSection(
            "verifiers",
            views.TITLE,
            "Name them",
            views.PEOPLE,
            handlers.section_line,
            rank=35,
        ),
    ),
    clicks={
        views.PEOPLE: for_admins(handlers.people_asked),
        views.CHANGE: for_admins(handlers.ladder_asked),
    },
    forms={views.LADDER_VIEW: for_admins_form(handlers.ladder_sent)},
)
