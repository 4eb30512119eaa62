"""A link to what shows a criterion, typed into a window and kept on its card."""

from urllib.parse import urlsplit

from bot import cards, ids
from bot.agents import drafting
from bot.conversations.loaded import Loaded
from bot.deps import Deps
from bot.forms.opening import opened
from bot.ids import CardValue
from bot.origin import Click, Submission
from bot.views.agent_form import link_form
from coaching.lowest import Criteria
from storage import assessments

LONGEST = 500
"""Characters; Slack takes 3,000, and ten of them stand on one card."""


async def link_asked(deps: Deps, click: Click) -> None:
    """ "Add a link" or "Change the link": open the window, while the card is the one that was clicked."""
    value = CardValue.parse(click.value)
    async with deps.database.read() as session:
        assessment_id = value.assessment_id if value else ""
        row = await assessments.get(session, click.origin.key.workspace_id, assessment_id)
        loaded = await cards.load(session, deps, row) if row else None
    if await cards.turned_away(deps, click, row) or row is None or loaded is None or value is None:
        return
    name = _asked_now(loaded, value.extra)
    if name is None:
        await cards.show(deps, row.workspace_id, row.id)
        return
    link = loaded.draft.notes.get(value.extra)
    await opened(deps, click.origin, link_form(deps.render, name, link=link, carried=str(value)))


async def link_sent(deps: Deps, submission: Submission) -> None:
    """Keep the link on the card of its criterion, or say on the card why not."""
    value = CardValue.parse(submission.carried)
    if value is None:
        return
    typed = submission.written.get(ids.LINK_URL, "").strip()
    note = None
    async with deps.database.write() as session:
        loaded = await drafting.open_card_of(
            session, deps, submission.origin, value.assessment_id, lock=True
        )
        if loaded is None:
            return
        if _asked_now(loaded, value.extra) is None:
            criterion = loaded.words_as(Criteria).criterion(value.extra)
            note = deps.render("agents/link_late", criterion=criterion.topic if criterion else "")
        elif typed and not is_address(typed):
            note = deps.render("agents/link_refused", longest=LONGEST)
        else:
            loaded = await drafting.keep(session, loaded, {}, {value.extra: typed})
    await drafting.redraw(deps, loaded, note=note)


def is_address(text: str) -> bool:
    """Whether this is a whole address of a page, and nothing that Slack would read as something else."""
    if len(text) > LONGEST or any(sign.isspace() or not sign.isprintable() for sign in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.casefold() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _asked_now(loaded: Loaded, criterion_id: str) -> str | None:
    """The name of the criterion while its card is the one that is asked; else None."""
    card = loaded.next_card
    if loaded.row.state != "open" or card is None or card.id != criterion_id:
        return None
    criterion = loaded.words_as(Criteria).criterion(criterion_id)
    return criterion.name if criterion else None
