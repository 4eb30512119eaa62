"""What a member typed, as an answer may repeat it."""

from bot.views.bricks import shortened

LONGEST = 40


def repeated(typed: str) -> str:
    """The words on one line, cut where they are many; backticks would end the frame they stand in."""
    return shortened(" ".join(typed.replace("`", "").split()), LONGEST)
