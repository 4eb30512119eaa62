"""Installs as a capability: workspaces and organizations that install the app themselves, and leave."""

from bot.feature import Feature
from bot.features.installs.welcome import WELCOME
from storage.installs.installs import PERSONAL_DATA

FEATURE = Feature(
    name="installs",
    outgoing=(WELCOME,),
    personal_data=(PERSONAL_DATA,),
)
