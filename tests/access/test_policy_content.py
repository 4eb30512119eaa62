"""Access policies as files: read as they are written, checked for what nobody can meet, and replaced."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import content
from coaching.access.policy import (
    ANY_FAMILY,
    All,
    AnyOf,
    Approval,
    Approver,
    Permission,
    Policy,
    Requirement,
    RulesRead,
    TrainingDone,
    VerifiedLevel,
)
from coaching.evidence import FAMILIES, LadderKey
from content.limits import PERMISSIONS
from content.loader import check, load_library
from content.rules.access import out_of_reach

BUILT_IN = (Path(content.__file__).parent / "access/policy.yaml").read_text()
EXAMPLE = (Path(__file__).parents[1] / "content/kinds/access/acme.yaml").read_text()


def test_an_example_comes_with_five_permissions_and_a_file_adds_to_it(tmp_path: Path) -> None:
    (tmp_path / "access").mkdir()
    (tmp_path / "access/acme.yaml").write_text(EXAMPLE)
    policy = load_library(tmp_path).access
    assert [*policy.permissions] == [
        *("chat-public-data", "editor-assistant", "pull-request-agent"),
        *("customer-data", "customer-messages", "meeting-notes"),
    ]
    assert policy.permissions["meeting-notes"] == Permission(
        id="meeting-notes",
        title="Notes of meetings",
        lets="You can have AI take the notes of a meeting, if everyone in it agreed.",
        tools=("Notes for Rooms",),
        data=("internal",),
        risk="medium",
        requires=All(
            (
                RulesRead(365),
                AnyOf((TrainingDone("meeting-notes", 730), VerifiedLevel(ANY_FAMILY, 2))),
                Approval(),
            )
        ),
        valid_for=timedelta(days=180),
        grace=timedelta(days=14),
        on_expiry="ask",
        approver="works-council",
        sandbox=True,
    )
    assert policy.approvers["works-council"] == Approver("works-council", "Works council")
    assert policy.trainings["meeting-notes"].title == "Notes by AI"


def test_a_file_of_the_same_name_replaces_the_example(tmp_path: Path) -> None:
    (tmp_path / "access").mkdir()
    (tmp_path / "access/policy.yaml").write_text("access: '2'\npermissions: []\n")
    problems, report = check(tmp_path)
    assert problems == []
    assert "permission" not in report
    assert load_library(tmp_path).access == Policy()


CODING, AGENTS = LadderKey("ai-coding"), LadderKey("ai-engineer")


@pytest.mark.parametrize(
    ("requires", "is_within_reach"),
    [
        (VerifiedLevel(CODING, 4), True),
        (VerifiedLevel(CODING, 5), False),
        (VerifiedLevel(AGENTS, 1), False),
        (VerifiedLevel(LadderKey(FAMILIES, "sales"), 3), True),
        (VerifiedLevel(LadderKey(FAMILIES, "poetry"), 1), False),
        (VerifiedLevel(ANY_FAMILY, 3), True),
        (VerifiedLevel(ANY_FAMILY, 4), False),
        (TrainingDone("ai-basics", 1), True),
        (TrainingDone("gone", 1), False),
        (Approval(), True),
        (AnyOf((VerifiedLevel(CODING, 5), RulesRead(1))), True),
        (All((VerifiedLevel(CODING, 5), RulesRead(1))), False),
    ],
)
def test_the_check_proves_that_each_permission_is_within_reach(
    requires: Requirement, *, is_within_reach: bool
) -> None:
    library = load_library()
    one = library.access.permissions["customer-data"]
    changed = {**library.access.permissions, one.id: replace(one, requires=requires)}
    lost = out_of_reach(replace(library, access=replace(library.access, permissions=changed)))
    assert [each.id for each in lost] == ([] if is_within_reach else ["customer-data"])


def test_an_approval_by_nobody_is_out_of_reach() -> None:
    library = load_library()
    (lost,) = {
        one.approver
        for one in out_of_reach(
            replace(
                library,
                access=replace(
                    library.access,
                    approvers={
                        name: one
                        for name, one in library.access.approvers.items()
                        if name != "engineering"
                    },
                ),
            )
        )
    }
    assert lost == "engineering"


def test_the_check_says_so() -> None:
    version = load_library().access.version
    assert f"5 permissions, each within reach, version {version}\n" in check()[1]


def test_an_entry_of_any_that_is_not_needed_is_remarked_on(tmp_path: Path) -> None:
    (tmp_path / "access").mkdir()
    path = tmp_path / "access/policy.yaml"
    path.write_text(
        BUILT_IN.replace(
            "            - training: {id: ai-basics, within_days: 1095}\n",
            "            - all:\n"
            "                - verified: {family: sales, tier: 2}\n"
            "                - rules: {within_days: 30}\n",
        )
    )
    problems, report = check(tmp_path)
    assert problems == []
    line = 1 + path.read_text().splitlines().index("            - all:")
    assert report.endswith(
        f"{path}:{line}: Whoever meets entry 1 of 'any' meets entry 2 too, so it can go."
    )
    assert "can go" not in check()[1]


def test_there_are_as_many_permissions_as_one_form_takes(tmp_path: Path) -> None:
    start, one = EXAMPLE.split("permissions:\n")
    every = [one.replace("- id: meeting-notes", f"- id: notes-{n}") for n in range(PERMISSIONS + 1)]
    (tmp_path / "access").mkdir()
    path = tmp_path / "access/policy.yaml"
    path.write_text(f"{start}permissions:\n{''.join(every[:-1])}")
    assert len(load_library(tmp_path).access.permissions) == PERMISSIONS
    path.write_text(f"{start}permissions:\n{''.join(every)}")
    (problem,), _ = check(tmp_path)
    assert problem.message == "This is permission 41. Use at most 40 in all files."
