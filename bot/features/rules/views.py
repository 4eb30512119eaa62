"""How an organization uses AI: the card for members, and the form for admins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ChannelSelectElement,
    InputBlock,
    PlainTextInputElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.slack.api import Message
from bot.slack.blocks import (
    button,
    fine_print,
    modal,
    notice,
    paragraph,
    paragraphs,
    plain,
    row,
    shortened,
)
from bot.slack.phrases import (
    MemberClock,
    capitalized,
    channel_link,
    link_markup,
    listed,
    person,
)
from coaching.rules import (
    DATA_CLASSES,
    MOST_LINES,
    Contact,
    Rules,
    Tools,
    changed_parts,
)
from coaching.safe_text import Render, SafeText, escape, plain_name
from storage.rules import RulesVersion, rules_of

RULES = "rules_asked"
RULES_READ = "rules_read"
RULES_FORM = "rules_form_opened"
RULES_AGAIN = "rules_form_again"
RULES_RECORD = "rules_record_asked"

RULES_VIEW = "rules_view"
RECORD_VIEW = "rules_record_view"
TITLE, RECORD_TITLE = "How we use AI here", "The record"

TOOLS_FIELD, LINE_FIELD = "rules_tools_", "rules_line_"
PERSON, CHANNEL, WORDS = "rules_person", "rules_channel", "rules_words"

LONGEST = 150
"""Characters of one field; what all fields hold fits into the value of one button."""

TOOL_FIELDS = {
    "public": ("Tools for public material", "What anyone may read, such as your website."),
    "internal": ("Tools for internal material", "Plans, drafts, code, and notes of your own."),
    "customer": ("Tools for customer material", "From customers, or about them."),
    "personal": ("Tools for personal data", "About a person: names, addresses, pay, health."),
}
"""The label and the hint of each field for tools."""

AGAIN_AFTER = timedelta(days=30)
"""After how long a member can say again that they read the rules."""

EXAMPLE_TOOLS = "For example: Copilot, ChatGPT Enterprise"
EXAMPLE_LINES = (
    "Read every AI result before you pass it on.",
    "Never paste passwords, keys, or access codes into an AI tool.",
    "Take out customers' names, prices, and contact details first.",
    "When AI wrote most of a text for customers, say so.",
    "If you're not sure whether something is allowed, ask first.",
)
EXAMPLE_CONTACT = "For example: the IT help desk, or a link"


@dataclass(frozen=True)
class RulesView:
    """A version for a member: since which version they know it, if they read one, and when they said so last.

    With `asks_again`, a permission may depend on that, so they can say it again.
    """

    version: RulesVersion
    read: RulesVersion | None = None
    read_at: datetime | None = None
    asks_again: bool = False

    @property
    def is_read(self) -> bool:
        """Whether the member read this version."""
        return self.read is not None and self.read.number == self.version.number


def rules_card(render: Render, view: RulesView, clock: MemberClock) -> Message:
    """Return the rules, with the button to say that they were read unless this version was."""
    rules, version = rules_of(view.version), view.version
    lines = [render("rules/lines", rules=rules.lines)] if rules.lines else []
    told = [
        render("rules/tools", classes=classes_of(rules.tools)),
        *lines,
        render("rules/contact", whom=_contact(rules.contact)),
    ]
    read_on = clock.day(view.read_at) if view.is_read and view.read_at else None
    below = render(
        "rules/version", number=version.number, day=clock.day(version.saved_at), read_on=read_on
    )
    blocks: list[Block] = [paragraph(text) for text in told]
    if view.read and not view.is_read:
        told.append(_since(render, view.read, rules))
        blocks.append(paragraph(told[-1]))
    blocks.append(fine_print(below))
    if not view.is_read:
        blocks.append(row(_read_button(version.number)))
    elif view.asks_again and view.read_at and view.read_at <= clock.now - AGAIN_AFTER:
        blocks.append(row(_read_button(version.number, label="I've read it again")))
    return Message(text="\n\n".join([*told, below]), blocks=blocks)


def _since(render: Render, read: RulesVersion, rules: Rules) -> str:
    changed = parts_in_words(render, changed_parts(rules_of(read), rules))
    return render("rules/since", number=read.number, changed=changed)


def _read_button(version: int, *, label: str = "I've read this") -> ButtonElement:
    return button(label, action=RULES_READ, value=str(version), style="primary")


def parts_in_words(render: Render, parts: Sequence[str]) -> SafeText:
    """Return parts of the rules as a list in a sentence; "" for none."""
    return listed(render("rules/part", part=part) for part in parts) if parts else SafeText("")


def classes_of(tools: Tools) -> list[tuple[str, SafeText]]:
    """Return the tools of each class of data, safe and in one line."""
    return [(data, tools_in_words(tools.get(data, ()))) for data in DATA_CLASSES]


def tools_in_words(tools: Sequence[str]) -> SafeText:
    """Return the names of tools with commas between them; "" for none."""
    return SafeText(", ".join(map(escape, tools)))


def _contact(contact: Contact) -> SafeText:
    """Return whom to ask; only what was chosen in a menu becomes a mention, and a whole address a link."""
    named = [
        person(contact.person) if contact.person else "",
        channel_link(contact.channel) if contact.channel else "",
        link_markup(contact.words),
    ]
    return SafeText(" · ".join(filter(None, named)))


def rules_form(
    render: Render, filled: Rules, *, newest: RulesVersion | None, is_again: bool = False
) -> View:
    """Return the form with these values; saving it makes the version after `newest`.

    With `is_again` it shows what the newest version says where the values differ.
    """
    differs = _differing(render, filled, newest) if is_again and newest else []
    view = modal(
        TITLE,
        [
            paragraph(render("rules/form")),
            *differs,
            *(_tools_field(data, filled.tools.get(data, ())) for data in DATA_CLASSES),
            *(_line_field(place, filled.lines) for place in range(MOST_LINES)),
            *_contact_fields(filled.contact),
            *([_record_row(render)] if newest else []),
        ],
        callback=RULES_VIEW,
    )
    view.submit = plain("Save")
    view.close = plain("Cancel")
    view.private_metadata = str(newest.number if newest else 0)
    return view


def _differing(render: Render, filled: Rules, newest: RulesVersion) -> list[Block]:
    rules = rules_of(newest)
    parts = [
        (capitalized(render("rules/part", part=part)), _part_words(rules, part))
        for part in changed_parts(filled, rules)
    ]
    if not parts:
        return []
    told = render("rules/form_differs", number=newest.number, parts=parts)
    return paragraphs(told.split("\n"))


def _part_words(rules: Rules, part: str) -> SafeText:
    """Return what one part of the rules says, in one line."""
    if part == "lines":
        return SafeText(" ".join(f"{at}. {escape(line)}" for at, line in enumerate(rules.lines, 1)))
    if part == "contact":
        return _contact(rules.contact)
    return tools_in_words(rules.tools.get(part, ()))


def _tools_field(data: str, tools: Sequence[str]) -> Block:
    label, hint = TOOL_FIELDS[data]
    return _text(label, TOOLS_FIELD + data, ", ".join(tools), example=EXAMPLE_TOOLS, hint=hint)


def _line_field(place: int, lines: Sequence[str]) -> Block:
    value = lines[place] if place < len(lines) else ""
    name = f"{LINE_FIELD}{place + 1}"
    return _text(f"Rule {place + 1}", name, value, example=EXAMPLE_LINES[place])


def _contact_fields(contact: Contact) -> list[Block]:
    who = UserSelectElement(action_id=PERSON, initial_user=contact.person or None)
    where = ChannelSelectElement(action_id=CHANNEL, initial_channel=contact.channel or None)
    return [
        InputBlock(
            label=plain("Whom to ask: a person"), element=who, block_id=PERSON, optional=True
        ),
        InputBlock(
            label=plain("Whom to ask: a channel"), element=where, block_id=CHANNEL, optional=True
        ),
        _text("Whom to ask: in words", WORDS, contact.words, example=EXAMPLE_CONTACT),
    ]


def _text(label: str, action: str, value: str, *, example: str, hint: str = "") -> Block:
    element = PlainTextInputElement(
        action_id=action,
        initial_value=plain(value, LONGEST).text or None,
        placeholder=plain(example),
        max_length=LONGEST,
    )
    return InputBlock(
        label=plain(label),
        element=element,
        hint=plain(hint) if hint else None,
        block_id=action,
        optional=True,
    )


def _record_row(render: Render) -> Block:
    get = button("Get the record", action=RULES_RECORD)
    return paragraph(render("rules/form_record"), beside=get)


def saved_notice(render: Render, rules: Rules, *, version: int) -> Message:
    """Return the answer to an admin whose form became this version."""
    if rules.is_empty:
        return notice(render("rules/taken_back"))
    without = [data for data in ("public", "internal", "customer") if not rules.tools.get(data)]
    named = listed(f"{data} material" for data in without) if without else None
    return notice(render("rules/saved", number=version, without=named))


def retry_card(text: str, typed: Rules) -> Message:
    """Return the answer to a form that was not saved, with a button that opens it with what was typed."""
    again = button("Open what I wrote", action=RULES_AGAIN, value=str(typed), style="primary")
    return Message(text=text, blocks=[paragraph(text), row(again)])


def typed_values(written: Mapping[str, str]) -> Rules:
    """Return the rules from the fields of the form, each on one line and no longer than the form allows."""

    def field(name: str) -> str:
        return shortened(plain_name(written.get(name, "")), LONGEST)

    tools = {data: field(TOOLS_FIELD + data) for data in DATA_CLASSES}
    lines = [field(f"{LINE_FIELD}{place}") for place in range(1, MOST_LINES + 1)]
    return Rules.of(tools, lines, Contact(field(PERSON), field(CHANNEL), field(WORDS)))
