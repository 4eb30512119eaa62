"""Second looks, disagreement, the steward's word, appeals, revocation, and who is asked when."""

from bot.features.reviews.desk import LEVEL, MEMBER
from bot.features.reviews.review_views import WORDS_FIELD
from coaching.verifiers import PAIRS_NEEDED
from storage.evidence import decisions
from storage.evidence.claim_rows import Claim
from tests.admin_forms import sends
from tests.reviews.panel import CODING, STEWARD_OF_CODING, VERIFIERS, Panel, buttons_in_view
from tests.stage import Person

NOTHING = "No claim waits for you right now"


async def test_two_who_disagree_are_decided_on_by_the_steward(panel: Panel) -> None:
    claim = await panel.submitted()
    await panel.draws(claim, second=True)
    await panel.decides("kenji")
    await panel.runs(minutes=10)
    kenji, omar = panel.person("kenji"), panel.person(STEWARD_OF_CODING)
    for one in (kenji, omar):
        await one.types("/rungs reviews")
        assert NOTHING in one.reads()
    mei = await panel.takes("mei")
    assert "second" not in mei.view_text
    assert "look:" not in mei.view_text
    await panel.marks(mei, "Not shown", words="It has no test.")
    await panel.marks(mei)
    await mei.clicks_in_view("Decide")
    await sends(mei, **{WORDS_FIELD: "One is missing."})
    await panel.runs(minutes=10)
    assert (await panel.claim(claim)).needs == "steward"
    assert await panel.levels() == []
    sofia = panel.person("sofia")
    await sofia.types("/rungs reviews")
    assert NOTHING in sofia.reads()
    await panel.takes(STEWARD_OF_CODING)
    assert omar.view_text.count("Another verifier's look:") == 2
    assert "A verifier said *not shown*: “It has no test.”" in omar.view_text
    assert "Return with words" not in buttons_in_view(omar)
    await panel.marks(omar)
    await omar.clicks_in_view("Decide")
    await sends(omar, **{WORDS_FIELD: " "})
    assert "there were no words" in omar.view_text
    await omar.clicks_in_view("Decide")
    await sends(omar, **{WORDS_FIELD: "The second piece has one."})
    await panel.runs(minutes=10)
    assert await panel.levels() == [1]
    await panel.runs(days=1)
    told = panel.person("ada").reads()
    assert "The second piece has one." in told
    assert "One is missing." not in told


async def test_an_appeal_is_heard_by_another_verifier(panel: Panel) -> None:
    claim = await panel.submitted()
    await panel.draws(claim, second=False)
    await panel.decides("kenji", "Not shown", words="No.")
    await panel.runs(minutes=10)
    assert (await panel.claim(claim)).state == "declined"
    await panel.appeals(claim)
    kenji = panel.person("kenji")
    await kenji.types("/rungs reviews")
    assert NOTHING in kenji.reads()
    mei = await panel.takes("mei")
    assert "*Why they appeal*\nThe second piece shows it." in mei.view_text
    assert "Return with words" not in buttons_in_view(mei)
    await panel.marks(mei)
    await mei.clicks_in_view("Decide")
    await sends(mei, **{WORDS_FIELD: None})
    await panel.runs(minutes=10)
    assert (await panel.claim(claim)).state == "accepted"
    assert await panel.levels() == [1]


async def test_an_appeal_goes_back_once_the_level_below_is_revoked(panel: Panel) -> None:
    await panel.accepted()
    claim = await panel.submitted(level=2)
    await panel.draws(claim, second=False)
    await panel.decides("kenji", "Not shown")
    await panel.runs(minutes=10)
    await panel.appeals(await panel.claim(claim))
    mei = await panel.takes("mei")
    assert "Return with words" not in buttons_in_view(mei)
    await panel.marks(mei)
    now = panel.calendar.now
    async with panel.stage.database.write() as session:
        steward, ada = panel.person(STEWARD_OF_CODING).key, panel.person("ada").key
        gone = await decisions.revoke(session, steward, ada, CODING, 1, "Not theirs.", now=now)
        assert isinstance(gone, Claim), gone
    await mei.clicks_in_view("Decide")
    await sends(mei, **{WORDS_FIELD: "I see."})
    assert "A level below this one isn't verified anymore" in mei.view_text
    await mei.clicks_in_view("Return with words")
    await sends(mei, **{WORDS_FIELD: "Begin with level 1."})
    assert "*Returned.*" in mei.view_text
    assert (await panel.claim(claim)).state == "returned"


async def test_the_steward_revokes_with_a_reason_and_a_verifier_hears_the_appeal(
    panel: Panel,
) -> None:
    claim = await panel.submitted(level=2)
    await panel.draws(claim, second=False)
    await panel.decides("kenji")
    await panel.runs(minutes=10)
    assert await panel.levels() == [1, 2]
    omar = panel.person(STEWARD_OF_CODING)
    await omar.types("/rungs reviews")
    await omar.clicks("Open the steward's desk")
    assert "No claim waits." in omar.view_text
    assert "is shown from 20 second looks on. There are 0 so far." in omar.view_text
    await omar.clicks_in_view("Revoke a level")
    ada = panel.person("ada")
    await sends(omar, **{MEMBER: ada.id, LEVEL: "3", WORDS_FIELD: "It was another's work."})
    assert "has no verified level like that" in omar.reads()
    assert "*You wrote:* It was another's work." in omar.reads()
    await omar.clicks_in_view("Revoke a level")
    await sends(omar, **{MEMBER: ada.id, LEVEL: "2", WORDS_FIELD: "It was another's work."})
    assert "*Revoked.*" in omar.reads()
    assert await panel.levels() == [1]
    await panel.runs(days=1)
    assert "no longer verified.* The steward wrote: “It was another's work.”" in ada.reads()
    await panel.appeals(claim)
    await panel.decides("mei")
    await panel.runs(minutes=10)
    assert await panel.levels() == [1, 2]


async def test_verifiers_are_reminded_then_another_then_the_steward(panel: Panel) -> None:
    await panel.submitted()
    await panel.passes(days=2)
    first = [one for one in VERIFIERS if "A claim waits for a verifier" in panel.heard(one)]
    assert len(first) == 1
    await panel.passes(days=3)
    assert "A claim has waited for over three days" in panel.heard(first[0])
    await panel.passes(days=4)
    second = [one for one in VERIFIERS if "A claim has waited for a week" in panel.heard(one)]
    assert len(second) == 1
    assert second != first
    assert panel.heard(STEWARD_OF_CODING) == ""
    await panel.passes(days=7)
    assert "A claim needs its steward" in panel.heard(STEWARD_OF_CODING)
    omar = await panel.takes(STEWARD_OF_CODING)
    assert "is this shown?" in omar.view_text


async def test_the_steward_hears_of_a_claim_that_somebody_held_for_too_long(panel: Panel) -> None:
    await panel.submitted()
    await panel.runs(days=13)
    await panel.takes("kenji")
    await panel.passes(days=1)
    assert panel.heard(STEWARD_OF_CODING) == ""
    await panel.passes(days=3)
    assert "A claim needs its steward" in panel.heard(STEWARD_OF_CODING)


async def test_nobody_is_reminded_of_what_was_decided(panel: Panel) -> None:
    await panel.submitted()
    await panel.decides("mei")
    await panel.closes_look(by="kenji")
    await panel.passes(days=5)
    assert [panel.heard(one) for one in (*VERIFIERS, STEWARD_OF_CODING)] == [""] * 4


async def test_the_desk_shows_kappa_from_twenty_second_looks_on(panel: Panel) -> None:
    omar = panel.person(STEWARD_OF_CODING)
    # Of twenty, nine are accepted by both, nine by none, and two by one of them; the last comes by clicks.
    await panel.compared(
        [(number < 10, number < 9 or number == 10) for number in range(PAIRS_NEEDED - 1)]
    )
    assert "There are 19 so far." in await desk_of(omar)
    claim = await panel.submitted()
    await panel.draws(claim, second=True)
    for verifier in ("kenji", "mei"):
        await panel.decides(verifier, "Not shown")
        await panel.runs(minutes=10)
    told = await desk_of(omar)
    assert "In 20 second looks, 90% came to the same decision." in told
    assert "Cohen's kappa is 0.80, with a 95% interval from 0.40 to 0.94." in told


async def desk_of(steward: Person) -> str:
    """What stands on the desk of this steward."""
    await steward.types("/rungs reviews")
    await steward.clicks("Open the steward's desk")
    return steward.view_text
