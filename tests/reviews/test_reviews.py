"""A claim in the hands of a verifier: taken, marked, returned, decided, undone, final."""

from bot.features.reviews.review_views import WORDS_FIELD
from tests.admin_forms import sends
from tests.reviews.panel import Panel


async def test_a_claim_is_marked_and_accepted(panel: Panel) -> None:
    claim = await panel.submitted()
    kenji = await panel.takes("kenji")
    print(kenji.reads())
    assert "AI coding, level 1" in kenji.view_text
    assert "Wrote &lt;it&gt;." in kenji.view_text
    await panel.marks(kenji)
    assert "As you marked it: accepted." in kenji.view_text
    await kenji.clicks_in_view("Decide")
    await sends(kenji, **{WORDS_FIELD: None})
    assert "Decided: accepted" in kenji.view_text.replace("*", "")
    assert await panel.levels() == []
    await panel.runs(minutes=10)
    if (await panel.claim(claim)).state != "accepted":
        await panel.decides("mei")
        await panel.runs(minutes=10)
    assert await panel.levels() == [1]
    await panel.runs(days=1)
    assert "accepted" in panel.person("ada").reads()
