"""The cards of one claim: its pieces page by page, what was seen, and the questions before a removal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.features.evidence.service import ladder_value
from bot.features.evidence.views import (
    PROVE_ADD,
    PROVE_APPEAL,
    PROVE_CHANGE,
    PROVE_CLAIM,
    PROVE_COUNTS,
    PROVE_MARKS,
    PROVE_OVERVIEW,
    PROVE_PAGE,
    PROVE_REMOVE,
    PROVE_REMOVED,
    PROVE_SUBMIT,
    PROVE_WITHDRAW,
    PROVE_WITHDRAWN,
)
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph, row
from bot.slack.pages import MESSAGE_LIMIT, Page
from bot.slack.phrases import capitalized, counted, link_markup, listed, person
from coaching.evidence import (
    APPEALABLE,
    EDITABLE,
    MOST_PIECES,
    WITHDRAWABLE,
    Criterion,
    LadderKey,
    Mark,
    Missing,
    criterion_key,
)
from coaching.safe_text import Render, SafeText, escape
from content.evidence import ClaimCriterion, ClaimLadder, ClaimLevel
from content.limits import length
from storage.evidence.claim_rows import Claim
from storage.evidence.looks import Review
from storage.evidence.pieces import Piece

PIECES_ROOM = 5000
"""Characters of the pieces on one page; the longest piece alone may have more."""

SMALL_PRINT = 800
"""Characters that a page keeps for what stands below the pieces."""


@dataclass(frozen=True)
class ClaimView:
    """One claim with its pieces, as its member sees it.

    `state` is in words. `lacks` is what is missing before it can be submitted. `told` is the review whose
    words the member may read, with its `marks`. `talk_with` is the verifier who proposes a talk.
    `is_split` when what was told stands although a second look came to something else.
    """

    claim: Claim
    name: str
    state: SafeText
    ladder: ClaimLadder
    pieces: Sequence[Piece]
    lacks: Sequence[Missing] = ()
    told: Review | None = None
    marks: Mapping[str, Mark] | None = None
    talk_with: str | None = None
    is_split: bool = False
    note: str | None = None

    @property
    def is_editable(self) -> bool:
        """Whether its pieces can be changed."""
        return self.claim.status in EDITABLE

    def topic(self, level: int, criterion: str) -> str:
        """Return the short name of a criterion; its id where the content does not have it any more."""
        found = self.ladder.level(level)
        names = {one.id: one.topic for one in found.criteria} if found else {}
        return names.get(criterion, criterion.replace("-", " "))

    def level_name(self, level: int) -> str:
        """Return the name of a level, with its number alone where the content does not have it."""
        found = self.ladder.level(level)
        return found.name if found else f"level {level}"

    def short_name(self, level: int) -> str:
        """Return the name of a level without the words behind its number."""
        return self.level_name(level).partition(",")[0]


@dataclass(frozen=True)
class LevelPage:
    """One page of a claim: some pieces of a level, with their numbers; `is_first` is its first page."""

    level: int
    pieces: Sequence[tuple[int, Piece]]
    is_first: bool


def pages_of(render: Render, view: ClaimView) -> list[LevelPage]:
    """Return the pages of a claim; each level begins a new one, and long pieces take more."""
    pages: list[LevelPage] = []
    for level in view.claim.covered:
        mine = [one for one in view.pieces if one.level == level]
        chunks: list[list[tuple[int, Piece]]] = [[]]
        used = 0
        for number, piece in enumerate(mine, 1):
            size = sum(length(line) for line in _piece_lines(render, view, number, piece))
            if chunks[-1] and used + size > PIECES_ROOM:
                chunks.append([])
                used = 0
            chunks[-1].append((number, piece))
            used += size
        pages += [LevelPage(level, chunk, at == 0) for at, chunk in enumerate(chunks)]
    return pages


def page_of_level(render: Render, view: ClaimView, level: int) -> int:
    """Return the place of the last page of this level, counted from 0."""
    every = pages_of(render, view)
    return max((at for at, one in enumerate(every) if one.level == level), default=0)


def claim_card(render: Render, view: ClaimView, at: int = 0) -> Message:
    """Return one page of a claim with what the member can do."""
    every = pages_of(render, view)
    at = min(max(at, 0), len(every) - 1)
    here, page = every[at], Page(render)
    if view.note:
        page.tell(view.note)
    _tell(page, _head(render, view))
    level_pieces = [one for one in view.pieces if one.level == here.level]
    if here.is_first:
        page.tell(render("evidence/level", level=capitalized(view.level_name(here.level))))
        _tell(page, _criteria_lines(render, view, here.level, level_pieces))
    if not level_pieces:
        page.tell(render("evidence/no_pieces"))
    for number, piece in here.pieces:
        _tell(page, _piece_lines(render, view, number, piece))
        if view.is_editable:
            page.show(_piece_row(view, number, piece))
    page.show(*_actions(view, here, is_full=len(level_pieces) >= MOST_PIECES))
    page.show(_reading(view, here, at, len(every)))
    count = f"{render('evidence/page', number=at + 1, count=len(every))} " if len(every) > 1 else ""
    title, is_open = view.ladder.title, view.claim.state == "draft"
    page.small(f"{count}{render('evidence/who_sees', ladder=title, is_open=is_open)}")
    return page.message()


def _tell(page: Page, lines: Sequence[str]) -> None:
    """Add lines as far as they fit into a message, with room for what follows."""
    page.listing(lines, room=page.room(MESSAGE_LIMIT) - SMALL_PRINT)


def _head(render: Render, view: ClaimView) -> list[str]:
    claim = view.claim
    lines = [render("evidence/claim_line", claim=view.name, state=view.state)]
    if claim.is_renewal and view.is_editable:
        lines.append(render("evidence/renewal"))
    if view.told and view.told.words:
        by_steward = view.told.look == "steward"
        lines.append(render("evidence/words", words=view.told.words, by_steward=by_steward))
    if view.is_split:
        lines.append(render("evidence/split"))
    if claim.state == "appealed" and claim.appeal_words:
        lines.append(render("evidence/your_appeal", words=claim.appeal_words))
    if view.talk_with:
        lines.append(render("evidence/talk", who=person(view.talk_with)))
    if view.is_editable:
        lines.append(_missing_line(render, view))
    return lines


def _missing_line(render: Render, view: ClaimView) -> str:
    parts: list[str] = []
    for one in view.lacks:
        level = view.short_name(one.level)
        if one.pieces:
            count = counted(one.pieces, "more piece" if _has_piece(view, one.level) else "piece")
            parts.append(render("evidence/missing_pieces", count=count, level=level))
        if one.criteria and _has_piece(view, one.level):
            topics = listed(escape(view.topic(one.level, name)) for name in one.criteria)
            parts.append(render("evidence/missing_shown", topics=topics, level=level))
    return render("evidence/missing", what=listed(parts)) if parts else render("evidence/complete")


def _has_piece(view: ClaimView, level: int) -> bool:
    return any(one.level == level for one in view.pieces)


def _criteria_lines(
    render: Render, view: ClaimView, level: int, pieces: Sequence[Piece]
) -> list[str]:
    return [
        "• "
        + render(
            "evidence/criterion",
            topic=capitalized(view.topic(level, one.id)),
            words=one.words,
            by=_shown_by(one, pieces),
        )
        for one in view.claim.all_criteria
        if one.level == level
    ]


def _shown_by(criterion: Criterion, pieces: Sequence[Piece]) -> SafeText | None:
    numbers = [n for n, one in enumerate(pieces, 1) if criterion.id in one.facts.shows]
    return listed(f"piece {n}" for n in numbers) if numbers else None


def _piece_lines(render: Render, view: ClaimView, number: int, piece: Piece) -> list[str]:
    facts = piece.facts
    topics = listed(escape(view.topic(facts.level, one)) for one in facts.shows)
    link = link_markup(facts.link, with_path=True) if facts.link else None
    return [
        render("evidence/piece", number=number, link=link),
        render("evidence/did", words=facts.did),
        render("evidence/ai_did", words=facts.ai_did),
        render("evidence/checked", words=facts.checked),
        render("evidence/shows", topics=topics),
    ]


def _piece_row(view: ClaimView, number: int, piece: Piece) -> Block:
    value = f"{view.claim.id}|{piece.id}"
    spoken = f"piece {number} of {view.short_name(piece.level)}"
    return row(
        button("Change", action=PROVE_CHANGE, value=value, spoken=f"Change {spoken}"),
        button("Take it off", action=PROVE_REMOVE, value=value, spoken=f"Take off {spoken}"),
    )


def _actions(view: ClaimView, here: LevelPage, *, is_full: bool) -> list[Block]:
    """What the member can do with the claim: change, submit, withdraw or appeal it."""
    claim = view.claim
    add = submit = None
    if view.is_editable:
        value, style = f"{claim.id}|{here.level}", "primary" if view.lacks else None
        label = f"Add a piece for {view.short_name(here.level)}"
        add = None if is_full else button(label, action=PROVE_ADD, value=value, style=style)
        ready = not view.lacks
        submit = (
            button("Submit it", action=PROVE_SUBMIT, value=claim.id, style="primary")
            if ready
            else None
        )
    can_appeal = claim.status in APPEALABLE and claim.appealed_at is None
    appeal = button("Appeal", action=PROVE_APPEAL, value=claim.id) if can_appeal else None
    can_withdraw = claim.status in WITHDRAWABLE
    leave = button("Withdraw", action=PROVE_WITHDRAW, value=claim.id) if can_withdraw else None
    buttons = [one for one in (submit, add, appeal, leave) if one]
    return [row(*buttons)] if buttons else []


def _reading(view: ClaimView, here: LevelPage, at: int, count: int) -> Block:
    """What the member can read: other pages, what counts, what the verifier saw, their other claims."""
    claim = view.claim
    back, on = (f"{claim.id}|{to}" for to in (at - 1, at + 1))
    counts = ladder_value(claim.ladder, claim.level)
    return row(
        button("Previous page", action=f"{PROVE_PAGE}back", value=back) if at > 0 else None,
        button("Next page", action=f"{PROVE_PAGE}on", value=on) if at + 1 < count else None,
        button("What counts", action=f"{PROVE_COUNTS}{here.level}", value=counts)
        if view.is_editable
        else None,
        button(
            "What was seen", action=f"{PROVE_MARKS}{here.level}", value=f"{claim.id}|{here.level}"
        )
        if view.marks
        else None,
        button("All my claims", action=PROVE_OVERVIEW),
    )


def marks_card(render: Render, view: ClaimView, level: int) -> Message:
    """Return what a verifier marked for each criterion of a level, with their words."""
    page, marks = Page(render), view.marks or {}
    by_steward = view.told is not None and view.told.look == "steward"
    page.tell(render("evidence/marks", claim=view.name, by_steward=by_steward))
    page.tell(render("evidence/level", level=capitalized(view.level_name(level))))
    lines = []
    for one in view.claim.all_criteria:
        if one.level == level:
            mark = marks.get(criterion_key(one))
            topic = capitalized(view.topic(level, one.id))
            verdict, words = (mark.verdict, mark.words) if mark else ("", "")
            lines.append(render("evidence/mark", topic=topic, verdict=verdict, words=words))
    page.listing(lines, room=MESSAGE_LIMIT - 1000, between="\n\n")
    others = [
        button(
            capitalized(view.short_name(one)),
            action=f"{PROVE_MARKS}{one}",
            value=f"{view.claim.id}|{one}",
        )
        for one in view.claim.covered
        if one != level
    ]
    page.show(row(*others, button("Back", action=PROVE_CLAIM, value=view.claim.id)))
    return page.message()


def withdraw_question(render: Render, name: str, claim_id: str) -> Message:
    """Return the question before a claim is withdrawn."""
    text = render("evidence/withdraw_question", claim=name)
    leave = button("Withdraw it", action=PROVE_WITHDRAWN, value=claim_id, style="danger")
    keep = button("Keep it", action=PROVE_CLAIM, value=claim_id)
    return Message(text=text, blocks=[paragraph(text), row(leave, keep)])


def removal_question(render: Render, view: ClaimView, piece: Piece) -> Message:
    """Return the question before a piece is deleted."""
    mine = [one.id for one in view.pieces if one.level == piece.level]
    text = render("evidence/remove_question", number=mine.index(piece.id) + 1)
    value = f"{view.claim.id}|{piece.id}"
    remove = button("Take it off", action=PROVE_REMOVED, value=value, style="danger")
    keep = button("Keep it", action=PROVE_CLAIM, value=view.claim.id)
    return Message(text=text, blocks=[paragraph(text), row(remove, keep)])


def ladder_of(claim: Claim, known: ClaimLadder | None) -> ClaimLadder:
    """Return the claim's ladder, with the criteria that the claim has where the content has none any more."""
    if known is not None:
        return known
    key: LadderKey = claim.ladder
    levels = tuple(
        ClaimLevel(
            level,
            f"level {level}",
            tuple(
                ClaimCriterion(one.id, one.id.replace("-", " "), one.words)
                for one in claim.all_criteria
                if one.level == level
            ),
        )
        for level in range(1, claim.level + 1)
    )
    return ClaimLadder(key, key.family or key.framework, levels)
