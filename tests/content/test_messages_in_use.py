"""Every built-in message is rendered somewhere, and every name that is rendered is a message."""

import re
from pathlib import Path

from content.library import MessageCatalog

ROOT = Path(__file__).parents[2]
CODE = [path.read_text() for path in (ROOT / "bot").rglob("*.py")]
TEXTS = [*CODE, *(path.read_text() for path in (ROOT / "content/messages").glob("*.yaml"))]
NAMES = MessageCatalog().names
QUOTED = re.compile(r"(?<=[\"'])[\w/-]+(?=[\"'])")
RENDERED = re.compile(r"\brender\(\s*[\"']([^\"']+)[\"']")


def test_every_message_is_rendered() -> None:
    quoted = {name for text in TEXTS for name in QUOTED.findall(text)}
    assert NAMES - quoted == set()


def test_a_rendered_name_is_a_message() -> None:
    rendered = {name for text in CODE for name in RENDERED.findall(text)}
    assert len(rendered) > 100
    assert rendered - NAMES == set()
