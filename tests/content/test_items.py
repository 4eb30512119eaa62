"""Knowledge checks: the items that may be asked, whom they are for, and how an organization changes them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from coaching.items import Knowledge
from content.library import Library
from content.loader import load_library
from content.sources import BUILT_IN

KINDS = Path(__file__).parent / "kinds"
ITEMS = (KINDS / "checks/acme.yaml").read_text()
SKILLS = (BUILT_IN / "checks/skills.yaml").read_text()
ACME = "judging-output-acme-next-step"

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of an organization's folder."""

    def put(place: str, text: str) -> None:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)

    return put


@pytest.fixture(scope="module")
def built_in() -> Library:
    return load_library()


def test_an_organization_adds_items_to_a_skill(
    write: Write, tmp_path: Path, built_in: Library
) -> None:
    write("checks/acme.yaml", ITEMS)
    before, after = built_in.knowledge, load_library(tmp_path).knowledge
    added = {item.id for item in after.skills["judging-output"].items}
    assert added - {item.id for item in before.skills["judging-output"].items} == {ACME}
    item = after.item(ACME)
    assert item is not None
    assert item.options[item.right].text.startswith("IT sends the form by Tuesday")
    assert item.rests_on.id == "sales-admin-note-template"


def test_a_file_of_the_same_name_replaces_the_items(write: Write, tmp_path: Path) -> None:
    write("checks/judging-output.yaml", ITEMS)
    (item,) = load_library(tmp_path).knowledge.skills["judging-output"].items
    assert item.id == ACME


def test_the_case_is_told_in_the_family_of_the_member(write: Write, tmp_path: Path) -> None:
    write("checks/acme.yaml", ITEMS)
    item = load_library(tmp_path).knowledge.item(ACME)
    assert item is not None
    assert "turn a chat into the next step" in item.told_in("customer-service").case
    assert item.told_in("customer-service").options == item.options
    assert item.told_in("sales") is item
    assert item.told_in(None) is item


def test_a_draft_is_asked_when_two_people_have_accepted_it(write: Write, tmp_path: Path) -> None:
    for names, is_asked in (
        ("[]", False),
        ("[Ana Ruiz]", False),
        ("[Ana Ruiz, Tom Berg]", True),
    ):
        write("checks/acme.yaml", f"{ITEMS}    state: draft\n    accepted_by: {names}\n")
        knowledge = load_library(tmp_path).knowledge
        assert (knowledge.item(ACME) is not None) == is_asked
        assert [draft.id for draft in knowledge.drafts] == ([] if is_asked else [ACME])


def ids(skills: object) -> list[str]:
    assert isinstance(skills, tuple)
    return [skill.id for skill in skills]


def test_a_tier_takes_skills_and_a_level_also_those_below_it(built_in: Library) -> None:
    knowledge = built_in.knowledge
    three = ["judging-output", "data-and-safety", "repeatable-work"]
    assert ids(knowledge.skills_of_tier(1)) == []
    assert ids(knowledge.skills_of_tier(1.5)) == ids(knowledge.skills_of_tier(2)) == three
    five = [*three, "specification", "verification-and-recovery"]
    assert ids(knowledge.skills_of_tier(2.5)) == ids(knowledge.skills_of_tier(3)) == five
    assert ids(knowledge.skills_of_level("ai-coding", 1)) == ["coding-fluency"]
    of_three = ["coding-fluency", "coding-proficiency", "coding-expertise"]
    assert ids(knowledge.skills_of_level("ai-coding", 3)) == of_three
    assert ids(knowledge.skills_of_level("ai-coding", 4)) == []


def test_skills_of_a_ladder_that_is_left_out_go_with_it(built_in: Library) -> None:
    left = built_in.without(frameworks=("ai-coding",), families=())
    assert "coding-fluency" not in left.knowledge.skills
    assert "judging-output" in left.knowledge.skills
    assert left.knowledge.item(built_in.knowledge.skills["coding-fluency"].items[0].id) is None
    assert built_in.without(frameworks=(), families=("sales",)).knowledge is built_in.knowledge


def test_an_organization_has_skills_of_its_own(write: Write, tmp_path: Path) -> None:
    own = "  - id: contracts\n    title: Contracts\n    about: You spot a missing clause.\n"
    write("checks/skills.yaml", SKILLS.replace("tiers:\n", f"{own}tiers:\n", 1))
    write("checks/acme.yaml", ITEMS.replace("judging-output", "contracts"))
    knowledge = load_library(tmp_path).knowledge
    assert [item.id for item in knowledge.skills["contracts"].items] == ["contracts-acme-next-step"]
    assert ids(knowledge.skills_of_tier(2))[0] == "judging-output"


def test_skills_that_an_organization_dropped_take_their_items_along(
    write: Write, tmp_path: Path
) -> None:
    one = "checks: '7'\nskills:\n  - id: specification\n    title: Specs\n    about: One skill.\n"
    write("checks/skills.yaml", one)
    knowledge = load_library(tmp_path).knowledge
    assert list(knowledge.skills) == ["specification"]
    assert knowledge.version == "7"
    assert ids(knowledge.skills_of_tier(3)) == []


def test_items_rest_on_lines_of_the_organization_too(write: Write, tmp_path: Path) -> None:
    steps = (BUILT_IN / "steps/sales.yaml").read_text()
    write("steps/sales.yaml", steps.replace("the next step in the CRM has a fallback", "it has a"))
    load_library(tmp_path)  # built-in items that quoted the line stay as they are
    write("checks/acme.yaml", ITEMS)
    with pytest.raises(Exception, match="does not stand in 'sales-admin-note-template'"):
        load_library(tmp_path)


def of_one_shape(number: int, *, longest: bool) -> str:
    """An item whose right option is the longest or the shortest, with few words to compare."""
    word = f"omega{chr(97 + number) * 4}"
    right = "Ask for the fallback step first" if longest else "Stop"
    return f"""\
  - id: contracts-{word}
    kind: choose
    from: {{file: steps/sales.yaml, id: sales-admin-note-template,
           says: the next step in the CRM has a fallback day}}
    case: A buyer asks about {word}.
    question: What next?
    options:
      - {{text: "{right}", right: true, why: "A next step has a fallback."}}
      - {{text: "Take {word}", why: "Nobody knows."}}
      - {{text: "Drop {word}", why: "Nobody asked."}}
"""


@pytest.mark.parametrize(
    ("shape", "word", "allowed"), [(True, "longest", 4), (False, "shortest", 4)]
)
def test_the_right_option_is_not_known_by_its_length(
    write: Write, tmp_path: Path, shape: bool, word: str, allowed: int
) -> None:
    own = "  - id: contracts\n    title: Contracts\n    about: You spot a missing clause.\n"
    write("checks/skills.yaml", SKILLS.replace("tiers:\n", f"{own}tiers:\n", 1))
    for count in (11, 12):
        items = "".join(of_one_shape(number, longest=shape) for number in range(count))
        write("checks/contracts.yaml", f"skill: contracts\nitems:\n{items}")
        if count == 11:
            load_library(tmp_path)  # too few to say so
    expected = f"the right option is the {word} in 12 of 12 sets of options.*Keep to {allowed}: "
    with pytest.raises(Exception, match=expected):
        load_library(tmp_path)


def test_without_a_file_of_skills_there_is_nothing_to_ask() -> None:
    assert not Knowledge().skills
    assert Knowledge().skills_of_tier(3) == ()


ALL_SKILLS = [
    *("judging-output", "data-and-safety", "repeatable-work", "specification"),
    *("verification-and-recovery", "coding-fluency", "coding-proficiency", "coding-expertise"),
]
LEAST = 36
"""The longest try takes 30 items, and six more leave something to draw from."""


def test_every_skill_has_enough_items_of_every_kind(built_in: Library) -> None:
    assert list(built_in.knowledge.skills) == ALL_SKILLS
    assert built_in.knowledge.drafts == ()
    for skill in built_in.knowledge.skills.values():
        kinds = Counter(item.kind for item in skill.items)
        assert len(skill.items) >= LEAST, skill.id
        assert set(kinds) == {"choose", "missing-line", "which-result", "what-first"}, skill.id
        assert kinds["choose"] <= 0.65 * len(skill.items), skill.id


def test_general_skills_are_told_by_family(built_in: Library) -> None:
    told = set[str]()
    for name in ALL_SKILLS[:5]:
        items = built_in.knowledge.skills[name].items
        told |= {family for item in items for family in item.variants}
        assert sum(bool(item.variants) for item in items) >= len(items) / 4, name
    assert told == {"marketing", "sales", "customer-service", "design", "engineering"}
