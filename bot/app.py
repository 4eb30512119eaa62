"""The Bolt app: the one visible list of what is registered."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from logging import ERROR, Logger, getLogger
from typing import Any, cast

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids
from bot.actions import (
    agents,
    answering,
    asking,
    checking_in,
    deciding,
    erasing,
    following,
    grading,
    moving,
    needing,
    pacing,
)
from bot.chatting import direct_message, is_from_person, slash_command
from bot.commands.all import COMMANDS
from bot.deps import Deps
from bot.forms import (
    adding_agent,
    explaining_result,
    following_team,
    linking_evidence,
    reading_ladder,
    reading_map,
)
from bot.home import home_opened
from bot.listening import InFlight, attend
from bot.ownership import own_click
from bot.people import person_changed
from bot.slack.installation import app_removed
from bot.slack.payloads import (
    Click,
    Submission,
    from_click,
    from_command,
    from_event,
    from_profile,
    from_submission,
)
from bot.teams.stopping import LOST, channel_lost

log = getLogger(__name__)

COMMAND = "/rungs"
LIBRARY = "bolt"

ACTIONS: dict[str, Callable[[Deps, Click], Awaitable[None]]] = {
    ids.ANSWER: answering.answer_chosen,
    ids.PICK: answering.item_picked,
    ids.NEXT: answering.card_next,
    ids.FAMILY: moving.family_chosen,
    ids.BACK: moving.question_back,
    ids.LATER: moving.finish_later,
    ids.RESUME: moving.assessment_resumed,
    ids.START_OVER: moving.assessment_started_over,
    ids.TRY: deciding.step_tried,
    ids.ANOTHER: deciding.step_another,
    ids.REFUSE: deciding.step_refused,
    ids.DONE: deciding.step_done,
    ids.FOCUS: deciding.focus_chosen,
    ids.HOW: explaining_result.result_explained,
    ids.HOW_LEVEL: explaining_result.result_turned,
    ids.LADDER: reading_ladder.ladder_asked,
    ids.LADDER_ABOUT: reading_ladder.ladder_asked,
    ids.LADDER_LEVEL: reading_ladder.ladder_turned,
    ids.CROSSWALK: reading_ladder.crosswalk_asked,
    ids.MAP: reading_map.map_asked,
    ids.MAP_LEVEL: reading_map.map_turned,
    ids.MAP_FAMILY: reading_map.map_turned,
    ids.START: asking.assessment_started,
    ids.START_OF: asking.assessment_started,
    ids.TIP: asking.tip_asked,
    ids.PROFILE: asking.profile_asked,
    ids.COMMANDS: asking.commands_asked,
    ids.PRIVACY: asking.privacy_asked,
    ids.EXPORT: asking.export_asked,
    ids.FORGET: asking.forget_asked,
    ids.FAMILY_ASKED: asking.family_asked,
    ids.FAMILY_KEPT: asking.family_kept,
    ids.FORGET_KEPT: asking.forget_kept,
    ids.FORGET_CONFIRMED: erasing.forget_confirmed,
    ids.CHECKIN_ANSWER: checking_in.checkin_answered,
    ids.CHECKIN_OFFER: checking_in.checkin_answered,
    ids.CHECKIN_OBSTACLE: checking_in.obstacle_named,
    ids.CHECKIN_REASON: checking_in.reason_named,
    ids.CHECKIN_SMALLER: checking_in.smaller_tried,
    ids.CHECKIN_KEPT: checking_in.first_kept,
    ids.CHECKIN_TOPIC: checking_in.topic_chosen,
    ids.CHECKIN_RESUMED: checking_in.checkin_resumed,
    ids.CHECKIN_TAKEN: checking_in.invitation_taken,
    ids.CHECKIN_DECLINED: checking_in.invitation_declined,
    ids.CHECKIN_FEWER: pacing.fewer_wanted,
    ids.PACE: pacing.pace_asked,
    ids.PACE_CADENCE: pacing.cadence_chosen,
    ids.PACE_WEEKDAY: pacing.weekday_chosen,
    ids.PACE_HOUR: pacing.hour_chosen,
    ids.PACE_DAYS_OFF: pacing.days_off_chosen,
    ids.PACE_SNOOZE: pacing.snoozed,
    ids.PACE_UNTIL: pacing.snoozed_until,
    ids.PACE_RESUME: pacing.resumed,
    ids.PACE_UNDO: pacing.fewer_undone,
    ids.PACE_SHARE: pacing.sharing_chosen,
    ids.TEAM: following.team_asked,
    ids.TEAM_FOLLOW: following.follow_asked,
    ids.TEAM_HISTORY: following.history_asked,
    ids.TEAM_UNFOLLOW: following.unfollow_asked,
    ids.TEAM_UNFOLLOWED: following.unfollow_confirmed,
    ids.TEAM_KEPT: following.team_kept,
    ids.AGENT_LIST: agents.agents_asked,
    ids.AGENT_PICK: agents.agent_picked,
    ids.AGENT_ADD: agents.add_asked,
    ids.AGENT_AGAIN: agents.form_again,
    ids.AGENT_EDIT: agents.edit_asked,
    ids.AGENT_GRADE: agents.grade_asked,
    ids.AGENT_HISTORY: agents.history_asked,
    ids.AGENT_REMOVE: agents.remove_asked,
    ids.AGENT_REMOVED: agents.remove_confirmed,
    ids.PROJECT_REMOVED: agents.project_removed,
    ids.AGENT_KEPT: agents.agent_kept,
    ids.AGENT_LEVEL: agents.level_asked,
    ids.AGENT_NEED: agents.need_asked,
    ids.GRADE: grading.grade_chosen,
    ids.GRADE_LINK: linking_evidence.link_asked,
    ids.NEED_TICKED: needing.boxes_ticked,
    ids.NEED_AGAIN: needing.need_again,
    ids.NEED_SHARE: needing.need_shared,
    ids.NEED_COMPARE: needing.need_compared,
}
"""What a click does; an id that ends in ":" stands for a row of buttons."""

SUBMISSIONS: dict[str, Callable[[Deps, Submission], Awaitable[None]]] = {
    ids.TEAM_VIEW: following_team.form_sent,
    ids.AGENT_VIEW: adding_agent.form_sent,
    ids.LINK_VIEW: linking_evidence.link_sent,
}
"""What sending a form does."""


def build_app(
    deps: Deps, *, signing_secret: str, token: str, base_url: str, flight: InFlight
) -> AsyncApp:
    """The app with everything it listens to; `flight` knows what is still at work."""
    app = AsyncApp(
        # Bolt sets the level of the logger with this name.
        name=LIBRARY,
        logger=_library_log(),
        # The token comes from `authorize`; this client is for the address, and for Socket Mode.
        client=AsyncWebClient(base_url=base_url),
        signing_secret=signing_secret,
        authorize=cast(
            "Callable[..., Awaitable[AuthorizeResult]]", partial(_authorize, deps=deps, token=token)
        ),
        # Without this, Bolt logs the whole body of what it does not know.
        raise_error_for_unhandled_request=True,
    )
    app.error(_unhandled)
    app.command(COMMAND)(partial(_on_command, deps=deps, flight=flight))
    for action, handler in ACTIONS.items():
        on_click = partial(_on_click, deps=deps, flight=flight, handler=handler)
        app.action(re.compile(f"^{re.escape(action)}" if action.endswith(":") else f"^{action}$"))(
            on_click
        )
    app.action(ids.LINK)(_acknowledged)
    for view, taken in SUBMISSIONS.items():
        app.view(view)(partial(_on_submission, deps=deps, flight=flight, handler=taken))
    app.event("app_home_opened")(partial(_on_home, deps=deps, flight=flight))
    app.event("message")(partial(_on_message, deps=deps, flight=flight))
    app.event("user_change")(partial(_on_person, deps=deps, flight=flight))
    app.event("app_uninstalled")(partial(_on_removed, deps=deps, flight=flight))
    app.event("tokens_revoked")(partial(_on_removed, deps=deps, flight=flight))
    for event in LOST:
        app.event(event)(partial(_on_channel_lost, deps=deps, flight=flight))
    return app


def _library_log() -> Logger:
    """Bolt writes down whole payloads when it may: it gets a log of its own that speaks up rarely."""
    logger = getLogger(LIBRARY)
    logger.setLevel(ERROR)
    return logger


async def _authorize(team_id: str | None, *, deps: Deps, token: str) -> AuthorizeResult | None:
    """One workspace, known since the start: no call to Slack stands before an acknowledgement."""
    known = deps.identity
    if team_id != known.workspace_id:
        log.warning("other_workspace", extra={"workspace": team_id})
        return None
    return AuthorizeResult(
        enterprise_id=None,
        team_id=known.workspace_id,
        bot_token=token,
        bot_id=known.bot_id,
        bot_user_id=known.bot_user_id,
    )


async def _on_command(ack: AsyncAck, body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    origin = from_command(body)
    await ack()
    work = partial(slash_command, deps, origin, str(body.get("text") or ""), commands=COMMANDS)
    flight.start(attend(deps, origin, kind="command", work=work))


async def _on_click(
    ack: AsyncAck,
    body: dict[str, Any],
    *,
    deps: Deps,
    flight: InFlight,
    handler: Callable[[Deps, Click], Awaitable[None]],
) -> None:
    click = from_click(body)
    await ack()
    kind = click.action_id.partition(":")[0]
    # These are held against the member's own card in the same look at the database.
    looks_itself = handler in answering.ON_A_CARD
    work = (
        partial(handler, deps, click) if looks_itself else partial(own_click, deps, click, handler)
    )
    flight.start(attend(deps, click.origin, kind=kind, work=work))


async def _on_submission(
    ack: AsyncAck,
    body: dict[str, Any],
    *,
    deps: Deps,
    flight: InFlight,
    handler: Callable[[Deps, Submission], Awaitable[None]],
) -> None:
    submission = from_submission(body)
    kind = str(body["view"]["callback_id"])
    # This closes the window: an update on its heels could overtake what the acknowledgement shows.
    await ack()
    flight.start(
        attend(deps, submission.origin, kind=kind, work=partial(handler, deps, submission))
    )


async def _on_channel_lost(body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    origin = from_event(body)
    event = str(body["event"]["type"])
    work = partial(channel_lost, deps, str(origin.channel), event=event)
    flight.start(attend(deps, origin, kind=event, work=work))


async def _on_home(body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    if not body["event"].get("user"):
        return
    origin = from_event(body)
    work = partial(home_opened, deps, origin, tab=str(body["event"].get("tab")))
    flight.start(attend(deps, origin, kind="home_opened", work=work))


async def _on_message(body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    event = body["event"]
    if event.get("channel_type") != "im" or not is_from_person(event):
        return
    origin = from_event(body)
    work = partial(direct_message, deps, origin, str(event.get("text") or ""), commands=COMMANDS)
    flight.start(attend(deps, origin, kind="direct_message", work=work))


async def _on_person(body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    profile = body["event"].get("user") or {}
    origin = from_profile(body)
    if origin.key.user_id:
        work = partial(person_changed, deps, profile)
        flight.start(attend(deps, origin, kind="user_change", work=work, answers=False))


async def _on_removed(body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    origin = from_event(body)
    reason = str(body["event"]["type"])
    work = partial(app_removed, deps, origin.key.workspace_id, reason=reason)
    flight.start(attend(deps, origin, kind=reason, work=work))


async def _acknowledged(ack: AsyncAck) -> None:
    await ack()


async def _unhandled(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Say in the log what kind of thing came, never what it said; Slack need not send it again."""
    kind = body.get("event", {}).get("type") or body.get("type") or body.get("command")
    if isinstance(error, BoltUnhandledRequestError):
        log.info("not_for_us", extra={"kind": str(kind)[:60]})
        return BoltResponse(status=200, body="")
    # The work itself runs elsewhere: what fails here is reading what came.
    log.error("unreadable_payload", extra={"kind": str(kind)[:60]}, exc_info=error)
    return BoltResponse(status=400, body="")
