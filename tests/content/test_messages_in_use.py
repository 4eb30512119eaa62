"""Every built-in message is rendered somewhere, and every name that is rendered is a message."""

import re
from pathlib import Path

import pytest

from content.library import MessageCatalog

ROOT = Path(__file__).parents[2]
CODE = [path.read_text() for path in (ROOT / "bot").rglob("*.py")]
TEXTS = [*CODE, *(path.read_text() for path in (ROOT / "content/messages").glob("*.yaml"))]
NAMES = MessageCatalog().names
RENDERED = re.compile(r"\brender\(\s*[\"']([^\"']+)[\"']")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_message_is_rendered(name: str) -> None:
    rendered = re.compile(f"[\"']{re.escape(name)}[\"']")
    assert any(rendered.search(text) for text in TEXTS)


def test_a_rendered_name_is_a_message() -> None:
    rendered = {name for text in CODE for name in RENDERED.findall(text)}
    assert len(rendered) > 100
    assert rendered - NAMES == set()
