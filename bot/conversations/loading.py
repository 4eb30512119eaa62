"""Reading conversations from the database."""

from bot.conversations.loaded import Draft, Loaded
from bot.conversations.naming import name_of
from bot.deps import Deps
from coaching.asking import Words
from coaching.people import MemberKey
from storage.assessments import assessments, given_answers, wordings
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session


async def words_of(session: Session, deps: Deps, row: Assessment) -> Words:
    """The words of an assessment as they were when it began."""
    known = deps.words.get(row.wording_digest)
    return known or deps.words.keep(await wordings.words_of(session, row))


async def load(session: Session, deps: Deps, row: Assessment) -> Loaded:
    """The assessment with its words, its answers and what is picked on its card."""
    words = await words_of(session, deps, row)
    # Every answered card makes one more revision, so at revision 0 there are no answers to read.
    answers = await given_answers.levels_by_item(session, row) if row.revision else {}
    has_notes = row.revision and words.scoring == "lowest"
    notes = await given_answers.links_by_item(session, row) if has_notes else {}
    name = await name_of(session, deps, row, words)
    return Loaded(row, words, answers, notes, Draft.from_json(row.draft), name)


async def load_open(
    session: Session,
    deps: Deps,
    key: MemberKey,
    *,
    framework: str = ROLE_FAMILIES,
    subject: str = "",
) -> Loaded | None:
    """The member's open conversation of this framework about this subject, if there is one."""
    row = await assessments.get_open(session, key, framework, subject=subject)
    return await load(session, deps, row) if row else None
