"""The Home tab: useful on the first visit and ever after."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import button, headline, line, link_button, paragraph, row
from bot.views.notices import Say
from bot.views.pace import PaceShown
from bot.views.pace_card import home_part
from bot.views.profile import Profile, where_you_stand
from bot.views.question_card import progress


def home_view(
    say: Say,
    profile: Profile,
    pace: PaceShown,
    *,
    messages_url: str | None,
    note: str | None = None,
) -> View:
    """Everything the member finds on the Home tab; `note` says what was changed about check-ins."""
    blocks: list[Block] = []
    if profile.latest is None:
        blocks += [headline("Find out where you stand"), paragraph(say("home_first"))]
    checking = _self_check(say, profile, messages_url)
    standing = where_you_stand(say, profile)
    blocks += [*checking, *standing] if profile.open_card else [*standing, *checking]
    if pace.assessed or note:
        blocks += [headline("Check-ins"), *home_part(say, pace, note=note)]
    blocks += [line(), paragraph(say("home_private")), _privacy_row()]
    blocks += _settings(say, profile)
    return View(type="home", callback_id=ids.HOME_VIEW, blocks=blocks)


def _self_check(say: Say, profile: Profile, messages_url: str | None) -> list[Block]:
    to_messages = (
        link_button("Go to messages", action=ids.LINK, url=messages_url) if messages_url else None
    )
    if profile.open_card:
        state = profile.open_card
        text = say("home_open", family=state.words.family_name, **progress(state))
        bring = button("Continue", action=ids.START, value=ids.CONTINUE, style="primary")
        return [paragraph(text), row(bring, to_messages)]
    again = profile.latest is not None
    label = "Take it again" if again else "Start the self-check"
    start = button(label, action=ids.START, style=None if again else "primary")
    see_map = None if again else button("See the map", action=ids.MAP, value="|")
    return [row(start, see_map, to_messages)]


def _settings(say: Say, profile: Profile) -> list[Block]:
    help_line = paragraph(say("home_help"))
    if not profile.family_name:
        return [help_line]
    change = button("Change role family", action=ids.FAMILY_ASKED)
    return [paragraph(say("home_family", family=profile.family_name)), row(change), help_line]


def _privacy_row() -> Block:
    return row(
        button("Who sees what", action=ids.PRIVACY),
        button("Export my data", action=ids.EXPORT),
        button("Erase my data", action=ids.FORGET),
    )
