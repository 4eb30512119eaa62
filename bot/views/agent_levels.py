"""The ladder of agents, all of it or one level."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot import ids
from bot.delivery import Message
from bot.views.bricks import bullets, button, row
from bot.views.need_result import checklist
from bot.views.page import Page
from content.message_catalog import Render, escape
from content.model import Announced, GradingFramework, LevelGuide

LIST_ROOM = 3200
"""Characters; the content keeps each list, and all of a level, within what Slack takes."""


def ladder_card(render: Render, ladder: GradingFramework) -> Message:
    """Every level in a few words, what to choose by, and what is announced."""
    page = Page(render)
    page.title(ladder.name)
    page.tell(escape(ladder.words.about))
    levels = [_in_short(guide) for guide in ladder.levels]
    page.listing(levels, room=LIST_ROOM, between="\n\n")
    guidelines = bullets([escape(one) for one in ladder.guidelines])
    page.listing(guidelines, room=LIST_ROOM, heading="*Which one to use*")
    coming = [render("agents/announced", entry=entry) for entry in ladder.announced]
    page.listing(coming, room=LIST_ROOM, between="\n\n")
    page.show(_turning(ladder, shown=None))
    return page.message()


def level_card(render: Render, ladder: GradingFramework, guide: LevelGuide) -> Message:
    """One level: what it compares to, can do and cannot do, and how to get to the next."""
    page = Page(render)
    page.title(f"{guide.sign} {guide.name}")
    page.tell(escape(guide.describes), escape(guide.equivalent or ""))
    can = [f"*{escape(one.group)}:* {' '.join(map(escape, one.items))}" for one in guide.can]
    page.listing(can, room=LIST_ROOM, heading="*What it can do*" if can else "")
    _listed(page, "What stays with people", guide.cannot)
    _listed(page, "Typical projects", guide.projects)
    following = ladder.level(guide.level + 1)
    to = f"To reach {escape(following.sign)}" if following else "To go on"
    _listed(page, to, guide.learn)
    if guide.acceptance:
        page.tell(f"*Checklist for {escape(guide.sign)}, to copy into a project*")
        page.tell(*checklist(render, guide.acceptance, room=page.room(LIST_ROOM)))
    page.show(_turning(ladder, shown=guide.sign))
    return page.message()


def announced_card(render: Render, ladder: GradingFramework, entry: Announced) -> Message:
    """A level or track that is named already, and cannot be graded yet."""
    page = Page(render)
    page.tell(render("agents/announced", entry=entry))
    page.show(_turning(ladder, shown=None))
    return page.message()


def _in_short(guide: LevelGuide) -> str:
    compares = f" {escape(guide.equivalent)}" if guide.equivalent else ""
    return f"*{escape(guide.sign)} {escape(guide.name)}.* {escape(guide.describes)}{compares}"


def _listed(page: Page, heading: str, items: Sequence[str]) -> None:
    page.listing(bullets([escape(one) for one in items]), room=LIST_ROOM, heading=f"*{heading}*")


def _turning(ladder: GradingFramework, *, shown: str | None) -> Block:
    """The way to each level, and back to all of them."""
    levels = [
        button(
            guide.sign,
            action=f"{ids.AGENT_LEVEL}{guide.level}",
            value=guide.sign,
            style="primary" if guide.sign == shown else None,
            spoken=f"{guide.sign} {guide.name}",
        )
        for guide in ladder.levels
    ]
    every = button("All levels", action=f"{ids.AGENT_LEVEL}all") if shown else None
    return row(*levels, every, name="levels")
