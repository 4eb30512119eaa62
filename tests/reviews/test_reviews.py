"""A claim in the hands of a verifier: taken, marked, returned, decided, undone, final."""

import asyncio

from bot.features.reviews.review_views import WORDS_FIELD
from coaching.evidence import LONGEST_FIELD, LONGEST_WORDS, MOST_PIECES
from storage import members
from tests.admin.boss import ADMIN, switches
from tests.admin_forms import sends
from tests.reviews.panel import Panel, buttons_in_view

GONE = "This claim isn't yours anymore"


async def test_a_claim_is_marked_and_accepted(panel: Panel) -> None:
    await panel.submitted()
    kenji = await panel.takes("kenji")
    assert "One claim waits for you" in kenji.reads()
    assert "AI coding, level 1" in kenji.view_text
    assert "Wrote &lt;it&gt;." in kenji.view_text
    await panel.marks(kenji)
    assert "As you marked it: accepted." in kenji.view_text
    await kenji.clicks_in_view("Decide")
    await sends(kenji, **{WORDS_FIELD: None})
    assert "*Decided:* accepted" in kenji.view_text
    assert await panel.levels() == []
    await panel.closes_look(by="mei")
    assert await panel.levels() == [1]
    await panel.runs(days=1)
    assert "AI coding, level 1, Fluency: accepted." in panel.person("ada").reads()


async def test_not_shown_takes_words_and_the_level_below_is_what_was_shown(panel: Panel) -> None:
    claim = await panel.submitted(level=2)
    kenji = await panel.takes("kenji")
    await panel.marks(kenji, "Shown", "Shown", "Shown", "Can't tell")
    await kenji.clicks_in_view("Not shown")
    await sends(kenji, **{WORDS_FIELD: "   "})
    assert "Nothing was saved, because there were no words" in kenji.view_text
    await panel.takes("kenji")
    await panel.marks(kenji, "Not shown", words="No <test> fails first.")
    await panel.marks(kenji)
    assert "*not shown*: “No &lt;test&gt; fails first.”" in kenji.view_text
    assert "As you marked it: not accepted." in kenji.view_text
    change = [n for n, label in enumerate(buttons_in_view(kenji)) if label == "Change"][3]
    await panel.clicks_nth(kenji, change)
    assert "So far you said *can't tell*" in kenji.view_text
    await kenji.clicks_in_view("Shown")
    assert "level 1 is verified, and not level 2" in kenji.view_text
    await kenji.clicks_in_view("Decide")
    await sends(kenji, **{WORDS_FIELD: "Level 1 is all there."})
    await panel.runs(minutes=10)
    if (await panel.claim(claim)).needs == "second":
        await panel.decides("mei", *["Shown"] * 4, "Not shown")
        await panel.runs(minutes=10)
    assert (await panel.claim(claim)).state == "adjusted"
    assert await panel.levels() == [1]
    await panel.runs(days=1)
    assert "accepted up to level 1" in panel.person("ada").reads()


async def test_it_goes_back_with_words_and_comes_again(panel: Panel) -> None:
    claim = await panel.submitted()
    kenji = await panel.takes("kenji")
    await kenji.clicks_in_view("Propose a talk")
    assert "Rungs asks them for five minutes with you" in kenji.view_text
    assert "Propose a talk" not in buttons_in_view(kenji)
    await kenji.clicks_in_view("Return with words")
    await sends(kenji, **{WORDS_FIELD: "Which <file> did you check?"})
    assert "*Returned.*" in kenji.view_text
    assert (await panel.claim(claim)).state == "returned"
    await kenji.types("/rungs reviews")
    assert "No claim waits for you right now" in kenji.reads()
    await panel.runs(days=1)
    assert "“Which &lt;file&gt; did you check?”" in panel.person("ada").reads()


async def test_a_decision_is_undone_within_ten_minutes_and_not_after(panel: Panel) -> None:
    claim = await panel.submitted()
    kenji = await panel.decides("kenji")
    await kenji.clicks_in_view("Undo")
    assert "*Undone.*" in kenji.view_text
    assert "As you marked it: accepted." in kenji.view_text
    await kenji.clicks_in_view("Decide")
    await sends(kenji, **{WORDS_FIELD: "Yes."})
    await kenji.types("/rungs reviews")
    assert "You decided: accepted. You can undo it until" in kenji.reads()
    late = kenji.card
    await panel.runs(minutes=10)
    await kenji.clicks("Undo", on=late)
    assert "The ten minutes are over" in kenji.view_text or GONE in kenji.view_text
    assert (await panel.claim(claim)).state in ("accepted", "submitted")
    await panel.runs(days=1)
    assert panel.person("ada").reads().count("accepted") <= 1


async def test_of_two_at_once_one_has_it_and_the_other_is_told(panel: Panel) -> None:
    await panel.submitted()
    kenji, mei = panel.person("kenji"), panel.person("mei")
    for one in (kenji, mei):
        await one.types("/rungs reviews")
    await asyncio.gather(kenji.clicks("Take it"), mei.clicks("Take it"))
    told = [one for one in (kenji, mei) if "Someone else has taken this claim" in one.view_text]
    assert len(told) == 1
    winner = mei if told == [kenji] else kenji
    assert "is this shown?" in winner.view_text


async def test_after_48_hours_it_is_somebody_elses(panel: Panel) -> None:
    claim = await panel.submitted()
    kenji = await panel.takes("kenji")
    await panel.marks(kenji)
    await panel.runs(hours=48)
    await kenji.clicks_in_view("Decide")
    assert GONE in kenji.view_text
    await panel.decides("mei")
    await panel.runs(minutes=10)
    assert (await panel.claim(claim)).state in ("accepted", "submitted")


async def test_words_come_back_when_the_48_hours_ended_meanwhile(panel: Panel) -> None:
    await panel.submitted()
    for label in ("Not shown", "Return with words"):
        kenji = await panel.takes("kenji")
        await kenji.clicks_in_view(label)
        await panel.runs(hours=48)
        await sends(kenji, **{WORDS_FIELD: "One <file> is missing."})
        assert GONE in kenji.view_text
        assert "*You wrote:* One &lt;file&gt; is missing." in kenji.view_text


async def test_it_goes_back_in_the_queue_by_a_click_and_keeps_its_marks(panel: Panel) -> None:
    await panel.submitted()
    kenji = await panel.takes("kenji")
    await panel.marks(kenji, "Shown")
    await kenji.clicks_in_view("Put it back in the queue")
    assert "back in the queue" in kenji.view_text
    await panel.takes("kenji")
    assert "2 of 4" in kenji.view_text


async def test_what_was_withdrawn_cannot_be_decided(panel: Panel) -> None:
    claim = await panel.submitted()
    kenji = await panel.takes("kenji")
    await panel.marks(kenji)
    await kenji.clicks_in_view("Decide")
    await panel.withdraws(claim)
    await sends(kenji, **{WORDS_FIELD: "All <of> it."})
    assert GONE in kenji.view_text
    assert "*You wrote:* All &lt;of&gt; it." in kenji.view_text
    assert (await panel.claim(claim)).state == "withdrawn"
    assert await panel.levels() == []


async def test_home_says_what_waits_and_leads_there(panel: Panel) -> None:
    kenji = panel.person("kenji")
    await kenji.opens_home()
    assert "Reviews" not in kenji.view_text
    await panel.submitted()
    await kenji.opens_home()
    assert "*Reviews:* one claim waits for you, the oldest since Monday, March 2" in kenji.view_text
    await kenji.clicks_in_view("Open reviews")
    await kenji.clicks_in_view("Take it")
    assert "is this shown?" in kenji.view_text


async def test_the_longest_claim_is_shown_whole(panel: Panel) -> None:
    longest = "&" * LONGEST_FIELD
    claim = await panel.submitted_by(panel.person("ada").key, 4, words=longest, pieces=MOST_PIECES)
    await panel.draws(claim, second=False)
    kenji = await panel.takes("kenji")
    await panel.marks(kenji, "Not shown", words="<" * LONGEST_WORDS)
    assert kenji.view_text.count("&amp;" * LONGEST_FIELD) == 3 * MOST_PIECES
    while "is this shown?" in kenji.view_text:
        await panel.marks(kenji, "Not shown", words="<" * LONGEST_WORDS)
    assert "not accepted" in kenji.view_text
    await kenji.clicks_in_view("Decide")
    await sends(kenji, **{WORDS_FIELD: "&" * LONGEST_WORDS})
    await panel.runs(minutes=10)
    await panel.appeals(claim, ">" * LONGEST_WORDS)
    mei = await panel.takes("mei")
    assert mei.view_text.count("&gt;") == LONGEST_WORDS


async def test_whoever_leaves_decides_no_more_and_the_claim_waits_for_another(
    panel: Panel,
) -> None:
    await panel.submitted()
    kenji = await panel.takes("kenji")
    await panel.marks(kenji)
    async with panel.stage.database.write() as session:
        await members.deactivate(session, kenji.key, now=panel.calendar.now)
        await panel.stage.bot.deps.features.member_gone(session, panel.stage.bot.deps, kenji.key)
    await kenji.clicks_in_view("Return with words")
    assert "This claim isn't yours anymore" in kenji.view_text
    assert "kenji" not in await panel.can_verify()
    await panel.runs(hours=48)
    mei = await panel.takes("mei")
    assert "1 of 4" in mei.view_text


async def test_while_evidence_is_off_there_are_no_reviews(panel: Panel) -> None:
    kenji = panel.person("kenji")
    await panel.submitted()
    await kenji.types("/rungs reviews")
    card = kenji.card
    await switches(panel.person(ADMIN), "Evidence")
    await kenji.clicks("Take it", on=card)
    assert "switched this off" in kenji.reads()
    await kenji.types("/rungs help")
    assert "reviews" not in kenji.reads()
    await kenji.types("/rungs reviews")
    assert "doesn't know `reviews`" in kenji.reads()
