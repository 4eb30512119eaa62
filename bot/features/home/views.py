"""The Home tab: results, the current step, self-checks, check-ins, privacy and settings."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.assessments.card_views import progress_words
from bot.assessments.step_views import step_blocks, step_heading
from bot.assessments.values import StartValue
from bot.buttons import (
    EXPORT,
    FAMILY_ASKED,
    FORGET,
    HOME_VIEW,
    LINK,
    MAP,
    PACE,
    PRIVACY,
    PROFILE,
    START,
    START_OF,
    TIP,
)
from bot.features.admin.views import ADMIN
from bot.features.profile.views import (
    FrameworkResults,
    OfferedCheck,
    Profile,
    how_button,
    map_button,
    place_text,
    standing_blocks,
)
from bot.outgoing.planner import PaceView, next_checkin_text
from bot.slack.blocks import button, fine_print, headline, link_button, paragraph, row
from bot.slack.phrases import cadence_words
from coaching.safe_text import Render, SafeText, escape

BUTTONS_IN_A_ROW = 5
AGAIN = "Take it again"


def home_view(
    render: Render,
    profile: Profile,
    pace: PaceView,
    *,
    messages_url: str | None,
    note: str | None = None,
    is_admin: bool = False,
    lines: Sequence[Block] = (),
) -> View:
    """Return the Home tab; `note` says what was changed about check-ins.

    `lines` are those of other capabilities: what the member may use, and what waits for them in a role of
    theirs. What can go on stands above the results,
    and what can be started stands below them. An admin gets a button to the second page.
    """
    blocks: list[Block] = []
    if not profile.parts:
        blocks += [headline("Find out where you stand"), paragraph(render("home/first"))]
    checking = _self_checks(render, profile, messages_url)
    standing = _results(render, profile)
    blocks += [*checking, *standing] if profile.open_cards else [*standing, *checking]
    if pace.assessed or note:
        blocks += _pace(render, pace, note)
    blocks += lines
    blocks += [_settings_row(profile, is_admin=is_admin), fine_print(_small_print(render, profile))]
    return View(type="home", callback_id=HOME_VIEW, blocks=blocks)


def _results(render: Render, profile: Profile) -> list[Block]:
    """The latest result of each framework and the current step; nothing before the first result."""
    others = standing_blocks(profile.others, can_prove=profile.can_prove)
    if not profile.parts:
        return others
    blocks: list[Block] = []
    for part in profile.parts:
        blocks.append(paragraph(place_text(render, part.latest)))
        blocks += standing_blocks([part.lines], can_prove=profile.can_prove)
        blocks.append(_result_row(profile, part))
    blocks += others
    if profile.step:
        step = step_blocks(render, profile.step, stays=True)
        return [*blocks, headline(step_heading(profile.step)), *step]
    return [*blocks, row(button("Next step", action=TIP, style="primary"))]


def _result_row(profile: Profile, part: FrameworkResults) -> Block:
    is_last = part is profile.parts[-1]
    return row(
        how_button(part.latest),
        map_button(part),
        _again_button(profile, part.framework),
        button("All my results", action=PROFILE) if is_last else None,
    )


def _again_button(profile: Profile, framework: str) -> ButtonElement | None:
    """The button that starts this self-check once more; None while it is open or if it is offered no more."""
    if framework in profile.open_cards:
        return None
    if not framework:
        return button(AGAIN, action=START, spoken=f"{AGAIN}: the self-check for your role family")
    offered = next((one for one in profile.offered if one.framework == framework), None)
    return _start_button(offered, AGAIN, spoken=f"{AGAIN}: {offered.name}") if offered else None


def _self_checks(render: Render, profile: Profile, messages_url: str | None) -> list[Block]:
    """The open self-checks, then those that were never taken."""
    to_messages = (
        link_button("Go to messages", action=LINK, url=messages_url) if messages_url else None
    )
    blocks: list[Block] = []
    for framework, state in profile.open_cards.items():
        blocks += [paragraph(render("home/open", family=state.title, **progress_words(state)))]
        blocks += [row(_continue_button(framework), to_messages)]
    taken = {part.framework for part in profile.parts}
    if "" not in profile.open_cards and "" not in taken:
        start = button("Start the self-check", action=START, style="primary")
        see_map = button("See the map", action=MAP, value="|")
        blocks.append(row(start, see_map, None if blocks else to_messages))
    return [*blocks, *_never_taken(profile)]


def _never_taken(profile: Profile) -> list[Block]:
    """The other self-checks that were never taken; before the first result with their summaries."""
    new = [
        one
        for one in profile.offered
        if one.framework not in profile.open_cards and not one.is_taken
    ]
    starts = [_start_button(one, f"Start: {one.name}") for one in new]
    if profile.parts:
        return [
            row(*starts[at : at + BUTTONS_IN_A_ROW])
            for at in range(0, len(starts), BUTTONS_IN_A_ROW)
        ]
    told = [f"*{escape(one.name)}.* {escape(one.summary)}" for one in new]
    return [paragraph(text, beside=start) for text, start in zip(told, starts, strict=True)]


def _continue_button(framework: str) -> ButtonElement:
    value = str(StartValue(framework, goes_on=True))
    return button("Continue", action=START, value=value, style="primary")


def _start_button(one: OfferedCheck, label: str, *, spoken: str | None = None) -> ButtonElement:
    value = str(StartValue(one.framework))
    return button(label, action=f"{START_OF}{one.framework}", value=value, spoken=spoken)


def _pace(render: Render, pace: PaceView, note: str | None) -> list[Block]:
    """When the next check-in comes and how often, with a button to the settings.

    `note` says what was changed on a Home tab of an earlier version, which had the settings themselves.
    """
    comes = pace.rule and pace.next_at and not pace.is_snoozed
    text = render(
        "home/pace",
        next=pace.clock.around(pace.next_at) if comes and pace.next_at else None,
        rhythm=cadence_words(pace.rule) if pace.rule else None,
        coming=SafeText(next_checkin_text(render, pace)),
    )
    change = button("Change", action=PACE, spoken="Change when check-ins come")
    return [*([fine_print(note)] if note else []), paragraph(text, beside=change)]


def _settings_row(profile: Profile, *, is_admin: bool) -> Block:
    family = button("Change role family", action=FAMILY_ASKED) if profile.family_name else None
    return row(
        family,
        button("Who sees what", action=PRIVACY),
        button("Export my data", action=EXPORT),
        button("Erase my data", action=FORGET),
        button("Admin", action=ADMIN) if is_admin else None,
    )


def _small_print(render: Render, profile: Profile) -> str:
    own = render("home/family", family=profile.family_name) if profile.family_name else ""
    last = f"{own} {render('home/help')}".strip()
    return f"{render('home/private', can_prove=profile.can_prove)}\n{last}"
