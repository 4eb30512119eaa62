"""The workspace outlasts a restart, and a broken file does not stop it."""

import json
import logging
from pathlib import Path

import pytest

from playground.server import Playground, running
from tests.playground.people import ADA, GROWTH, GUEST, client_of, home, section, until


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": "7"}}
    async with running(Playground(data=tmp_path)) as first:
        slack = client_of(first)
        posted = await slack.chat_postMessage(
            channel=ADA, text="x", blocks=[section()], metadata=metadata
        )
        await slack.chat_postEphemeral(channel=GROWTH, user="U0GRACELEE0", text="gone on reload")
        await slack.views_publish(user_id=ADA, view=home(section("Home")))
        await slack.files_upload_v2(channel=posted["channel"], content="data", filename="a.txt")
        first.workspace.person(GUEST).dnd = (1, 2)
        first.clock.advance(3600)
        before = first.workspace
    async with running(Playground(data=tmp_path)) as second:
        after = second.workspace
        assert after.people == before.people
        assert after.homes == before.homes
        assert after.files == before.files
        assert after.dms == before.dms
        assert after.conversations[posted["channel"]] == before.conversations[posted["channel"]]
        assert "gone on reload" not in [
            m.text for m in after.conversations[GROWTH].messages.values()
        ]
        assert second.clock.ahead == 3600
        later = await client_of(second).chat_postMessage(channel=ADA, text="y")
        assert later["ts"] > posted["ts"]


async def test_changes_are_saved_within_a_second(tmp_path: Path) -> None:
    async with running(Playground(data=tmp_path)) as playground:
        await client_of(playground).chat_postMessage(channel=ADA, text="soon on disk")
        saved = tmp_path / "workspace.json"
        await until(lambda: saved.exists() and "soon on disk" in saved.read_text(), seconds=1.5)


def listed(folder: Path) -> list[Path]:
    """Return what is in a folder."""
    return sorted(folder.iterdir())


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"workspace": {}, "ahead": 0}', b'{"workspace": null}'],
)
async def test_a_broken_file_is_set_aside(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "workspace.json").write_bytes(content)
    with caplog.at_level(logging.WARNING, logger="playground"):
        async with running(Playground(data=tmp_path)) as playground:
            assert ADA in playground.workspace.people
    kept = [one for one in listed(tmp_path) if ".broken-" in one.name]
    assert [one.read_bytes() for one in kept] == [content]
    assert "cannot be read" in caplog.text
    assert json.loads((tmp_path / "workspace.json").read_text())["workspace"]["people"]
