"""Programs that ask what a member may use: the addresses that they ask at, and what admins set about them.

The log of what they asked is a capability of its own that is always there. So it is kept no longer than
admins say, also once access is off.
"""

from bot.feature import AdminSection, Feature, FeatureJob
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.clients import handlers
from bot.features.clients.service import is_on
from bot.features.clients.views import CLIENTS, CLIENTS_VIEW, TITLE
from bot.features.clients.web import ROUTES
from storage.clients import access_log, emails

LOG = Feature(
    name="clients_log",
    jobs=(
        FeatureJob(
            name="access_log",
            seconds=3600,
            promise=(
                "Deletes old entries of the access log in workspaces whose admins had them kept for less "
                "time. Run twice or in several processes: what is gone is gone. Run late: they are kept "
                "longer."
            ),
            run=handlers.keep_less,
            due=access_log.workspaces_that_keep_less,
        ),
    ),
    personal_data=(access_log.PERSONAL_DATA,),
    retention=(access_log.RETENTION,),
)

FEATURE = Feature(
    name="clients",
    is_offered=lambda _library, settings: is_on(settings),
    clicks={CLIENTS: for_admins(handlers.form_asked)},
    forms={CLIENTS_VIEW: for_admins_form(handlers.form_sent)},
    admin=(AdminSection("clients", TITLE, "Change", CLIENTS, handlers.section_line, rank=46),),
    jobs=(
        FeatureJob(
            name="member_emails",
            seconds=300,
            promise=(
                "Reads members' confirmed addresses from Slack every hour, where admins let programs name "
                "people by them. Run twice or in several processes: the same is stored. Run late: after "
                "three hours no address stands for anybody."
            ),
            run=handlers.read_emails,
            due=emails.workspaces_due,
        ),
    ),
    personal_data=(emails.PERSONAL_DATA,),
    retention=(emails.RETENTION,),
    routes=ROUTES,
)
