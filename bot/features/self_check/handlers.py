"""`/rungs assess [family or self-check]`: start a self-check, or find the open one again."""

from difflib import get_close_matches

from bot.assessments.card_views import family_settings
from bot.assessments.session import load_open, role_families
from bot.assessments.start import OWN_FAMILY, CardRequest, open_card
from bot.assessments.values import StartValue
from bot.deps import Deps
from bot.feature import Call
from bot.features.self_check.service import check_named, family_named, plain, unknown_family
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from bot.slack.payloads import Click
from bot.slack.replies import Reply, unknown_click
from coaching.members import MemberKey
from content.families import Family
from storage import members
from storage.assessments.assessments import ROLE_FAMILIES


async def assess(deps: Deps, call: Call) -> None:
    """Post the right card in the member's DM, and say so where they typed."""
    typed = " ".join(call.arguments)
    asked = _asked(deps, typed) if typed else OWN_FAMILY
    if asked is None:
        await Reply(deps, call.request).privately(_unknown(deps, typed))
    else:
        await open_card(deps, call.request, asked)


def _asked(deps: Deps, typed: str) -> CardRequest | None:
    """What was named: a role family, or another self-check."""
    if family := family_named(deps, typed):
        return CardRequest(ROLE_FAMILIES, family.id)
    check = check_named(deps, typed)
    return CardRequest(check.framework, check.family) if check else None


def _unknown(deps: Deps, typed: str) -> Message:
    """What to type instead."""
    families, checks = list(deps.library.families), list(deps.library.checks)
    close = get_close_matches(plain(typed).replace(" ", "-"), [*families, *checks], n=1)
    text = deps.render(
        "self_check/unknown_check",
        typed=repeated(typed),
        meant=close[0] if close else None,
        families=families,
        checks=checks,
    )
    return notice(text)


async def family(deps: Deps, call: Call) -> None:
    """Set the family that was named, or show the choice."""
    reply = Reply(deps, call.request)
    if not call.arguments:
        await reply.privately(await choice(deps, call.request.key))
        return
    typed = " ".join(call.arguments)
    named = family_named(deps, typed)
    if named is None:
        await reply.privately(unknown_family(deps, typed))
        return
    await reply.privately(await set_family(deps, call.request.key, named))


async def set_family(deps: Deps, key: MemberKey, chosen: Family) -> Message:
    """Remember the family; an open self-check in another one stays as it is."""
    async with deps.database.write() as session:
        await members.save_family(session, key, chosen.id, now=deps.now())
        current = await load_open(session, deps, key)
    open_in = current.words.title if current and current.words.family != chosen.id else None
    return notice(deps.render("self_check/family_set", family=chosen.name, open_in=open_in))


async def choice(deps: Deps, key: MemberKey) -> Message:
    """The family as it is, and the others to choose from."""
    async with deps.database.read() as session:
        member = await members.get(session, key)
    now = deps.library.family(member.family or "") if member else None
    families = role_families(deps)
    return family_settings(deps.render, families, current=now.name if now else None)


async def assessment_started(deps: Deps, click: Click) -> None:
    """ "Start the self-check" or "Continue", wherever the button stands."""
    value = StartValue.parse(click.value)
    asked = CardRequest(value.framework, value.framework) if value.framework else OWN_FAMILY
    await open_card(deps, click.request, asked, go_on=value.goes_on)
    await deps.features.refresh_after(deps, click)


async def family_asked(deps: Deps, click: Click) -> None:
    """The choice of another role family."""
    await Reply(deps, click.request).privately(await choice(deps, click.request.key))


async def family_kept(deps: Deps, click: Click) -> None:
    """Another role family, chosen in the settings."""
    family = deps.library.family(click.value)
    if family is None:
        await unknown_click(deps, click)
        return
    await Reply(deps, click.request).replace(await set_family(deps, click.request.key, family))
    if click.request.window:
        # The window lies over the Home tab, which names the family.
        await deps.features.refresh_home(deps, click.request)
