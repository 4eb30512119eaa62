"""The three forms of a plan: the idea, a risk with what is done about it, and the limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import Block, PlainTextInputElement, UserSelectElement
from slack_sdk.models.views import View

from bot.features.sandbox.forms import FormState, field, text_field, to_send, typed
from bot.features.sandbox.words import data_name, days_words
from bot.slack.blocks import bullets, checks, fine_print, menu, modal, paragraph
from bot.slack.payloads import Submission, Ticks
from bot.slack.phrases import capitalized, listed, person
from coaching.safe_text import Render, escape, is_slack_id
from coaching.sandbox import LONGEST_LINE, PlanFacts

IDEA_VIEW, RISK_VIEW, LIMITS_VIEW = "try_idea_view", "try_risk_view", "try_limits_view"
IDEA_TITLE, RISK_TITLE, LIMITS_TITLE = "What I want to try", "A risk", "Limits"

QUESTION, TOOL, DATA, AFFECTED = "try_question", "try_tool", "try_data", "try_affected"
MITIGATION = "try_mitigation"
UNDO, STOP_WHEN, DAYS, SUPERVISOR, PERMISSIONS = (
    *("try_undo", "try_stop_when", "try_days", "try_supervisor", "try_permissions"),
)
TIME_BOXES = (1, 2, 3, 5, 7, 14, 21, 28, 35, 42)
"""The lengths, in days, that the form offers."""

MOST_PERMISSIONS = 10
"""Slack: a group of checkboxes has at most ten."""


def idea_form(
    render: Render,
    state: FormState,
    facts: PlanFacts,
    *,
    classes: Sequence[str],
    nevers: Sequence[str],
) -> View:
    """Return the form of the idea, with the classes of data that a plan can use, and what none ever does."""
    tool = PlainTextInputElement(
        action_id=TOOL, initial_value=facts.tool or None, max_length=LONGEST_LINE
    )
    options = [(data_name(render, one), one) for one in classes]
    data = menu("Choose one", action=DATA, options=options, chosen=facts.data)
    blocks: list[Block] = [
        paragraph(render("sandbox/idea_form")),
        text_field("What I want to find out", QUESTION, facts.question),
        field("Tool", tool, hint="The product, and the model or version if you know it."),
        field("Data that goes into it", data),
        text_field("Who is affected", AFFECTED, facts.affected),
        fine_print("\n".join([render("sandbox/never"), *bullets([escape(one) for one in nevers])])),
    ]
    return to_send(modal(IDEA_TITLE, blocks, callback=IDEA_VIEW), state, "Save")


def risk_form(render: Render, state: FormState, risk: str, filled: str) -> View:
    """Return the form of one risk; `filled` is what the member does about it, or the suggestion."""
    blocks: list[Block] = [
        paragraph(render("sandbox/risk_form", risk=risk)),
        text_field("What I do about it", MITIGATION, filled),
    ]
    return to_send(modal(RISK_TITLE, blocks, callback=RISK_VIEW), state, "Save")


@dataclass(frozen=True)
class LimitsChoice:
    """What the form of the limits offers: user ids of supervisors, and (title, id) of permissions."""

    supervisors: Sequence[str] = ()
    permissions: Sequence[tuple[str, str]] = ()


def limits_form(render: Render, state: FormState, facts: PlanFacts, choice: LimitsChoice) -> View:
    """Return the form of the limits."""
    days = menu(
        "Choose one",
        action=DAYS,
        options=[(capitalized(days_words(one)), str(one)) for one in TIME_BOXES],
        chosen=str(facts.days),
    )
    only = choice.supervisors[0] if len(choice.supervisors) == 1 else None
    supervisor = UserSelectElement(
        action_id=SUPERVISOR,
        placeholder="Choose a supervisor",
        initial_user=facts.supervisor or only,
    )
    people = listed(person(one) for one in choice.supervisors) if choice.supervisors else None
    blocks: list[Block] = [
        text_field("What can be undone, and how", UNDO, facts.undo),
        text_field("When I stop before the time is over", STOP_WHEN, facts.stop_when),
        field("How long", days),
        paragraph(render("sandbox/supervisors", people=people)),
        field("Supervisor", supervisor, is_optional=True),
    ]
    if choice.permissions:
        asked = checks(
            action=PERMISSIONS,
            options=choice.permissions[:MOST_PERMISSIONS],
            chosen=facts.permissions,
        )
        blocks.append(field("Permissions that I ask for", asked, is_optional=True))
    return to_send(modal(LIMITS_TITLE, blocks, callback=LIMITS_VIEW), state, "Save")


def with_idea(facts: PlanFacts, submission: Submission) -> PlanFacts:
    """Return the plan with what was typed into the form of the idea."""
    return replace(
        facts,
        question=typed(submission, QUESTION),
        tool=typed(submission, TOOL, most=LONGEST_LINE),
        data=submission.chosen.get(DATA, ""),
        affected=typed(submission, AFFECTED),
    )


def with_limits(facts: PlanFacts, submission: Submission) -> PlanFacts:
    """Return the plan with what was typed and chosen in the form of the limits."""
    days, user_id = submission.chosen.get(DAYS, ""), submission.written.get(SUPERVISOR, "")
    return replace(
        facts,
        undo=typed(submission, UNDO),
        stop_when=typed(submission, STOP_WHEN),
        days=int(days) if days in map(str, TIME_BOXES) else 0,
        supervisor=user_id if is_slack_id(user_id) else "",
        permissions=submission.ticked.get(PERMISSIONS, Ticks()).now,
    )
