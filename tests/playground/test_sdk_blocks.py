"""Blocks built with Slack's own classes are taken as they are."""

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.people import ADA

CHOICES = [
    sdk.Option(text="One", value="1", description="First"),
    sdk.Option(text="Two", value="2"),
]
CONFIRM = sdk.ConfirmObject(title="Sure?", text="Really?", confirm="Yes", deny="No", style="danger")
ANYWHERE = [
    sdk.HeaderBlock(text="Head"),
    sdk.SectionBlock(
        text="*Words*", expand=True, accessory=sdk.OverflowMenuElement(options=CHOICES)
    ),
    sdk.SectionBlock(fields=["a", "b"]),
    sdk.ContextBlock(
        elements=[sdk.MarkdownTextObject(text="fine print"), sdk.PlainTextObject(text="x")]
    ),
    sdk.DividerBlock(),
    sdk.ImageBlock(image_url="https://x/y.png", alt_text="A bench", title="Bench"),
    sdk.ActionsBlock(
        block_id="row",
        elements=[
            sdk.ButtonElement(text="A", action_id="a", value="1", style="primary", confirm=CONFIRM),
            sdk.StaticSelectElement(
                placeholder="Choose", action_id="b", options=CHOICES, initial_option=CHOICES[1]
            ),
            sdk.RadioButtonsElement(action_id="c", options=CHOICES),
            sdk.CheckboxesElement(action_id="d", options=CHOICES, initial_options=CHOICES[:1]),
            sdk.DatePickerElement(action_id="e", initial_date="2026-11-20"),
            sdk.TimePickerElement(action_id="f", initial_time="09:30", timezone="Africa/Lagos"),
        ],
    ),
    sdk.RichTextBlock(
        elements=[
            sdk.RichTextListElement(
                style="bullet",
                elements=[
                    sdk.RichTextSectionElement(
                        elements=[sdk.RichTextElementParts.Text(text="one")]
                    ),
                ],
            )
        ]
    ),
]
IN_MODALS = [
    sdk.InputBlock(
        label="Why", element=sdk.PlainTextInputElement(action_id="t", multiline=True), hint="x"
    ),
    sdk.InputBlock(
        label="How many", element=sdk.NumberInputElement(action_id="n", is_decimal_allowed=False)
    ),
]


async def test_messages(slack: AsyncWebClient) -> None:
    assert (await slack.chat_postMessage(channel=ADA, text="x", blocks=ANYWHERE))["ok"]


@pytest.mark.parametrize("kind", ["modal", "home"])
async def test_views(slack: AsyncWebClient, kind: str) -> None:
    if kind == "home":
        view = View(type="home", blocks=ANYWHERE, callback_id="home")
        assert (await slack.views_publish(user_id=ADA, view=view))["ok"]
        return
    view = View(type="modal", title="T", submit="Send", close="No", blocks=[*ANYWHERE, *IN_MODALS])
    assert (await slack.blocks_validate(view=view.to_dict()))["ok"]
