"""What a grade says of each criterion: a chart, the same in words, what to try, and the grades before."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.views.agent_shown import GradeShown
from bot.views.bricks import bullets, shortened
from bot.views.chart import LABEL, Chart, bar_chart
from bot.views.page import Page
from coaching.lowest import NOT_TRIED, Criteria, Criterion
from content.message_catalog import Render, SafeText, escape

MOST_TRIED = 3
"""One suggestion is best; more than three are a list of faults."""

PROFILE_ROOM = 3000
LINKS_ROOM = 2500
PATH_ROOM = 1200
MOST_GRADES = 5


def profile(page: Page, render: Render, grade: GradeShown) -> None:
    """The criterion that holds the level back, and all of them as bars and in words."""
    words, standing = grade.words, grade.standing
    topics = [_criterion(words, one).topic for one in standing.holding]
    page.tell(render("agents/holds_back", holding=topics, tried=standing.level > NOT_TRIED))
    page.show(profile_chart(grade))
    lines = [
        render("agents/profile", criterion=criterion.name, level=_reached(grade, criterion))
        for criterion in words.criteria
    ]
    page.listing(bullets(lines), room=PROFILE_ROOM)
    named = [(one, grade.links[one.id]) for one in words.criteria if one.id in grade.links]
    links = [f"{escape(criterion.name)}: {link_of(link)}" for criterion, link in named]
    page.listing(bullets(links), room=LINKS_ROOM, heading="*Links to evidence*")


def profile_chart(grade: GradeShown) -> Chart:
    """A bar for each criterion."""
    words = grade.words
    names = _apart([criterion.name for criterion in words.criteria])
    heights = [grade.answers.get(criterion.id, NOT_TRIED) for criterion in words.criteria]
    top = words.levels[-1]
    scale = f"0: {words.not_tried} · {top.level}: {top.sign}"
    bars = list(zip(names, heights, strict=True))
    return bar_chart("The profile over the criteria", bars, series="Level", y=scale)


def to_try(page: Page, render: Render, grade: GradeShown) -> None:
    """The next things to try, for what holds the level back."""
    standing, words = grade.standing, grade.words
    if standing.next_level is None:
        page.tell(render("agents/result_top"))
        return
    steps = [_step(words, one, standing.next_level) for one in standing.holding[:MOST_TRIED]]
    heading = render("agents/to_try", name=words.name_of(standing.next_level))
    page.tell(heading, *bullets([escape(step) for step in steps if step]))


def path_lines(page: Page, render: Render, grades: Sequence[GradeShown]) -> None:
    """Earlier grades, newest first, with who graded and when."""
    shown = [
        render("agents/path", on=one.on, name=one.name, who=one.who, model=one.model)
        for one in grades[:MOST_GRADES]
    ]
    page.listing(bullets(shown), room=PATH_ROOM, heading="*The path so far*")


def link_of(url: str) -> SafeText:
    """An address to click on, shown by its host."""
    safe = escape(url).replace("|", "%7C")
    return SafeText(f"<{safe}|{escape(urlsplit(url).hostname or 'link')}>")


def _reached(grade: GradeShown, criterion: Criterion) -> str:
    """What a criterion looks like at its level."""
    reached = criterion.at(grade.answers.get(criterion.id, NOT_TRIED))
    found = grade.words.level(reached.level) if reached else None
    return f"{found.sign}. {reached.describes}" if found and reached else grade.words.not_tried


def _step(words: Criteria, criterion_id: str, level: int) -> str:
    reached = _criterion(words, criterion_id).at(level)
    return reached.to_try if reached else ""


def _criterion(words: Criteria, criterion_id: str) -> Criterion:
    found = words.criterion(criterion_id)
    if found is None:
        raise LookupError(f"There is no criterion '{criterion_id}' in these words.")
    return found


def _apart(names: Sequence[str]) -> list[str]:
    """The names as a chart takes them: cut names must not become equal."""
    cut = [shortened(name, LABEL) for name in names]
    if len(set(cut)) == len(cut):
        return list(names)
    return [f"{place}. {name}" for place, name in enumerate(names, start=1)]
