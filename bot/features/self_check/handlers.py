"""`/rungs assess` starts a self-check or resumes the open one; `/rungs family` sets the role family."""

from bot.assessments.card_views import family_settings
from bot.assessments.session import load_open, role_families, suggested_family
from bot.assessments.start import OWN_FAMILY, CardRequest, open_card
from bot.assessments.values import StartValue
from bot.deps import Deps
from bot.feature import Call
from bot.features.self_check.service import check_named, family_named, unknown_check, unknown_family
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.payloads import Click
from bot.slack.replies import Reply, unknown_click
from coaching.members import MemberKey
from content.families import Family
from storage import members
from storage.assessments.assessments import ROLE_FAMILIES


async def assess(deps: Deps, call: Call) -> None:
    """Post the card of the self-check in the member's DM, and say so where they typed."""
    typed = " ".join(call.arguments)
    wanted = _card_request(deps, typed) if typed else OWN_FAMILY
    if wanted is None:
        async with deps.database.read() as session:
            member = await members.get(session, call.request.key)
        told = unknown_check(deps, typed, member.family if member else None)
        await Reply(deps, call.request).privately(told)
    else:
        await open_card(deps, call.request, wanted)


def _card_request(deps: Deps, typed: str) -> CardRequest | None:
    """Return the request for the role family or the self-check with this name; None when there is none."""
    if family := family_named(deps, typed):
        return CardRequest(ROLE_FAMILIES, family.id)
    check = check_named(deps, typed)
    return CardRequest(check.framework, check.family) if check else None


async def family(deps: Deps, call: Call) -> None:
    """Set the role family that was named, or show the choice of families."""
    reply = Reply(deps, call.request)
    if not call.arguments:
        await reply.privately(await family_choice(deps, call.request.key))
        return
    typed = " ".join(call.arguments)
    named = family_named(deps, typed)
    if named is None:
        await reply.privately(unknown_family(deps, typed))
        return
    await reply.privately(await set_family(deps, call.request.key, named))


async def set_family(deps: Deps, key: MemberKey, chosen: Family) -> Message:
    """Save the member's role family and return the confirmation, which names one open in another."""
    async with deps.database.write() as session:
        await members.save_family(session, key, chosen.id, now=deps.now())
        current = await load_open(session, deps, key)
    open_in = current.words.title if current and current.words.family != chosen.id else None
    return notice(deps.render("self_check/family_set", family=chosen.name, open_in=open_in))


async def family_choice(deps: Deps, key: MemberKey) -> Message:
    """Return the member's role family with the others to choose from; without one, one is suggested."""
    async with deps.database.read() as session:
        member = await members.get(session, key)
    current = deps.library.family(member.family or "") if member else None
    name = current.name if current else None
    suggested = None if current else await suggested_family(deps, key)
    return family_settings(deps.render, role_families(deps), suggested, current=name)


async def assessment_started(deps: Deps, click: Click) -> None:
    """Start a self-check or go on with the open one, as the button says."""
    value = StartValue.parse(click.value)
    wanted = CardRequest(value.framework, value.framework) if value.framework else OWN_FAMILY
    await open_card(deps, click.request, wanted, go_on=value.goes_on)
    await deps.features.refresh_after(deps, click)


async def family_asked(deps: Deps, click: Click) -> None:
    """Answer with the choice of another role family."""
    await Reply(deps, click.request).privately(await family_choice(deps, click.request.key))


async def family_kept(deps: Deps, click: Click) -> None:
    """Save the role family that was chosen, and put the confirmation in place of the choice."""
    family = deps.library.family(click.value)
    if family is None:
        await unknown_click(deps, click, about=click.value)
        return
    await Reply(deps, click.request).replace(await set_family(deps, click.request.key, family))
    if click.request.window:
        # The window was opened on the Home tab, which shows the role family.
        await deps.features.refresh_home(deps, click.request)
