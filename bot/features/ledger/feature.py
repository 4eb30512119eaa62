"""The ledger as a capability: what it stores about members."""

from bot.feature import Feature
from storage.ledger import PERSONAL_DATA

FEATURE = Feature(name="ledger", personal_data=(PERSONAL_DATA,))
