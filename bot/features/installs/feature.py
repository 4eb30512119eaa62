"""Installs as a capability: workspaces and organizations that install the app themselves, and leave."""

from bot.feature import Feature
from storage.installs.installs import PERSONAL_DATA

FEATURE = Feature(
    name="installs",
    personal_data=(PERSONAL_DATA,),
)
