"""What authors do with the items of knowledge checks: export them, and have drafts made into a file."""

from pathlib import Path

from coaching.items import Skill
from content.drafts import drafts_of
from content.files import read_files
from content.gift import gift_of
from content.library import Library
from content.problems import did_you_mean


class AuthorProblem(Exception):
    """Why nothing was exported or written, and what to do."""


def export(library: Library, skill_id: str | None) -> str:
    """Return the items of a skill, or of all, as GIFT; AuthorProblem where there are none."""
    skills = [_skill(library, skill_id)] if skill_id else [*library.knowledge.skills.values()]
    if text := gift_of(skills):
        return text
    raise AuthorProblem("There are no items to export. Write some, or choose another skill.")


def write_drafts(
    library: Library, skill_id: str, *, extra: Path | None, target: Path | None
) -> str:
    """Write drafts for this skill into a new file, and return what was done.

    The file is `target`, or by default one in the folder `extra`. Raises AuthorProblem for an unknown skill,
    where there is no place to write or a file already, and when no more drafts can be made.
    """
    skill = _skill(library, skill_id)
    if target is None and extra is None:
        raise AuthorProblem("Set RUNGS_CONTENT to your folder, or say where by --to FILE.")
    path = target or Path(extra or "") / "checks" / f"{skill.id}-drafts.yaml"
    text = drafts_of(skill, library.knowledge, read_files(extra))
    if text is None:
        raise AuthorProblem(f"No more drafts can be made for '{skill.id}' from the content.")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        message = f"{path} is there already. Rename it, or say another place by --to FILE."
        raise AuthorProblem(message) from error
    number = text.count("\n  state: draft")
    return (
        f"Wrote {number} drafts to {path}. Two people read each, correct it, and put their names under "
        "'accepted_by'. Nobody is asked a draft before that."
    )


def _skill(library: Library, skill_id: str) -> Skill:
    skills = library.knowledge.skills
    if skill_id in skills:
        return skills[skill_id]
    raise AuthorProblem(f"There is no skill '{skill_id}'.{did_you_mean(skill_id, skills)}")
