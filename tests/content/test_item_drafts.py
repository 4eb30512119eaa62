"""`rungs content items draft`: drafts from the content's own lines, which nobody is asked."""

from pathlib import Path

import pytest

from content.entries import entries_in
from content.item_files import AuthorProblem, export, write_drafts
from content.library import Library
from content.loader import check, load_library
from content.sources import BUILT_IN
from content.strict_yaml import read_yaml
from tests.house.in_process import Run, run

__all__ = ["run"]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_drafts_of_every_skill_keep_the_rules(tmp_path: Path, library: Library) -> None:
    for skill in library.knowledge.skills:
        told = write_drafts(library, skill, extra=tmp_path, target=None)
        assert f"checks/{skill}-drafts.yaml" in told
    problems, report = check(tmp_path)
    assert problems == []
    drafts = load_library(tmp_path).knowledge.drafts
    assert f"{len(drafts)} drafts" in report
    assert {draft.kind for draft in drafts} == {"which-result", "missing-line"}
    assert {draft.skill for draft in drafts} == set(library.knowledge.skills)


def test_a_draft_rests_on_its_step_and_is_asked_once_two_accepted_it(
    tmp_path: Path, library: Library
) -> None:
    write_drafts(library, "specification", extra=tmp_path, target=None)
    path = tmp_path / "checks/specification-drafts.yaml"
    knowledge = load_library(tmp_path).knowledge
    assert len(knowledge.skills["specification"].items) == len(
        library.knowledge.skills["specification"].items
    )
    draft = knowledge.drafts[0]
    entries = entries_in(read_yaml((BUILT_IN / draft.rests_on.file).read_text()).data)
    told = " ".join(entries[draft.rests_on.id])
    assert draft.rests_on.says in told
    assert draft.options[draft.right].text in told
    path.write_text(path.read_text().replace("accepted_by: []", "accepted_by: [Ana, Tom]", 1))
    assert load_library(tmp_path).knowledge.item(draft.id) is not None


def test_drafts_come_once(tmp_path: Path, library: Library) -> None:
    first = tmp_path / "first.yaml"
    write_drafts(library, "coding-fluency", extra=None, target=first)
    with pytest.raises(AuthorProblem, match="is there already"):
        write_drafts(library, "coding-fluency", extra=None, target=first)
    folder = tmp_path / "acme"
    write_drafts(library, "coding-fluency", extra=folder, target=None)
    with pytest.raises(AuthorProblem, match="No more drafts can be made for 'coding-fluency'"):
        write_drafts(
            load_library(folder), "coding-fluency", extra=folder, target=tmp_path / "more.yaml"
        )


def test_an_unknown_skill_and_no_place_are_explained(library: Library) -> None:
    with pytest.raises(AuthorProblem, match="Did you mean 'specification'"):
        export(library, "specifications")
    with pytest.raises(AuthorProblem, match="Set RUNGS_CONTENT to your folder, or say where"):
        write_drafts(library, "specification", extra=None, target=None)


def test_the_commands_print_and_write(run: Run, tmp_path: Path) -> None:
    ended = run("content items --gift coding-fluency", {})
    assert ended.code == 0
    assert ended.out.startswith("$CATEGORY: Rungs/Coding fluency\n\n::coding-fluency-")
    assert "Rungs/Judging output" in run("content items --gift", {}).out
    ended = run("content items draft coding-fluency --to own.yaml", {})
    assert (ended.code, ended.out[:5]) == (0, "Wrote")
    assert "state: draft" in (tmp_path / "own.yaml").read_text()
    ended = run("content items draft coding-flow", {})
    assert (ended.code, ended.out) == (1, "")
    assert "There is no skill 'coding-flow'." in ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("content items draft", "after 'items' write nothing, or 'draft' and one skill"),
        ("content items draft a --gift", "give either 'draft' or --gift"),
        ("content items --to x.yaml", "--to is for 'draft'"),
        ("content check a b", "give at most one folder after 'check', and no options"),
    ],
)
def test_a_wrong_call_is_explained(
    words: str, told: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(words, {})
    assert told in capsys.readouterr().err
