"""The Home tab: self-checks, results, check-ins, privacy and settings."""

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.assessments.card_views import progress_words
from bot.assessments.values import StartValue
from bot.buttons import EXPORT, FAMILY_ASKED, FORGET, HOME_VIEW, LINK, MAP, PRIVACY, START, START_OF
from bot.features.checkins.settings_views import home_section
from bot.features.profile.views import Profile, home_results
from bot.outgoing.planner import PaceView
from bot.slack.blocks import button, headline, line, link_button, paragraph, paragraphs, row
from content.safe_text import Render, escape

BUTTONS_IN_A_ROW = 5


def home_view(
    render: Render,
    profile: Profile,
    pace: PaceView,
    *,
    messages_url: str | None,
    note: str | None = None,
) -> View:
    """Return the Home tab; `note` says what was changed about check-ins.

    What can go on stands above the results, and what can be started stands below them.
    """
    blocks: list[Block] = []
    if not profile.parts:
        blocks += [headline("Find out where you stand"), paragraph(render("home/first"))]
    checking = _self_check(render, profile, messages_url)
    standing = home_results(render, profile)
    blocks += [*checking, *standing] if profile.open_cards else [*standing, *checking]
    if pace.assessed or note:
        blocks += [headline("Check-ins"), *home_section(render, pace, note=note)]
    blocks += [line(), paragraph(render("home/private")), _privacy_row()]
    blocks += _settings(render, profile)
    return View(type="home", callback_id=HOME_VIEW, blocks=blocks)


def _self_check(render: Render, profile: Profile, messages_url: str | None) -> list[Block]:
    """The open self-checks, else a start button for that of the role families; then the other self-checks."""
    to_messages = (
        link_button("Go to messages", action=LINK, url=messages_url) if messages_url else None
    )
    blocks: list[Block] = []
    for framework, state in profile.open_cards.items():
        blocks += [paragraph(render("home/open", family=state.title, **progress_words(state)))]
        blocks += [row(_continue_button(framework), to_messages)]
    if "" not in profile.open_cards:
        again = any(not part.framework for part in profile.parts)
        label = "Take the self-check again" if again else "Start the self-check"
        start = button(label, action=START, style=None if again else "primary")
        see_map = None if again else button("See the map", action=MAP, value="|")
        blocks.append(row(start, see_map, None if blocks else to_messages))
    return [*blocks, *_other_checks(profile)]


def _continue_button(framework: str) -> ButtonElement:
    value = str(StartValue(framework, goes_on=True))
    return button("Continue", action=START, value=value, style="primary")


def _other_checks(profile: Profile) -> list[Block]:
    """The self-checks beside the role families that are not open."""
    offered = [one for one in profile.offered if one.framework not in profile.open_cards]
    if not offered:
        return []
    told = [f"*{escape(one.name)}.* {escape(one.summary)}" for one in offered]
    starts = [
        button(
            f"{'Take it again' if one.is_taken else 'Start'}: {one.name}",
            action=f"{START_OF}{one.framework}",
            value=str(StartValue(one.framework)),
        )
        for one in offered
    ]
    rows = [
        row(*starts[at : at + BUTTONS_IN_A_ROW]) for at in range(0, len(starts), BUTTONS_IN_A_ROW)
    ]
    return [*paragraphs(told), *rows]


def _settings(render: Render, profile: Profile) -> list[Block]:
    help_line = paragraph(render("home/help"))
    if not profile.family_name:
        return [help_line]
    change = button("Change role family", action=FAMILY_ASKED)
    return [paragraph(render("home/family", family=profile.family_name)), row(change), help_line]


def _privacy_row() -> Block:
    return row(
        button("Who sees what", action=PRIVACY),
        button("Export my data", action=EXPORT),
        button("Erase my data", action=FORGET),
    )
