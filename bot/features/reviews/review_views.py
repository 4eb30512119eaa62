"""The window in which a verifier looks at a claim, one criterion at a time, and its forms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from slack_sdk.models.blocks import Block, InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from bot.features.reviews.views import REVIEW_VIEW, TITLE, Words
from bot.slack.blocks import button, fine_print, line, modal, paragraph, plain, row, shortened
from bot.slack.carried import Carried
from bot.slack.phrases import MemberClock, capitalized, link_markup, person
from coaching.evidence import (
    LONGEST_WORDS,
    Criterion,
    Look,
    Mark,
    Outcome,
    PieceFacts,
    criterion_key,
    unmarked,
)
from coaching.safe_text import Render, SafeText, escape
from content.evidence import claim_ladder
from storage.evidence.decisions import LookTold
from storage.evidence.queue import Dossier

MARK = "review_mark:"
MARK_AGAIN = "review_mark_again"
TALK = "review_talk"
RETURN = "review_return"
DECIDE = "review_decide"
GIVE_BACK = "review_given_back"

NOT_SHOWN_VIEW = "review_not_shown_view"
RETURN_VIEW = "review_return_view"
DECIDE_VIEW = "review_decide_view"
WORDS_FIELD = "review_words"

PART = 500
"""So many characters fit into a paragraph, also when each of them is escaped."""

MARKS = {"shown": "Shown", "not_shown": "Not shown", "cannot_tell": "Can't tell"}


@dataclass(frozen=True)
class OpenReview:
    """A claim that somebody took: what was submitted, what they marked so far, and until when it is theirs.

    `earlier` are the looks that a steward reads, `reached` and `outcome` what the marks come to. `is_based`
    is False where an appeal or a steward's case can't be decided, because the level below was revoked.
    """

    review_id: str
    look: Look
    held_until: datetime
    has_talk: bool
    dossier: Dossier
    marks: Mapping[str, Mark]
    outcome: Outcome
    reached: int
    earlier: Sequence[LookTold] = ()
    is_based: bool = True

    @property
    def can_be_returned(self) -> bool:
        """Whether the claim may go back to the member.

        An appeal and a steward's case end with a decision, if there can be one.
        """
        return not (ends_decided(self.look, self.dossier) and self.is_based)

    @property
    def next_criterion(self) -> Criterion | None:
        """The first criterion without a mark."""
        return next(iter(unmarked(self.dossier.criteria, self.marks)), None)

    def criterion(self, key: str) -> Criterion | None:
        """Return the criterion with this key, or None."""
        return next((one for one in self.dossier.criteria if criterion_key(one) == key), None)


def ends_decided(look: Look, it: Dossier) -> bool:
    """Return whether a claim is an appeal or a steward's case, which doesn't go back for more evidence."""
    return look in ("appeal", "steward") or bool(it.appeal_words)


@dataclass(frozen=True)
class FormState(Carried):
    """What a form for words carries: the review, the window below it, and the criterion it is about."""

    review_id: str = ""
    window: str = ""
    criterion: str = ""


def review_window(
    words: Words, review: OpenReview, clock: MemberClock, *, at: Criterion | None = None
) -> View:
    """Return the window at this criterion, or at the next one without a mark, or with all marks."""
    criterion = at or review.next_criterion
    blocks = [*_head(words, review, clock)]
    if criterion is None:
        blocks += _all_marks(words, review)
    else:
        blocks += _criterion(words, review, criterion)
    blocks.append(line())
    blocks.append(_moves(review, is_marked=criterion is None))
    return modal(TITLE, blocks, callback=REVIEW_VIEW)


def _head(words: Words, review: OpenReview, clock: MemberClock) -> list[Block]:
    it = review.dossier
    head = words.render(
        "reviews/head",
        claim=words.claim(it.ladder, it.level),
        who=person(it.user_id),
        day=clock.day(it.submitted_at),
        until=clock.around(review.held_until),
        is_renewal=it.is_renewal,
    )
    blocks: list[Block] = [paragraph(head)]
    if it.appeal_words:
        blocks += _whole(it.appeal_words, lambda part: words.render("reviews/appeal", words=part))
    for one in review.earlier:
        level = words.short(it.ladder, one.level) if one.level else None
        tell = partial(_earlier, words, level)
        blocks += _whole(one.words, tell)
    return blocks


def _criterion(words: Words, review: OpenReview, one: Criterion) -> list[Block]:
    """The question about one criterion with its three answers, and the pieces of its level."""
    it, key = review.dossier, criterion_key(one)
    place = it.criteria.index(one) + 1
    ask = words.render(
        "reviews/criterion",
        place=place,
        count=len(it.criteria),
        level=capitalized(words.short(it.ladder, one.level)),
        words=one.words,
    )
    blocks: list[Block] = [line(), paragraph(ask)]
    if counts := _counts(words, it, one):
        blocks.append(fine_print(words.render("reviews/counts", lines=counts)))
    for look in review.earlier:
        if said := look.marks.get(key):
            blocks += _said(words, "reviews/earlier_mark", said)
    if key in review.marks:
        blocks += _said(words, "reviews/said", review.marks[key])
    value = f"{review.review_id} {key}"
    blocks.append(
        row(
            *(
                button(label, action=f"{MARK}{verdict}", value=value)
                for verdict, label in MARKS.items()
            )
        )
    )
    pieces = [piece for piece in it.pieces if piece.level == one.level]
    for number, piece in enumerate(pieces, 1):
        blocks += _piece(words, piece, number, is_meant=one.id in piece.shows)
    if any(piece.link for piece in pieces):
        blocks.append(fine_print(words.render("reviews/links")))
    return blocks


def _counts(words: Words, it: Dossier, one: Criterion) -> SafeText | None:
    """Return what the content says would show a criterion; None where it says nothing of these words."""
    ladder = claim_ladder(words.library, it.ladder)
    level = ladder.level(one.level) if ladder else None
    found = next((c for c in level.criteria if c.id == one.id), None) if level else None
    if found is None or found.words != one.words or not found.counts:
        return None
    return SafeText(" ".join(escape(each) for each in found.counts))


def _earlier(words: Words, level: SafeText | None, part: str) -> str:
    return words.render("reviews/earlier", level=level, words=part or None)


def _said(words: Words, name: str, mark: Mark) -> list[Block]:
    verdict = words.render("reviews/verdict", verdict=mark.verdict)
    return _whole(mark.words, lambda part: words.render(name, verdict=verdict, words=part or None))


def kept_words(render: Render, text: str) -> list[Block]:
    """Return what somebody wrote that was not stored, so that they can copy it; nothing for no words."""
    return _whole(text, lambda part: render("reviews/you_wrote", words=part)) if text else []


def _whole(text: str, tell: Callable[[str], str]) -> list[Block]:
    """Return words in as many paragraphs as they take, the first one as `tell` has it."""
    first, *others = [text[at : at + PART] for at in range(0, len(text), PART)] or [""]
    return [paragraph(tell(first)), *(paragraph(escape(part)) for part in others)]


def _piece(words: Words, piece: PieceFacts, place: int, *, is_meant: bool) -> list[Block]:
    link = link_markup(piece.link, with_path=True) if piece.link else None
    # Each field is a paragraph of its own, because escaped characters make it up to five times as long.
    texts = [
        words.render("reviews/piece", place=place, is_meant=is_meant, link=link),
        words.render("reviews/did", words=piece.did),
        words.render("reviews/ai_did", words=piece.ai_did),
        words.render("reviews/checked", words=piece.checked),
    ]
    return [line(), *(paragraph(text) for text in texts)]


def _all_marks(words: Words, review: OpenReview) -> list[Block]:
    it = review.dossier
    facts = words.outcome(it.ladder, it.level, review.outcome, review.reached)
    blocks: list[Block] = [line(), paragraph(words.render("reviews/marked", **facts))]
    for one in it.criteria:
        mark = review.marks[criterion_key(one)]
        text = words.render(
            "reviews/mark",
            level=capitalized(words.short(it.ladder, one.level)),
            words=one.words,
            verdict=words.render("reviews/verdict", verdict=mark.verdict),
            said=shortened(mark.words, PART) or None,
        )
        value = f"{review.review_id} {criterion_key(one)}"
        change = button("Change", action=MARK_AGAIN, value=value, spoken=f"Change: {one.words}")
        blocks.append(paragraph(text, beside=change))
    return blocks


def _moves(review: OpenReview, *, is_marked: bool) -> Block:
    value = review.review_id
    decide = button("Decide", action=DECIDE, value=value, style="primary") if is_marked else None
    give_back = button("Return with words", action=RETURN, value=value)
    talk = button("Propose a talk", action=TALK, value=value)
    return row(
        decide,
        give_back if review.can_be_returned else None,
        None if review.has_talk else talk,
        button("Put it back in the queue", action=GIVE_BACK, value=value),
    )


def not_shown_form(words: Words, review: OpenReview, one: Criterion, carried: FormState) -> View:
    """Return the form for what was looked for and not found."""
    it = review.dossier
    about = words.render(
        "reviews/not_shown_form",
        level=capitalized(words.short(it.ladder, one.level)),
        words=one.words,
        who=person(it.user_id),
    )
    before = review.marks.get(criterion_key(one))
    filled = before.words if before and before.verdict == "not_shown" else ""
    return _form("Not shown", about, NOT_SHOWN_VIEW, carried, label="Save", filled=filled)


def return_form(words: Words, review: OpenReview, carried: FormState) -> View:
    """Return the form for the words with which a claim goes back to its member."""
    about = words.render("reviews/return_form", who=person(review.dossier.user_id))
    return _form("Return with words", about, RETURN_VIEW, carried, label="Return it")


def decide_form(words: Words, review: OpenReview, carried: FormState) -> View:
    """Return the form for the words with which a claim is decided."""
    it = review.dossier
    facts = words.outcome(it.ladder, it.level, review.outcome, review.reached)
    about = words.render("reviews/decide_form", who=person(it.user_id), **facts)
    is_free = review.outcome == "accepted" and review.look != "steward"
    return _form("Decide", about, DECIDE_VIEW, carried, label="Decide", is_optional=is_free)


def _form(
    title: str,
    about: str,
    callback: str,
    carried: FormState,
    *,
    label: str,
    filled: str = "",
    is_optional: bool = False,
) -> View:
    field = words_field("What they read", filled=filled, is_optional=is_optional)
    view = modal(title, [paragraph(about), field], callback=callback)
    view.submit, view.close = plain(label), plain("Cancel")
    view.private_metadata = str(carried)
    return view


def words_field(label: str, *, filled: str = "", is_optional: bool = False) -> Block:
    """Return the field for words to the member."""
    element = PlainTextInputElement(
        action_id=WORDS_FIELD,
        multiline=True,
        max_length=LONGEST_WORDS,
        initial_value=filled or None,
    )
    return InputBlock(
        label=plain(label), element=element, block_id=WORDS_FIELD, optional=is_optional
    )
