"""When the next check-in comes, in words: below a step that was chosen, an answer, and the settings."""

from bot.outgoing.planner import PaceView
from bot.slack.phrases import day_words
from content.safe_text import Render


def next_checkin_text(render: Render, pace: PaceView) -> str:
    """Return when the next check-in comes, or why none does; nothing while none is planned."""
    until = pace.snoozed_until if pace.is_snoozed else None
    return render(
        "checkins/coming",
        state=pace.state,
        assessed=pace.assessed,
        until=day_words(until, today=pace.today) if until else None,
        next=pace.clock.around(pace.next_at) if pace.next_at else None,
    )
