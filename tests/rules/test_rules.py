"""How an organization uses AI: written by an admin, read by members, named under steps, kept in versions."""

import json
from typing import Any

from app import REGISTRY
from bot.features.rules import views
from storage import audit
from storage.privacy import everything_about
from tests.privacy.test_privacy import exported
from tests.rules.office import (
    WRITTEN,
    admin_line,
    holds,
    opens_form,
    presses,
    sends,
    sends_empty,
    writes,
)
from tests.stage import Person, Stage, labels, texts_of


async def test_before_anybody_wrote_them_they_show_nowhere(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs help")
    assert "/rungs rules" not in ada.reads()
    await ada.types("/rungs rules")
    assert "Rungs doesn't know" in ada.reads() or "did you mean" in ada.reads().casefold()
    for words in ("policy", "what are the rules?", "which AI tools may I use?"):
        await ada.types(words)
        assert "How we use AI here" not in ada.reads()
        assert "our mistake" not in ada.reads()
    assert "Nobody has written this yet" in await admin_line(ada)
    await ada.types("/rungs privacy")
    assert "How we use AI here" not in ada.reads()


async def test_members_read_what_an_admin_wrote(stage: Stage, ada: Person) -> None:
    admin = stage.person("noah")
    await writes(admin, **WRITTEN, person=admin.id, channel=ada.channel)
    assert "Saved as version 1." in admin.reads()
    assert "No tool is approved for customer material" in admin.reads()
    await ada.types("/rungs rules", where=ada.channel)
    told = ada.reads(ada.channel)
    assert "• Public material (anyone may read it): Copilot, ChatGPT Enterprise\n" in told
    assert (
        "• Customer material (from customers, or about them): no tool is approved for this" in told
    )
    assert "1. Read every AI result before you pass it on.\n2. Never paste passwords" in told
    assert f"Ask here: <@{admin.id}> · <#{ada.channel}> · the IT help desk" in told
    assert "Version 1, " in told
    await ada.types("/rungs help")
    assert "`/rungs rules`  How we use AI here" in ada.reads()
    await ada.types("/rungs privacy")
    assert '*"How we use AI here"*\nThat you said you read it is kept' in ada.reads()


async def test_plain_words_ask_for_them(stage: Stage, ada: Person) -> None:
    await writes(stage.person("noah"))
    for words in (
        "policy",
        "What are the rules?",
        "which tools may I use",
        "can I use ChatGPT here?",
    ):
        await ada.types(words)
        assert "*AI tools you may use*" in ada.reads(), words
    await ada.types("/rungs ruls")
    await ada.clicks("/rungs rules")
    assert "*AI tools you may use*" in ada.reads()


async def test_whoever_read_them_is_told_later_what_is_new(stage: Stage, ada: Person) -> None:
    admin = stage.person("noah")
    await writes(admin)
    await ada.types("/rungs rules")
    await ada.clicks("I've read this")
    assert "You said on " in ada.reads()
    assert labels(ada.card) == []
    await writes(admin, internal="Copilot, Gemini", words="")
    await ada.types("/rungs rules")
    new = "*New since you read version 1:* the tools for internal material and whom to ask."
    assert new in ada.reads()
    await ada.clicks("I've read this")
    assert "Version 2, " in ada.reads()
    assert "New since" not in ada.reads()
    assert "Ask an admin of this workspace." in ada.reads()


async def test_a_click_on_an_old_card_counts_for_what_it_shows(stage: Stage, ada: Person) -> None:
    admin = stage.person("noah")
    await writes(admin)
    await ada.types("/rungs rules")
    await writes(admin, line_1="Ask first.")
    await ada.clicks("I've read this")
    assert "*New since you read version 1:* the rules." in ada.reads()
    assert (await readings(stage, ada)) == [1]


async def readings(stage: Stage, person: Person) -> list[int]:
    held = await everything(stage, person)
    return [row["number"] for row in held["log"]["rules_read"]]


async def everything(stage: Stage, person: Person) -> Any:
    async with stage.database.read() as session:
        return await everything_about(session, person.key, REGISTRY.personal_data)


async def test_what_an_admin_typed_is_shown_as_text(stage: Stage, ada: Person) -> None:
    await writes(
        stage.person("noah"),
        public="<!channel> & *bold*, <https://evil.example|Copilot>",
        line_1="<@U0ADA> https://evil.example",
        words="<#C1> @here",
    )
    await ada.types("/rungs rules")
    assert "&lt;!channel&gt; &amp; *bold*, &lt;https://evil.example|Copilot&gt;" in ada.reads()
    assert "1. &lt;@U0ADA&gt; https://evil.example" in ada.reads()
    assert "Ask here: &lt;#C1&gt; @here" in ada.reads()
    texts = [b["text"] for b in ada.card.blocks if b["type"] == "section"]
    assert all(text["verbatim"] for text in texts)


async def test_an_address_to_ask_at_is_a_link_that_names_its_host(
    stage: Stage, ada: Person
) -> None:
    await writes(stage.person("noah"), line_1="Ask.", words="https://wiki.example/ai")
    await ada.types("/rungs rules")
    assert "Ask here: <https://wiki.example/ai|wiki.example>" in ada.reads()


async def test_the_form_holds_what_stands_and_saves_only_changes(stage: Stage) -> None:
    admin = stage.person("noah")
    await writes(admin)
    await opens_form(admin)
    assert holds(admin) == WRITTEN
    await sends(admin)
    assert "there's no new version" in admin.reads()
    assert "Version 1, " in await admin_line(admin)


async def test_the_longest_rules_are_saved_shown_and_opened_again(
    stage: Stage, ada: Person
) -> None:
    admin, owner = stage.person("noah"), stage.person("priya")
    tools = {name: f"{name} 🦊" * 20 for name in views.TOOL_FIELDS}
    lines = {f"line_{at}": str(at) + '&<é🦊"' * 40 for at in range(1, 6)}
    await writes(admin, **tools, **lines, words="w" * 400, person=admin.id, channel=ada.channel)
    assert "Saved as version 1." in admin.reads()
    await ada.types("/rungs rules")
    assert "5. 5&amp;&lt;é🦊" in ada.reads()
    await opens_form(admin)
    await opens_form(owner)
    kept = holds(owner)
    assert len(kept) == 12
    await sends(admin, line_1="Ask first.")
    await sends(owner, line_2="Read first.")
    await owner.clicks("Open what I wrote")
    assert holds(owner) == {**kept, "line_2": "Read first."}


async def test_of_two_admins_at_once_the_second_loses_nothing(stage: Stage, ada: Person) -> None:
    admin, owner = stage.person("noah"), stage.person("priya")
    await writes(admin)
    await opens_form(admin)
    await opens_form(owner)
    await sends(admin, internal="Gemini", line_1="Ask first.")
    await sends(owner, internal="Claude", customer="Copilot")
    told = owner.reads()
    assert "*Nothing was saved yet.* While you were writing, another admin saved version 2." in told
    assert "It changed the tools for internal material and the rules." in told
    await ada.types("/rungs rules")
    assert "Gemini" in ada.reads()
    assert "Claude" not in ada.reads()
    await owner.clicks("Open what I wrote")
    assert holds(owner) == {**WRITTEN, "internal": "Claude", "customer": "Copilot"}
    form = texts_of(owner.view.blocks)
    assert "*Version 2 is newer than what you wrote.*" in form
    assert (
        "• The tools for internal material: Gemini\n• The tools for customer material: nothing"
        in form
    )
    assert "• The rules: 1. Ask first. 2. Never paste passwords into an AI tool." in form
    await sends(owner)
    assert "Saved as version 3." in owner.reads()
    await ada.types("/rungs rules")
    assert "Claude" in ada.reads()


async def test_a_form_that_is_delivered_twice_saves_once(stage: Stage) -> None:
    admin = stage.person("noah")
    await opens_form(admin)
    stage.playground.faults.duplicate_deliveries(1)
    await sends(admin, **WRITTEN)
    assert "Saved as version 1." in admin.reads()
    assert "Version 1, " in await admin_line(admin)


async def test_empty_rules_are_not_saved_and_taken_back_ones_are_gone(
    stage: Stage, ada: Person
) -> None:
    admin = stage.person("noah")
    await writes(admin, words="the IT help desk")
    assert "Rules need at least one tool or one line" in admin.reads()
    await admin.clicks("Open what I wrote")
    assert holds(admin) == {"words": "the IT help desk"}
    await sends(admin, **WRITTEN)
    await ada.types("/rungs rules")
    card = ada.card
    await opens_form(admin)
    await sends_empty(admin)
    assert "The rules are taken back." in admin.reads()
    assert "Taken back on " in await admin_line(admin)
    await ada.types("/rungs help")
    assert "/rungs rules" not in ada.reads()
    await ada.clicks("I've read this", on=card)
    assert "switched this off" in ada.reads()
    await writes(admin)
    assert "Saved as version 3." in admin.reads()


async def test_only_admins_open_send_and_get_the_record(stage: Stage, ada: Person) -> None:
    admin = stage.person("noah")
    for action in (views.RULES_FORM, views.RULES_AGAIN, views.RULES_RECORD):
        await presses(ada, action)
        assert "for the people who run Rungs in this workspace" in ada.reads(), action
        assert not stage.playground.workspace.modal_stack(ada.id)
    await opens_form(admin)
    stage.playground.workspace.people[admin.id].admin = False
    await sends(admin, **WRITTEN)
    assert "for the people who run Rungs in this workspace" in admin.reads()
    assert "Nobody has written this yet" in await admin_line(admin)
    assert stage.playground.workspace.files == {}


async def test_each_step_names_the_approved_tools_of_its_class(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess customer")
    await ada.answers("AAA")
    assert "Here you may use" not in ada.reads()
    admin = stage.person("noah")
    every = {name: f"The {name} tool, <b>" for name in ("public", "internal", "customer")}
    await writes(admin, **every)
    await ada.types("/rungs step")
    (before,) = data_lines(ada)
    name = before.partition(" ")[0].lower()
    assert f"material. Here you may use: The {name} tool, &lt;b&gt;." in before
    await opens_form(admin)
    await sends(admin, **{name: ""})
    await ada.types("/rungs step")
    assert f"No AI tool is approved for {name} material here." in ada.reads()
    for place in ("home", "me"):
        await (ada.opens_home() if place == "home" else ada.types("/rungs me"))
        told = ada.view_text if place == "home" else ada.reads()
        assert f"No AI tool is approved for {name} material here." in told, place


def data_lines(person: Person) -> list[str]:
    return [text for text in person.reads().splitlines() if "Here you may use" in text]


async def test_reading_is_in_the_export_and_is_erased(stage: Stage, ada: Person) -> None:
    admin = stage.person("noah")
    await writes(admin, **WRITTEN, person=ada.id)
    await ada.types("/rungs rules")
    await ada.clicks("I've read this")
    await ada.types("/rungs export")
    held = json.loads(exported(stage, ada)[0])
    assert [row["number"] for row in held["log"]["rules_read"]] == [1]
    assert [row["number"] for row in held["log"]["rules_that_name_you"]] == [1]
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    await admin.types("/rungs rules")
    assert ada.id not in admin.reads()
    assert "Ask here: the IT help desk" in admin.reads()
    assert (await everything(stage, ada))["log"]["rules_read"] == []


async def test_each_version_is_in_the_audit_log_without_a_name(stage: Stage) -> None:
    admin = stage.person("noah")
    await writes(admin)
    await writes(admin, internal="Gemini")
    async with stage.database.read() as session:
        events = await audit.list_events(session, workspace_id=admin.key.workspace_id)
    told = [json.loads(event.about or "") for event in events if event.act == "admin"]
    assert told == [
        {"setting": "rules", "before": "version 1", "after": "version 2"},
        {"setting": "rules", "before": None, "after": "version 1"},
    ]
    assert all(admin.id not in event.who for event in events)


async def test_the_record_has_every_version_and_no_reader(stage: Stage, ada: Person) -> None:
    admin = stage.person("noah")
    await writes(admin, **WRITTEN, person=admin.id)
    await ada.types("/rungs rules")
    await ada.clicks("I've read this")
    await writes(admin, line_1='Ask <b>first</b> & "read"')
    await opens_form(admin)
    await admin.clicks_in_view("Get the record")
    assert "The record is in your messages" in admin.view_text
    message = next(m for m in reversed(admin.messages()) if m.files)
    record = (stage.playground.workspace.files[message.files[0]].content or b"").decode()
    newest, oldest = record.split("VERSION ")[1:]
    assert newest.startswith("2, ")
    assert '1. Ask <b>first</b> & "read"' in newest
    assert "How many read it is counted once, on " in newest
    assert "Public material (anyone may read it): Copilot, ChatGPT Enterprise" in oldest
    assert "It stood for less than 30 days" in oldest
    assert "it is not legal advice" in record
    assert ada.id not in record
    await admin.closes()
    assert holds(admin)["line_1"] == 'Ask <b>first</b> & "read"'
