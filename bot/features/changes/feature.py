"""Changes: an organization's servers are told when a permission of a member begins or ends.

These are two capabilities. `servers` is what admins see, once access is on. `changes` is always there, so
that servers also learn what ends when access is switched off.
"""

from bot.deps import Deps
from bot.feature import AdminSection, Feature, FeatureJob
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.changes import handlers
from bot.features.changes.comparison import compare_groups
from bot.features.changes.delivery import send_changes
from bot.features.changes.server_texts import section_line
from bot.features.changes.views import (
    SERVER_ADD,
    SERVER_AGAIN,
    SERVER_CHANGE,
    SERVER_VIEW,
    SERVERS,
    TITLE,
)
from bot.features.changes.web import ROUTES
from bot.features.clients.service import is_on
from coaching.members import MemberKey
from storage.changes import farewells, queue, receivers
from storage.database import Session


async def part_with(session: Session, deps: Deps, key: MemberKey) -> None:
    """Let the servers still learn that what a member has ends, who is about to be erased."""
    if deps.site.keys:
        await farewells.part_with(session, key, deps.site.keys)


FEATURE = Feature(
    name="changes",
    jobs=(
        FeatureJob(
            name="changes",
            seconds=2,
            promise=(
                "Tells the servers of an organization when a permission begins or ends, in order for each "
                "member, until they take it. Run twice or in several processes: one of them holds each "
                "change. If a process dies, a server may be told twice, with the same id. Run late: it is "
                "told late."
            ),
            run=send_changes,
            due=queue.workspaces_due,
        ),
        FeatureJob(
            name="compare_groups",
            seconds=60,
            promise=(
                "Compares the groups of SCIM servers with who has their permissions, each night, and mends "
                "what differs. Run twice or in several processes: the groups are set to the same. Run late: "
                "what was changed there by hand stays for longer."
            ),
            run=compare_groups,
            due=receivers.workspaces_to_look_at,
        ),
    ),
    on_erasure=part_with,
    personal_data=(receivers.PEOPLE_DATA, queue.PERSONAL_DATA),
    retention=(queue.RETENTION,),
    routes=ROUTES,
)

ADMIN = Feature(
    name="told_servers",
    is_offered=lambda _library, settings: is_on(settings),
    clicks={
        SERVERS: for_admins(handlers.servers_asked),
        SERVER_ADD: for_admins(handlers.server_added),
        SERVER_CHANGE: for_admins(handlers.server_changed),
        SERVER_AGAIN: for_admins(handlers.server_again),
    },
    forms={SERVER_VIEW: for_admins_form(handlers.server_sent)},
    admin=(AdminSection("servers", TITLE, "Change", SERVERS, section_line, rank=47),),
)
