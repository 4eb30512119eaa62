"""The kinds of messages to a member."""

from bot.checkins.asking import compose, sent
from bot.checkins.deciding import facts
from bot.checkins.inviting import compose_reassess, compose_reminder, nothing_more
from bot.outgoing import FOR_MEMBERS, Kind
from storage.checkins import CHECKIN, REASSESS, REMINDER

KINDS = {
    kind.name: kind
    for kind in (
        Kind(CHECKIN, FOR_MEMBERS, facts=facts, compose=compose, sent=sent),
        Kind(REASSESS, FOR_MEMBERS, facts=facts, compose=compose_reassess, sent=nothing_more),
        Kind(REMINDER, FOR_MEMBERS, facts=facts, compose=compose_reminder, sent=nothing_more),
    )
}
