"""The built-in ladders and tables of needs: complete, and every project gets a required level."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest

from coaching.required_level import LEFT_OUT, TICKED, Needs, checklist_of, required_level_of
from content.ladders import GradingFramework, LadderFramework
from content.library import Library
from content.loader import load_library

CONTRACTION = re.compile(r"\b\w+(n['’]t|['’](re|ve|ll|d|m))\b|\b(it|that)['’]s\b")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def coding(library: Library) -> LadderFramework:
    return library.ladders["ai-coding"]


@pytest.fixture(scope="module")
def agents(library: Library) -> GradingFramework:
    assert library.agent_ladder is not None
    return library.agent_ladder


@pytest.fixture(scope="module")
def needs(library: Library) -> Needs:
    return library.needs["ai-engineer"]


def test_people_take_the_coding_ladder_by_its_command(library: Library) -> None:
    assert library.checks["coding"].framework == "ai-coding"
    assert library.checks["coding"].scoring == "ladder"


def test_coding_has_four_levels_of_four_behaviors(coding: LadderFramework) -> None:
    levels = coding.words.levels
    names = ["Fluency", "Proficiency", "Expertise", "Mastery"]
    assert [level.name for level in levels] == names
    assert [level.level for level in levels] == [1, 2, 3, 4]
    assert {len(level.behaviors) for level in levels} == {4}
    assert coding.words.choices == ("Not yet", "With help", "On my own", "I teach it")


def test_every_behavior_has_evidence_and_one_practice(coding: LadderFramework) -> None:
    for level in coding.words.levels:
        for behavior in level.behaviors:
            assert 2 <= len(behavior.evidence) <= 3
            (own,) = (tip for tip in coding.steps if tip.question == behavior.id)
            assert coding.practices(behavior.id) == own
            assert own.from_tier == level.level


def test_behaviors_say_what_a_person_does(coding: LadderFramework) -> None:
    for level in coding.words.levels:
        for behavior in level.behaviors:
            assert behavior.text.startswith("I "), behavior.text
            assert behavior.text.endswith("."), behavior.text
            assert not re.search(r"\b(only|just|still|already|[Ll]evel)\b", behavior.text)


def test_phrases_complete_their_sentences(coding: LadderFramework) -> None:
    phrases = [coding.words.before.describes, *(one.describes for one in coding.words.levels)]
    phrases += [b.topic for level in coding.words.levels for b in level.behaviors]
    for phrase in phrases:
        assert not phrase.endswith("."), phrase
        assert phrase[0].islower() or phrase[:2].isupper(), phrase


def test_a_role_promises_nothing(coding: LadderFramework) -> None:
    for level in coding.words.levels:
        assert not re.search(r"\b(pay|paid|promot\w+|salary|bonus|title)\b", level.role), level.role


def test_its_sources_are_named(coding: LadderFramework) -> None:
    sources = " · ".join(one.source for one in coding.references)
    assert "AI Coding Competency" in sources
    assert "UNESCO" in sources
    assert "AI Alliance" in sources


def test_agents_have_four_levels_and_seven_criteria(agents: GradingFramework) -> None:
    assert [(level.sign, level.name) for level in agents.levels] == [
        *(("L1", "Builder"), ("L2", "Secure Builder"), ("L3", "Architect")),
        ("L4", "Production Engineer"),
    ]
    assert len(agents.words.criteria) == 7
    assert agents.guidelines
    assert "L5" in [one.sign for one in agents.announced]


def test_every_level_of_agents_is_told_in_full(agents: GradingFramework) -> None:
    for guide in agents.levels:
        assert guide.equivalent, guide.sign
        assert all(field.items for field in guide.can), guide.sign
        assert guide.can, guide.sign
        assert guide.cannot, guide.sign
        assert guide.projects, guide.sign
        assert guide.checklist, guide.sign
    assert [bool(guide.learn) for guide in agents.levels] == [True, True, True, False]


def chosen(needs: Needs, level: int) -> dict[str, float]:
    """The first need of that level ticked, the first answer in every other question of one answer."""
    at = next(n.id for q in needs.questions for n in q.needs if n.level == level)
    answers = {need.id: LEFT_OUT for question in needs.questions for need in question.needs}
    for question in needs.questions:
        ids = [need.id for need in question.needs]
        if at in ids:
            answers[at] = TICKED
        elif not question.multiple:
            answers[ids[0]] = TICKED
    return answers


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_some_need_leads_to_every_level(needs: Needs, level: int) -> None:
    assert required_level_of(needs, chosen(needs, level)).level == level


def test_every_need_above_the_first_level_asks_for_a_line_of_the_checklist(
    agents: GradingFramework, needs: Needs
) -> None:
    asked = {need for line in agents.acceptance_lines for need in line.needs}
    wanted = {n.id for q in needs.questions for n in q.needs if n.level > 1}
    assert wanted - asked == set()


def test_a_project_is_checked_for_what_it_asked_for(agents: GradingFramework, needs: Needs) -> None:
    ticked = {"own-accounts", "regulated", "one-server", "for-hours"}
    answers = {n.id: float(n.id in ticked) for q in needs.questions for n in q.needs}
    found = checklist_of(needs, answers, agents.acceptance_lines)
    assert not [line for line in found.asked if "region" in line or "99.99%" in line]
    assert [line for line in found.others if "region" in line]
    assert [line for line in found.others if "99.99%" in line]
    assert [line for line in found.asked if "rule of the law" in line]


def test_every_question_names_the_project(needs: Needs) -> None:
    assert [q.id for q in needs.questions if "Tern" not in q.text_about("Tern")] == []
    assert (
        needs.questions[0].text_about("")
        == "Who uses this project? Choose the last line that is true."
    )


def test_the_questions_about_needs_are_few(needs: Needs) -> None:
    assert 1 <= len(needs.questions) <= 8
    assert any(question.multiple for question in needs.questions)
    assert needs.contradictions


def test_the_crosswalk_relates_all_three_ladders(library: Library) -> None:
    assert library.crosswalk is not None
    ladders = ["role-families", "ai-coding", "ai-engineer"]
    found = {frozenset(relation.between) for relation in library.crosswalk.relations}
    assert found == {frozenset(pair) for pair in combinations(ladders, 2)}
    for relation in library.crosswalk.relations:
        assert relation.alike, relation.between
        assert relation.different, relation.between


def asked(library: Library) -> Iterator[str]:
    """What people answer or choose between."""
    for ladder in library.ladders.values():
        yield ladder.words.stem
        for level in ladder.words.levels:
            yield from (behavior.text for behavior in level.behaviors)
    for grading in library.gradings.values():
        for criterion in grading.words.criteria:
            yield criterion.question
            yield from (level.describes for level in criterion.levels)
    for needs in library.needs.values():
        for question in needs.questions:
            yield question.text
            yield from (need.text for need in question.needs)


def test_what_is_asked_has_no_contractions(library: Library) -> None:
    assert [text for text in asked(library) if CONTRACTION.search(text)] == []


def test_descriptions_of_a_criterion_weigh_alike(agents: GradingFramework) -> None:
    for criterion in agents.words.criteria:
        sizes = [len(level.describes) for level in criterion.levels]
        assert max(sizes) - min(sizes) <= 40, f"{criterion.id}: {sizes}"
