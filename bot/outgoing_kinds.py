"""Every kind of message that the bot sends by itself."""

from bot.agents.kinds import KINDS as ABOUT_AGENTS
from bot.checkins.kinds import KINDS as TO_MEMBERS
from bot.outgoing import Kinds
from bot.teams.kinds import KINDS as TO_CHANNELS

KINDS: Kinds = {**TO_MEMBERS, **TO_CHANNELS, **ABOUT_AGENTS}
