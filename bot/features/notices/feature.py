"""Notices as a capability: the message that has them, and what is stored of them."""

from bot.feature import Feature
from bot.features.notices.service import KIND
from storage.notices import PERSONAL_DATA

FEATURE = Feature(name="notices", outgoing=(KIND,), personal_data=(PERSONAL_DATA,))
