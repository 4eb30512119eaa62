"""Every built-in message is said somewhere: what nobody reads is not kept."""

import re
from pathlib import Path

import pytest

from content.wording import Wording

ROOT = Path(__file__).parents[2]
SAYING = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "content/messages").rglob("*.j2")]
TEXTS = [path.read_text() for path in SAYING]


@pytest.mark.parametrize("name", sorted(Wording().names))
def test_a_message_is_said(name: str) -> None:
    said = re.compile(f"[\"']{re.escape(name)}[\"']")
    assert any(said.search(text) for text in TEXTS)
