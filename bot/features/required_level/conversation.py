"""Questions about a project; the result is the lowest agent level that meets every need.

Boxes that are ticked and not sent yet are stored as a note in the draft, on the first need of their card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from logging import getLogger

from slack_sdk.models.views import View

from bot.assessments import cards
from bot.assessments.session import (
    AssessmentName,
    AssessmentSession,
    AssessmentSubject,
    CardAnswers,
    Conversation,
    load,
)
from bot.assessments.values import AnswerValue, CardValue
from bot.deps import Deps
from bot.features.agents.service import load_register
from bot.features.agents.views import ProjectView
from bot.features.required_level.views import (
    NEED_TICKED,
    NONE,
    RequiredLevelView,
    Ticks,
    comparison_card,
    project_question_card,
    project_result_card,
    required_level_how_view,
)
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.directory import check_access
from bot.slack.errors import LogUndeliverable
from bot.slack.payloads import Click, Request
from bot.slack.phrases import channel_link
from bot.slack.replies import unknown_click
from coaching.assessment import Card, Words
from coaching.required_level import (
    LEFT_OUT,
    TICKED,
    NeedQuestion,
    Needs,
    ProjectSubject,
    answers_to_question,
    checklist_of,
    required_level_of,
)
from coaching.safe_text import SafeText
from content.ladders import GradingFramework
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.database import Session

log = getLogger(__name__)

NOTHING = "-"
"""The note in the draft for a card on which nothing is ticked."""


def _draw_card(deps: Deps, loaded: AssessmentSession, card: Card, note: str | None) -> Message:
    """Return one question with what is ticked so far."""
    words = loaded.words_as(Needs)
    return project_question_card(
        deps.render,
        loaded.state,
        words.question_of_card(card),
        words=words,
        project=project_of(loaded).name,
        channel=channel_of(loaded),
        ticks=_ticks(loaded, card),
        clashes=required_level_of(words, loaded.answers).contradictions,
        note=note,
    )


def _answers_of(loaded: AssessmentSession, card: Card, click: Click) -> CardAnswers:
    """Return the answer with its letter, or every box of the card; not all of them when they contradict."""
    question = loaded.words_as(Needs).question_of_card(card)
    value = AnswerValue.parse(click.value)
    if not question.multiple:
        return CardAnswers(answers_to_question(question, {value.question_id} if value else set()))
    ticks = _ticked(question, click) or _ticks(loaded, card)
    if bool(ticks.needs) == ticks.none:
        # One of them is enough for `_missing_note` to see that something is ticked; the draft has them all.
        return CardAnswers(dict.fromkeys(list(ticks.needs)[:1], TICKED), _drafted(card, ticks))
    return CardAnswers(answers_to_question(question, set(ticks.needs)))


def _missing_note(deps: Deps, loaded: AssessmentSession, items: Sequence[str]) -> str:
    """Return the note for no ticked box, or for "None of these" together with another one."""
    words = loaded.words_as(Needs)
    card = loaded.next_card
    is_some = card is not None and len(items) < len(card.items)
    return deps.render(
        "required_level/both" if is_some else "required_level/pick", none_label=words.none_label
    )


async def _finish(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Complete the row with the level; nothing is posted until the member shares it."""
    needed = required_level_of(loaded.words_as(Needs), loaded.answers)
    await assessments.complete(session, loaded.row, now=deps.now(), level=needed.level)


async def _draw_result(
    _session: Session, deps: Deps, loaded: AssessmentSession, note: str | None
) -> Message:
    """Return the level, why it is that one, what stays with people, and a checklist to copy."""
    return _result(deps, loaded, note=note)


async def _explain(
    _session: Session, deps: Deps, loaded: AssessmentSession, _at: int | None
) -> View:
    """Return every question with its answers, and the rule."""
    ladder = ladder_of(deps, loaded.row.framework)
    levels = ladder.words if ladder else None
    return required_level_how_view(
        deps.render,
        loaded.words_as(Needs),
        loaded.answers,
        project=project_of(loaded).name,
        ladder=levels,
    )


async def _add_agents_of_channel(deps: Deps, click: Click, loaded: AssessmentSession) -> None:
    """Add the agents of the channel to the result, for a member who may read about them now."""
    row = loaded.row
    # The card shows the result already, so the member gets no error.
    with LogUndeliverable(log):
        beside = await comparison_text(deps, click.request, loaded)
        if beside and row.card_channel and row.card_ts:
            card = _result(deps, loaded, note=beside)
            await deps.slack.update(row.card_channel, row.card_ts, card)


def _result(deps: Deps, loaded: AssessmentSession, *, note: str | None) -> Message:
    found = own_view(deps, loaded)
    if found is None:
        return notice(deps.render("agents/no_ladder"))
    return project_result_card(
        deps.render,
        found,
        assessment_id=loaded.row.id,
        channel=channel_of(loaded),
        note=note,
    )


def _draft_of_click(loaded: AssessmentSession, card: Card, click: Click) -> CardAnswers | None:
    """Return the boxes of the card after a click, as the draft stores them; None without boxes."""
    question = loaded.words_as(Needs).question_of_card(card)
    ticks = _ticked(question, click)
    if ticks is None:
        return None
    return CardAnswers({}, _drafted(card, ticks))


def _ticked(question: NeedQuestion, click: Click) -> Ticks | None:
    """Return what is ticked on the card as the member sees it; None when the click does not say."""
    boxes = [held for name, held in click.boxes.items() if name.startswith(NEED_TICKED)]
    if not boxes:
        return None
    places = {str(place): need.id for place, need in enumerate(question.needs)}
    return Ticks({places[box] for box in boxes[0] if box in places}, NONE in boxes[0])


def _drafted(card: Card, ticks: Ticks) -> dict[str, str]:
    """Return what is ticked as a note on the first need of the card."""
    places = [str(place) for place, item in enumerate(card.items) if item in ticks.needs]
    return {card.items[0]: " ".join([*places, *([NONE] if ticks.none else [])]) or NOTHING}


def _ticks(loaded: AssessmentSession, card: Card) -> Ticks:
    """Return what the draft has; a card answered without any need was answered by "None of these"."""
    draft = loaded.draft
    if note := draft.notes.get(card.items[0]):
        boxes = note.split()
        needs = {item for place, item in enumerate(card.items) if str(place) in boxes}
        return Ticks(needs, NONE in boxes)
    chosen = {item for item in card.items if draft.answers.get(item) == TICKED}
    return Ticks(chosen, all(draft.answers.get(item) == LEFT_OUT for item in card.items))


PROJECT_QUESTIONS = Conversation(
    draw_card=_draw_card,
    answers_of=_answers_of,
    missing_note=_missing_note,
    finish=_finish,
    draw_result=_draw_result,
    explain=_explain,
    after_result=_add_agents_of_channel,
)
"""Questions about a project, which lead to the level that it requires."""

NEED_COMMAND = "/rungs agent need"


def is_project(subject: str) -> bool:
    """Return whether the subject is a project."""
    return ProjectSubject.parse(subject) is not None


async def project_name(
    _session: Session, _deps: Deps, row: Assessment, words: Words
) -> AssessmentName:
    """Return title and command of the questions, with the project's name if it has one."""
    project = ProjectSubject.parse(row.subject) or ProjectSubject()
    return AssessmentName(
        *(f"{text} {project.name}".strip() for text in (words.title, NEED_COMMAND))
    )


PROJECT = AssessmentSubject(is_project, PROJECT_QUESTIONS, project_name)


async def boxes_ticked(deps: Deps, click: Click) -> None:
    """Save the boxes of a card as its draft; the card stays as the member sees it."""
    value = CardValue.parse(click.action_id.removeprefix(NEED_TICKED))
    if value is None:
        await unknown_click(deps, click)
        return
    async with deps.database.write() as session:
        row = await assessments.get(
            session, click.request.key.workspace_id, value.assessment_id, lock=True
        )
        if row and await _keep_ticks(session, deps, click, row, revision=value.revision):
            return
    if not await cards.click_refused(deps, click, row) and row:
        await cards.refresh_card(deps, row.workspace_id, row.id)


async def _keep_ticks(
    session: Session, deps: Deps, click: Click, row: Assessment, *, revision: int
) -> bool:
    """Save what is ticked when the click came from the member's current card; return whether it did."""
    here = (click.request.key.user_id, click.message_ts, revision)
    if here != (row.user_id, row.card_ts, row.revision) or row.state != "open":
        return False
    loaded = await load(session, deps, row)
    card = loaded.next_card
    drafted = _draft_of_click(loaded, card, click) if card else None
    if drafted is None:
        return False
    await cards.keep_draft(session, loaded, drafted.answers, drafted.notes)
    return True


UNNAMED = "The project of this channel"
"""The name under which a project without a name is shared."""


def project_of(loaded: AssessmentSession) -> ProjectSubject:
    """Return the project that the questions are about."""
    return ProjectSubject.parse(loaded.row.subject) or ProjectSubject()


def channel_of(loaded: AssessmentSession) -> SafeText | None:
    """Return a link to the channel that it was asked for; None when it was asked in messages."""
    channel = project_of(loaded).channel
    return channel_link(channel) if channel else None


def ladder_of(deps: Deps, framework: str) -> GradingFramework | None:
    """Return the levels that the answers lead to, in today's words; None when they have left the content."""
    return deps.library.gradings.get(framework) or deps.library.agent_ladder


def own_view(deps: Deps, loaded: AssessmentSession) -> RequiredLevelView | None:
    """Return the project with its level; None when the levels have left the content."""
    words, ladder = loaded.words_as(Needs), ladder_of(deps, loaded.row.framework)
    return required_level_view(project_of(loaded).name, words, loaded.answers, ladder)


def required_level_view(
    project: str, words: Needs, answers: Mapping[str, float], ladder: GradingFramework | None
) -> RequiredLevelView | None:
    if ladder is None:
        return None
    needed = required_level_of(words, answers)
    return RequiredLevelView(
        project=project,
        words=words,
        needed=needed,
        checklist=checklist_of(words, answers, ladder.acceptance_lines),
        guide=ladder.level(needed.level) or ladder.levels[-1],
        ladder=ladder.words,
    )


async def comparison_text(deps: Deps, request: Request, loaded: AssessmentSession) -> str | None:
    """Return how the channel's agents fit, in words; None for a member who may not read about them."""
    channel = project_of(loaded).channel
    if not channel or (await check_access(deps, request, channel)).obstacle:
        return None
    told = await comparison(deps, loaded)
    return told.text if told else None


async def comparison(deps: Deps, loaded: AssessmentSession) -> Message | None:
    """Return how the channel's agents fit the project; None when the levels have left the content."""
    about, channel = channel_view(deps, loaded), project_of(loaded).channel
    if about is None:
        return None
    async with deps.database.read() as session:
        team = await load_register(
            session, deps, channel, beside=_as_project_view(deps, loaded, about)
        )
    return comparison_card(deps.render, team, channel=channel_link(channel))


def channel_view(deps: Deps, loaded: AssessmentSession) -> RequiredLevelView | None:
    """Return the project with its level, by the name that its channel sees."""
    about = own_view(deps, loaded)
    return replace(about, project=about.project or UNNAMED) if about else None


def _as_project_view(
    deps: Deps, loaded: AssessmentSession, about: RequiredLevelView
) -> ProjectView:
    return ProjectView(
        name=about.project,
        level=about.needed.level,
        needed=about.name,
        by=loaded.row.user_id,
        at=deps.now(),
    )
