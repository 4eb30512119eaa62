"""The cards of knowledge checks: a question, the result, the rule behind it, and the answers one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from string import ascii_uppercase

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.assessments.card_views import ways_out
from bot.assessments.values import ANSWER_CHOSEN, HOW, HOW_VIEW, AnswerValue, CardState
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, joined, modal, paragraph, paragraphs, row
from bot.slack.pages import Page
from bot.slack.phrases import MemberClock, counted, number, part
from coaching.knowledge.check import (
    SURENESS,
    AskedItem,
    GivenAnswer,
    calibration,
)
from coaching.knowledge.checked import TRIES_IN_A_YEAR
from coaching.knowledge.sequential import (
    CHECKED_AT,
    MOST_ITEMS,
    NOT_YET_AT,
    PASS_RATIO,
    STOP_RATIO,
    Outcome,
    fewest_right,
    rates_at,
)
from coaching.safe_text import Render, escape

QUIZ = "quiz_asked"
QUIZ_START = "quiz_started:"
REVIEW = "check_reviewed"
REVIEW_AT = "check_review_at:"
REVIEW_VIEW = "check_review_view"
REVIEW_TITLE = "Your answers"
RULE_TITLE = "How a check decides"


def item_card(render: Render, state: CardState, item: AskedItem, chosen: int | None) -> Message:
    """Return one question with its options; once one is chosen, also how sure the member is."""
    page = Page(render)
    page.title(f"{state.title} · question {state.answered + 1}")
    if state.answered == 0:
        page.small(render("knowledge/promise", most=number(state.total)))
    page.tell(*item_words(item), between="\n\n")
    page.show(option_buttons(item, state, chosen))
    if chosen is not None:
        page.tell(render("knowledge/how_sure", letter=ascii_uppercase[chosen]))
        page.show(_sure_buttons(item, state))
    page.show(ways_out(state, leads_back=False))
    return page.message()


def item_words(item: AskedItem) -> list[str]:
    """Return the case, the question and the options with their letters."""
    lettered = zip(ascii_uppercase, item.options, strict=False)
    options = "\n".join(f"*{letter}.* {escape(option.text)}" for letter, option in lettered)
    return [escape(item.case), f"*{escape(item.question)}*", options]


def option_buttons(item: AskedItem, state: CardState, chosen: int | None) -> Block:
    """Return a button for each option of a card."""
    return row(
        *(
            button(
                ascii_uppercase[place],
                action=f"{ANSWER_CHOSEN}{ascii_uppercase[place]}",
                value=str(AnswerValue(state.assessment_id, state.revision, item.id, place)),
                style="primary" if place == chosen else None,
                spoken=f"{ascii_uppercase[place]}: {option.text}",
            )
            for place, option in enumerate(item.options)
        ),
        name="answers",
    )


def _sure_buttons(item: AskedItem, state: CardState) -> Block:
    return row(
        *(
            button(
                label,
                action=f"{ANSWER_CHOSEN}sure{sure}",
                value=str(AnswerValue(state.assessment_id, state.revision, item.sure_id, sure)),
            )
            for sure, label in SURENESS.items()
        ),
        name="sureness",
    )


@dataclass(frozen=True)
class ResultView:
    """A finished try; `until` is when what it checked ends, `next_at` when the next try can begin.

    With `comes_below`, questions come back below the member's check-ins.
    """

    assessment_id: str
    title: str
    outcome: Outcome
    given: Sequence[GivenAnswer]
    clock: MemberClock
    until: datetime
    next_at: datetime
    comes_below: bool = False

    @property
    def right(self) -> int:
        return sum(one.is_right for one in self.given)

    @property
    def coming_back(self) -> int:
        """How many questions come back for practice."""
        return sum(one.is_for_practice for one in self.given)


def result_card(render: Render, result: ResultView) -> Message:
    """Return the outcome, how sure the member was of what was right, and what comes back."""
    shown = calibration(result.given)
    page = Page(render)
    page.tell(
        render(
            "knowledge/result",
            title=result.title,
            outcome=result.outcome,
            right=part(result.right),
            total=counted(len(result.given), "question"),
            until=result.clock.day(result.until),
            upcoming=result.clock.day(result.next_at),
        )
    )
    page.tell(
        render(
            "knowledge/calibration",
            sure=number(shown.sure) if shown.sure else None,
            sure_right=part(shown.sure_right),
            one_right=shown.sure_right == 1,
            guessed=number(shown.guessed) if shown.guessed else None,
            guessed_right=part(shown.guessed_right),
            one_guessed_right=shown.guessed_right == 1,
        ).strip()
    )
    if result.coming_back:
        count = counted(result.coming_back, "question").capitalize()
        page.tell(render("knowledge/comes_back", count=count, below=result.comes_below))
    page.show(
        row(
            button("See the answers", action=REVIEW, value=result.assessment_id, style="primary"),
            button("Why this result", action=HOW, value=result.assessment_id),
            button("All skills", action=QUIZ),
        )
    )
    page.small(render("knowledge/footer"))
    return page.message()


RATES_SHOWN = (NOT_YET_AT, Fraction(3, 4), CHECKED_AT)
MOST_WRONG_SHOWN = 4


def rule_view(render: Render, result: ResultView | None) -> View:
    """Return the rule, how often it is wrong, and, of a result, the points."""
    texts = [rule_text(render), rates_text(render)]
    if result:
        shown = calibration(result.given)
        texts.append(render("knowledge/points", points=f"{shown.points}", most=f"{shown.most}"))
    texts.append(render("knowledge/public"))
    title = "Why this result" if result else RULE_TITLE
    return modal(title, [paragraph(text) for text in texts], callback=HOW_VIEW)


def rule_text(render: Render) -> str:
    """Return the rule in words, with the fewest right answers that it takes."""
    paths = [
        (part(wrong), number(right))
        for wrong in range(MOST_WRONG_SHOWN)
        if (right := fewest_right(wrong)) is not None
    ]
    return render(
        "knowledge/rule",
        for_checked=number(int(PASS_RATIO)),
        for_stop=number(round(1 / STOP_RATIO)),
        most=number(MOST_ITEMS),
        paths=paths,
    )


def rates_text(render: Render) -> str:
    """Return how often somebody passes who gets so many of such questions right."""
    rates = [rates_at(mastery) for mastery in RATES_SHOWN]
    return render(
        "knowledge/rates",
        tries=number(TRIES_IN_A_YEAR),
        rates=[
            {
                "mastery": str(int(one.mastery * 100)),
                "passed": _out_of_100(one.passed),
                "asked": str(round(one.items)),
                "year": _out_of_100(one.passed_within(TRIES_IN_A_YEAR)),
            }
            for one in rates
        ],
    )


def _out_of_100(share: Fraction) -> str:
    """Return a share as so many out of 100; never all of them, which no rule can promise."""
    return "more than 99" if round(share * 100) == 100 else str(round(share * 100))


def in_review_order(given: Sequence[GivenAnswer]) -> list[GivenAnswer]:
    """Return the answers as they are looked at afterwards: first the wrong ones, then the guesses."""
    return sorted(given, key=lambda one: (one.is_right, not one.is_for_practice))


def review_view(
    render: Render, given: Sequence[GivenAnswer], place: int, *, assessment_id: str
) -> View:
    """Return one answer of a finished try with why each option is right or not, and the way to the others."""
    ordered = in_review_order(given)
    place = min(max(place, 0), len(ordered) - 1)
    shown = ordered[place]
    told = render(
        "knowledge/review_place",
        place=str(place + 1),
        total=str(len(ordered)),
        right=shown.is_right,
        sure=SURENESS[shown.sure].lower(),
    )

    def leading_to(label: str, to: int, name: str) -> ButtonElement | None:
        if not 0 <= to < len(ordered):
            return None
        return button(label, action=f"{REVIEW_AT}{name}", value=f"{assessment_id}|{to}")

    ways = [leading_to("Previous", place - 1, "back"), leading_to("Next", place + 1, "on")]
    blocks = [
        fine_print(told),
        *explained(render, shown.item, shown.chosen),
        *([row(*ways, name="leave")] if any(ways) else []),
    ]
    return modal(REVIEW_TITLE, blocks, callback=REVIEW_VIEW)


def explained(render: Render, item: AskedItem, chosen: int) -> list[Block]:
    """Return the question with why each of its options is right or not."""
    options = [
        render(
            "knowledge/option",
            letter=ascii_uppercase[place],
            text=option.text,
            why=option.why,
            right=option.right,
            chosen=place == chosen,
        )
        for place, option in enumerate(item.options)
    ]
    asked = joined([escape(item.case), f"*{escape(item.question)}*"], between="\n\n")
    return [*map(paragraph, asked), *paragraphs(options, between="\n\n")]


def fading_message(render: Render, skill: str, title: str, *, until: str) -> Message:
    """Return the notice that a skill ends, with a button for a new check."""
    text = render("knowledge/fading", title=title, until=until)
    again = button(
        "New check", action=f"{QUIZ_START}{skill}", value=skill, spoken=f"New check: {title}"
    )
    why = render("knowledge/fading_why")
    return Message(text=text, blocks=[paragraph(text), row(again), fine_print(why)])
