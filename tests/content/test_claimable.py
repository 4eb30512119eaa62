"""What can be claimed on each ladder: levels of every kind of framework, tiers without halves, no agents."""

import shutil
from pathlib import Path

from coaching.evidence import LadderKey
from content.evidence import claim_ladder, claim_ladders, ladder_title, level_name
from content.loader import load_library

KINDS = Path(__file__).parent / "kinds"


def test_ladders_of_an_organization_are_claimed_by_what_they_ask(tmp_path: Path) -> None:
    shutil.copytree(KINDS / "frameworks", tmp_path / "frameworks")
    library = load_library(tmp_path)
    found = {one.key.framework: one for one in claim_ladders(library) if not one.key.family}
    people = {one.framework for one in library.checks.values()}
    assert set(found) == people
    for name, ladder in found.items():
        numbers = [one.level for one in ladder.levels]
        assert numbers == list(range(1, len(numbers) + 1)), name
        assert all(one.criteria for one in ladder.levels), name
        words = library.frameworks[name].words
        if words.scoring == "mean":
            assert numbers == [1, 2, 3]
        assert [one.words for one in ladder.criteria_up_to(1)] == [
            each.words for each in ladder.levels[0].criteria
        ]
    agents = library.agent_ladder
    assert agents is not None
    assert agents.id not in found


def test_what_left_the_content_still_has_a_name() -> None:
    library, gone = load_library(), LadderKey("gone")
    assert claim_ladder(library, gone) is None
    assert (ladder_title(library, gone), level_name(library, gone, 2)) == ("gone", "level 2")
    assert level_name(library, LadderKey("ai-coding"), 2) == "level 2, Proficiency"
