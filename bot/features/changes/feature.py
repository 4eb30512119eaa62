"""Changes as a capability: an organization's servers are told when a permission begins or ends."""

from bot.feature import Feature
from storage.changes.queue import PERSONAL_DATA, RETENTION
from storage.changes.receivers import PEOPLE_DATA

FEATURE = Feature(
    name="changes",
    personal_data=(PEOPLE_DATA, PERSONAL_DATA),
    retention=(RETENTION,),
)
