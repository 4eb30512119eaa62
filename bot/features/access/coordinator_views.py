"""What coordinators see: the trainings, the forms to confirm and withdraw, and the preview of a list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.features.access.request_views import FormState
from bot.features.access.views import fitting
from bot.slack.api import Message
from bot.slack.blocks import button, line, modal, paragraph, paragraphs, plain, row, shortened
from bot.slack.phrases import capitalized, counted, day_words, number, person
from coaching.access.policy import Policy, Training
from coaching.access.training_list import TrainingLine, day_problem
from coaching.safe_text import Render, SafeText, is_slack_id
from content.limits import BUTTON, length

CONFIRM_OPEN = "access_training_opened"
WITHDRAW_OPEN = "access_training_withdrawal_opened"
LIST_OPEN = "access_list_opened"
LIST_TAKE = "access_list_taken"

CONFIRM_VIEW = "access_training_view"
WITHDRAW_VIEW = "access_training_withdrawal_view"
LIST_VIEW = "access_list_view"

PERSON, TRAINING, DAY, LINES = (
    *("access_training_person", "access_training_id", "access_training_day"),
    "access_training_list",
)
CONFIRM_TITLE, WITHDRAW_TITLE, LIST_TITLE = "Confirm a training", "Withdraw", "Paste a list"

LONGEST_LIST = 2000
"""Slack: the value of a button, which carries the list between the form and the second click."""

ROOM = 5000
"""Characters that good lines have on the card of the preview, and those with a problem."""

MOST_OFFERED = 100
"""Slack: options of a menu."""


def trainings_card(render: Render, trainings: Sequence[Training], *, note: str = "") -> Message:
    """Return the trainings with the coordinator's buttons; `note` stands above."""
    if not trainings:
        text = render("access/no_trainings")
        return Message(text=text, blocks=[paragraph(text)])
    text = render("access/trainings", trainings=trainings)
    blocks: list[Block] = [*([paragraph(note), line()] if note else []), paragraph(text)]
    blocks.append(
        row(
            button("Confirm one", action=CONFIRM_OPEN, style="primary"),
            button("Paste a list", action=LIST_OPEN),
            button("Withdraw one", action=WITHDRAW_OPEN),
        )
    )
    return Message(text=note or text, blocks=blocks)


def confirm_form(
    render: Render, carried: FormState, trainings: Sequence[Training], *, today: date
) -> View:
    """Return the form in which a coordinator confirms a training of one person."""
    day = DatePickerElement(action_id=DAY, initial_date=today.isoformat())
    blocks: list[Block] = [
        paragraph(render("access/confirm_form")),
        *_person_and_training(trainings),
        InputBlock(label=plain("Completed on"), element=day, block_id=DAY),
    ]
    return _to_send(modal(CONFIRM_TITLE, blocks, callback=CONFIRM_VIEW), carried, "Confirm")


def withdraw_form(render: Render, carried: FormState, trainings: Sequence[Training]) -> View:
    """Return the form in which a coordinator withdraws a confirmation."""
    blocks: list[Block] = [
        paragraph(render("access/withdraw_form")),
        *_person_and_training(trainings),
    ]
    return _to_send(modal(WITHDRAW_TITLE, blocks, callback=WITHDRAW_VIEW), carried, "Withdraw it")


def _person_and_training(trainings: Sequence[Training]) -> list[Block]:
    options = [
        Option(text=plain(one.title, BUTTON), value=one.id) for one in trainings[:MOST_OFFERED]
    ]
    who = UserSelectElement(action_id=PERSON, placeholder="Choose a person")
    which = StaticSelectElement(
        action_id=TRAINING,
        options=options,
        initial_option=options[0] if len(options) == 1 else None,
        placeholder="Choose a training",
    )
    return [
        InputBlock(label=plain("Person"), element=who, block_id=PERSON),
        InputBlock(label=plain("Training"), element=which, block_id=TRAINING),
    ]


def list_form(
    render: Render,
    carried: FormState,
    trainings: Sequence[Training],
    *,
    today: date,
    typed: str = "",
) -> View:
    """Return the form in which a coordinator pastes a list."""
    about = render("access/list_form", example=trainings[0].id, day=today.isoformat())
    element = PlainTextInputElement(
        action_id=LINES,
        multiline=True,
        max_length=LONGEST_LIST,
        initial_value=shortened(typed, LONGEST_LIST) or None,
    )
    field = InputBlock(
        label=plain("The list"),
        element=element,
        block_id=LINES,
        hint=plain("Up to 2,000 characters. Send a longer list in parts."),
    )
    view = modal(LIST_TITLE, [paragraph(about), field], callback=LIST_VIEW)
    return _to_send(view, carried, "Check it")


def _to_send(view: View, carried: FormState, label: str) -> View:
    view.submit, view.close = plain(label), plain("Cancel")
    view.private_metadata = str(carried)
    return view


@dataclass(frozen=True)
class Preview:
    """A list that was checked: its lines that can be taken, and those that cannot."""

    good: Sequence[TrainingLine]
    bad: Sequence[TrainingLine]

    @classmethod
    def of(cls, lines: Sequence[TrainingLine]) -> "Preview":
        """Return the preview of these lines; good ones that a button cannot hold wait for the next list."""
        good, bad, size = [], [], 0
        for one in lines:
            size += length(_encoded(one)) + 1 if one.problem is None else 0
            if one.problem is None and size <= LONGEST_LIST:
                good.append(one)
            else:
                bad.append(one if one.problem else one.refused("long"))
        return cls(good, bad)


def preview_card(render: Render, policy: Policy, preview: Preview, *, today: date) -> Message:
    """Return what was understood of a list, line by line, with a button that takes the good lines."""
    good, bad = preview.good, preview.bad
    head = render(
        "access/list_head",
        good=capitalized(counted(len(good), "line")) if good else None,
        bad=capitalized(counted(len(bad), "line")) if bad else None,
    )
    told_bad = [
        render(
            "access/list_bad",
            number=one.number,
            line=shortened(one.text.replace("`", "'"), 80),
            problem=one.problem,
            day=today.isoformat(),
        )
        for one in bad
    ]
    told_good = [
        render(
            "access/list_good",
            who=person(one.person),
            title=policy.trainings[one.training].title,
            day=day_words(one.on, today=today),
        )
        for one in good
    ]
    blocks: list[Block] = [paragraph(head)]
    blocks += _listed(render, told_bad)
    blocks += _listed(render, told_good)
    take = (
        button(f"Confirm {len(good)}", action=LIST_TAKE, value=encoded(good), style="primary")
        if good
        else None
    )
    fix = (
        button("Correct the others" if good else "Correct it", action=LIST_OPEN, value=_texts(bad))
        if bad
        else None
    )
    return Message(text=head, blocks=[*blocks, row(take, fix)])


def _listed(render: Render, told: Sequence[str]) -> list[Block]:
    shown, left = fitting([f"• {one.strip()}" for one in told], ROOM)
    more = [render("access/more_lines", many=number(left))] if left else []
    return paragraphs([*shown, *more])


def _texts(lines: Sequence[TrainingLine]) -> str:
    return shortened("\n".join(one.text for one in lines), LONGEST_LIST)


def encoded(lines: Sequence[TrainingLine]) -> str:
    """Return lines as the button of the preview carries them."""
    return "\n".join(map(_encoded, lines))


def _encoded(line: TrainingLine) -> str:
    return f"{line.person},{line.training},{line.on:%Y%m%d}"


def decoded(value: str, policy: Policy, *, today: date) -> tuple[list[TrainingLine], int]:
    """Return the lines of a button's value, and how many of them cannot be taken any more."""
    found: list[TrainingLine] = []
    texts = [one for one in value.split("\n") if one]
    for place, text in enumerate(texts, start=1):
        user_id, _, rest = text.partition(",")
        training, _, day = rest.rpartition(",")
        try:
            on = date.fromisoformat(day)
        except ValueError:
            continue
        is_known = is_slack_id(user_id) and training in policy.trainings
        if is_known and day_problem(on, today=today) is None:
            found.append(
                replace(TrainingLine(place, text), person=user_id, training=training, on=on)
            )
    return found, len(texts) - len(found)


def count_words(count: int, what: str) -> SafeText | None:
    """Return so many of something; None for none."""
    return counted(count, what) if count else None
