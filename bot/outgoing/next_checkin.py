"""When the next check-in comes, in words: below a step that was chosen, an answer, and the settings."""

from bot.outgoing.planner import PaceView
from bot.slack.phrases import day_words, hours_words
from content.safe_text import Render


def next_checkin_text(render: Render, pace: PaceView) -> str:
    """Return when the next check-in comes, or why none does."""
    until = pace.snoozed_until if pace.is_snoozed else None
    return render(
        "checkins/coming",
        state=pace.state,
        assessed=pace.assessed,
        until=day_words(until, today=pace.today) if until else None,
        day=day_words(pace.next_on, today=pace.today) if pace.next_on else None,
        hours=hours_words(pace.hour),
    )
