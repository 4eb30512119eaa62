"""Dates that every reader sees in their own zone and language."""

from datetime import datetime

from content.message_catalog import SafeText


def day(moment: datetime) -> SafeText:
    """A date that Slack shows in the reader's time zone; the fallback is in UTC."""
    fallback = f"{moment.day} {moment:%B %Y}"
    return SafeText(f"<!date^{int(moment.timestamp())}^{{date}}|{fallback}>")
