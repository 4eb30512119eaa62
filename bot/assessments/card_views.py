"""Cards that all scorings share: saved, resumed, moved and ended ones, and the choice of a role family."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.assessments.session import AssessmentName
from bot.assessments.values import (
    BACK,
    CLOSE,
    FAMILY,
    FAMILY_KEPT,
    LATER,
    RESUME,
    START_OVER,
    CardState,
)
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, notice, paragraph, paragraphs, row
from bot.slack.phrases import number, part
from coaching.assessment import Words
from coaching.safe_text import Render, SafeText, escape
from content.families import Family
from content.library import TitleMatch


def progress_words(state: CardState) -> dict[str, str]:
    """Return how much is answered and asked, in words such as "one" and "three".

    A ladder or a check may stop before its last card, so its total is "up to" a number.
    """
    cards = {"ladder": "cards", "sequential": "questions"}.get(state.words.scoring)
    total = number(state.total)
    return {
        "answered": part(state.answered),
        "total": SafeText(f"up to {total} {cards}") if cards else total,
    }


def effort_words(words: Words) -> SafeText:
    """Return how much is asked, such as "three questions, about two minutes"."""
    return SafeText(
        f"{_amount_words(words)}, {'about two' if words.scoring == 'mean' else 'about five'} minutes"
    )


def _amount_words(words: Words) -> SafeText:
    """Return how many questions or cards there are; a ladder stops at the first level that is not held."""
    count = number(len(words.cards))
    match words.scoring:
        case "ladder":
            return SafeText(f"up to {count} cards")
        case "lowest":
            return SafeText(f"{count} criteria")
        case _:
            return SafeText(f"{count} questions")


def saved_card(render: Render, state: CardState) -> Message:
    """Return the card that "Finish later" leaves in place of the question."""
    text = render(
        "assessments/saved", family=state.title, command=state.command, **progress_words(state)
    )
    resume = button("Continue", action=RESUME, value=state.value(), style="primary")
    return Message(text=text, blocks=[paragraph(text), row(resume)])


def resume_card(
    render: Render, state: CardState, *, begun: SafeText, other: Family | None, stale: bool
) -> Message:
    """Return the card for a member who starts while an assessment is open: continue, or start over.

    With `other`, starting over begins in that role family. With `stale`, a note says that the words have
    changed.
    """
    text = render(
        "assessments/resume",
        **progress_words(state),
        family=state.title,
        begun=begun,
        other_family=other.name if other else None,
    )
    target = other.id if other else ""
    label = f"Start over in {other.name}" if other else "Start over"
    blocks: list[Block] = [
        paragraph(text),
        row(
            button("Continue", action=RESUME, value=state.value(), style="primary"),
            button(label, action=START_OVER, value=state.value(target)),
        ),
    ]
    if stale:
        blocks.append(fine_print(render("assessments/restart_note")))
    return Message(text=text, blocks=blocks)


def moved_card(render: Render, state: CardState | None) -> Message:
    """Return what an old card becomes; an open assessment can be continued right there."""
    text = render("assessments/moved")
    if state is None:
        return notice(text)
    resume = button("Continue here", action=RESUME, value=state.value())
    return Message(text=text, blocks=[paragraph(text), row(resume)])


def ended_card(render: Render, command: str, *, of_self: bool, is_drawn: bool) -> Message:
    """Return the card of an assessment that has ended, with the command that begins a new one.

    The next one of a drawn one cannot begin at once.
    """
    return notice(render("assessments/ended", command=command, of_self=of_self, drawn=is_drawn))


def ways_out(state: CardState, *, leads_back: bool, onward: ButtonElement | None = None) -> Block:
    """Return the row with "Next" where the card has it, "Back" unless it is the first, and "Finish later"."""
    back = button("Back", action=BACK, value=state.value()) if leads_back else None
    later = button("Finish later", action=LATER, value=state.value())
    return row(onward, back, later, name="leave")


def family_card(
    render: Render, families: Sequence[Family], suggested: TitleMatch | None, *, first: bool
) -> Message:
    """Return the card on which a role family is chosen before the first question."""
    count = len(families[0].questions) if families else 0
    text = render("self_check/family_choice", count=number(count), **suggestion_words(suggested))
    greeting = render("home/greeting", started=True)
    blocks: list[Block] = [paragraph(greeting)] if first else []
    blocks += [paragraph(text), *family_buttons(families, suggested, action=FAMILY)]
    if not first:
        # The greeting says the same.
        blocks.append(fine_print(render("self_check/promise")))
    spoken = f"{greeting}\n\n{text}" if first else text
    return Message(text=spoken, blocks=blocks)


def suggestion_words(suggested: TitleMatch | None) -> dict[str, str | None]:
    """Return the family that is suggested, and the words of the title that suggest it, for messages."""
    return {
        "suggested": suggested.family.name if suggested else None,
        "words": suggested.words if suggested else None,
    }


def family_buttons(
    families: Sequence[Family], suggested: TitleMatch | None, *, action: str, about: str = ""
) -> list[Block]:
    """Return what each family covers and a button for each, in rows of five, the suggested one first.

    `about` is added to the buttons' values.
    """
    first = suggested.family.id if suggested else None
    families = sorted(families, key=lambda family: family.id != first)
    covers = [f"*{escape(f.name)}.* {escape(f.covers)}" for f in families]
    buttons = [
        button(
            f.name,
            action=f"{action}{f.id}",
            value=f"{f.id}{about}",
            style="primary" if f.id == first else None,
        )
        for f in families
    ]
    rows = [row(*buttons[at : at + 5]) for at in range(0, len(buttons), 5)]
    return [*paragraphs(covers), *rows]


def family_settings(
    render: Render,
    families: Sequence[Family],
    suggested: TitleMatch | None,
    *,
    current: str | None,
) -> Message:
    """Return the current role family and the others to choose from."""
    text = render("self_check/family_now", current=current, **suggestion_words(suggested))
    choice = family_buttons(families, suggested, action=FAMILY_KEPT)
    return Message(text=text, blocks=[paragraph(text), *choice])


def full_card(
    render: Render, names: Sequence[AssessmentName], *, oldest: str, is_drawn: bool
) -> Message:
    """Return the open assessments, newest first, and the offer to close the oldest, which has this id.

    With `is_drawn`, that one is a check, and closing it counts as one.
    """
    text = render(
        "assessments/too_many_open",
        count=number(len(names)),
        names=names,
        oldest=names[-1].title,
        drawn=is_drawn,
    )
    close = button("Close that one", action=CLOSE, value=oldest)
    return Message(text=text, blocks=[paragraph(text), row(close)])
