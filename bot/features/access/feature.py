"""Access: who may use which AI tool by the organization's policy.

These are two capabilities. `access` is what people see, once an admin switched it on. `access_grants` is
always there, so that grants also end when it is switched off.
"""

from bot.deps import Deps
from bot.feature import Feature, Switch
from bot.features.access.grant_notices import ENDED, ENDS, GRANTED, permission_notice
from bot.features.access.jobs import DECIDE, end_all
from storage.access import approvals, due, grants, requests, trainings
from storage.access.facts import ACCESS
from storage.database import Session


async def needs(_session: Session, _deps: Deps) -> list[str]:
    """Return what access still needs before it can be on: nothing, because no permission is ticked then."""
    return []


GRANTS = Feature(
    name="access_grants",
    jobs=(DECIDE,),
    on_erasure=end_all,
    personal_data=(
        due.PERSONAL_DATA,
        trainings.PERSONAL_DATA,
        approvals.PERSONAL_DATA,
        grants.GRANT_DATA,
        grants.HELD_DATA,
        requests.PERSONAL_DATA,
        requests.DECIDER_DATA,
    ),
    retention=(requests.RETENTION,),
)

FEATURE = Feature(
    name=ACCESS,
    switch=Switch(
        title="Access",
        about=(
            "Members see which AI tools they may use by your policy, and what's missing for the others. You "
            "tick the permissions one by one."
        ),
        needs=needs,
    ),
    notice_lines=dict.fromkeys((GRANTED, ENDS, ENDED), permission_notice),
)
