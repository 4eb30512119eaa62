"""Links to evidence: on the criterion's card, with the grade, and refused ones."""

import pytest

from storage.agents import grades
from tests.agents.register import CHANNEL, Desk, ladder

SEVEN = "CCCCCCC"


async def test_a_link_is_shown_on_the_card_and_with_the_grade(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    url = "https://example.com/run?a=1&b=<2>|x*y*"
    await desk.links(desk.noah, url)
    assert "Link: https://example.com/run?a=1&amp;b=&lt;2&gt;|x*y*" in desk.noah.reads()
    assert "1 of 7" in desk.noah.reads()
    await desk.answers(desk.noah, SEVEN)
    (grade,) = await desk.kept(agent)
    assert grades.links_of(grade) == {ladder().words.criteria[0].id: url}
    link = "<https://example.com/run?a=1&amp;b=&lt;2&gt;%7Cx*y*|example.com>"
    assert link in desk.noah.reads()
    assert link in await desk.says("show Scout", by="grace")


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "ftp://example.com/x",
        "example.com",
        "https://",
        "http://[::1",
        "https://example.com/a b",
        "https://example.com/" + "a" * 500,
        "https://exa\u200bmple.com\u0007",
        "http://evil.example\\@docs.google.com/doc",
        "https://evil.example\\.docs.google.com",
        "https://docs.google.com/a\\b",
        "https://docs.google.com@evil.example/doc",
        "https://docs.google.com:443@evil.example/doc",
        "https://@evil.example",
        "https:/evil.example",
        "https:evil.example",
        "https:///evil.example",
        "https://docs.google.com／evil.example",
        "https://docs.google.com\u2044evil.example",
        "https://docs%2egoogle.com",
        "https://evil.example;docs.google.com",
        "https://-docs.example",
        "https://docs..example",
        "https://docs.example:",
        "https://docs.example:99999",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://[::1%25eth0]/",
        "https://ex\u00adample.com",
        "https://\u202eexample.com",
    ],
)
async def test_an_invalid_address_is_refused_and_nothing_is_lost(desk: Desk, typed: str) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, "B")
    await desk.links(desk.noah, typed)
    assert "That link wasn't saved" in desk.noah.reads()
    assert "2 of 7" in desk.noah.reads()
    assert "Link:" not in desk.noah.reads()


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://bücher.example/ü", "xn--bcher-kva.example"),
        ("https://\u0430pple.com/", "xn--pple-43d.com"),
        ("https://ｄｏｃｓ.google.com/", "docs.google.com"),
        ("https://docs。google。com/", "docs.google.com"),
        ("HTTPS://DOCS.Example/Ü", "docs.example"),
        ("https://faß.example/", "xn--fa-hia.example"),
        ("https://docs.google.com?@evil.example", "docs.google.com"),
        ("https://evil.example#@docs.google.com", "evil.example"),
        ("https://blog.example/@ada", "blog.example"),
        ("http://ci:8080/run", "ci"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("http://[::FFFF:1.2.3.4]/", "[::ffff:102:304]"),
        ("https://docs.google.com." + "a" * 50 + ".evil.example", "…" + "a" * 47 + ".evil.example"),
    ],
)
async def test_a_link_is_shown_by_the_host_that_a_browser_opens(
    desk: Desk, typed: str, host: str
) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.links(desk.noah, typed)
    await desk.answers(desk.noah, SEVEN)
    assert f"<{typed}|{host}>" in desk.noah.reads()


async def test_a_link_from_before_that_deceives_is_text(desk: Desk) -> None:
    agent = await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.links(desk.noah, "https://example.com/1")
    await desk.answers(desk.noah, SEVEN)
    deceives = "http://evil.example\\@docs.google.com/doc"
    (grade,) = await desk.kept(agent)
    async with desk.stage.database.write() as session:
        row = await session.merge(grade)
        row.links = row.links.replace("https://example.com/1", deceives.replace("\\", "\\\\"))
    told = await desk.says("show Scout", by="grace")
    assert f": {deceives}" in told
    assert "|docs.google.com>" not in told


async def test_a_link_is_changed_removed_and_restored_by_back(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.links(desk.noah, "https://example.com/1")
    await desk.answers(desk.noah, "B")
    assert "Link:" not in desk.noah.reads()
    await desk.noah.clicks("Back")
    assert "Link: https://example.com/1" in desk.noah.reads()
    await desk.noah.clicks("Change the link")
    await desk.submits(
        desk.noah, {"link_url": {"link_url": {"type": "url_text_input", "value": None}}}
    )
    assert "Link:" not in desk.noah.reads()


async def test_a_link_for_an_answered_criterion_is_refused_with_a_note(
    desk: Desk,
) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.noah.clicks("Add a link")
    await desk.answers(desk.noah, "B")
    field = {"type": "url_text_input", "value": "https://example.com"}
    await desk.submits(desk.noah, {"link_url": {"link_url": field}})
    assert f"The link for {ladder().words.criteria[0].topic} wasn't saved" in desk.noah.reads()
    assert "2 of 7" in desk.noah.reads()


async def test_links_survive_finishing_later(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.answers(desk.noah, "BB")
    await desk.links(desk.noah, "https://example.com/3")
    await desk.noah.clicks("Finish later")
    assert "/rungs agent grade Scout" in desk.noah.reads()
    await desk.noah.clicks("Continue")
    assert "3 of 7" in desk.noah.reads()
    assert "Link: https://example.com/3" in desk.noah.reads()
    await desk.noah.types("/rungs agent grade Scout", where=CHANNEL)
    await desk.noah.clicks("Continue")
    assert "Link: https://example.com/3" in desk.noah.reads()
