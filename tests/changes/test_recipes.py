"""The recipes of docs/access.md work with what Rungs sends."""

import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from joserfc.errors import JoseError

from tests.changes.office import PILOT, Office
from tests.changes.servers import Hook

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


async def test_a_gateway_takes_what_a_webhook_gets(at_work: Office, webhook: Hook) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    gateway: dict[str, Any] = {}
    exec(code, gateway)
    await at_work.adds("webhook", webhook.url, {PILOT: None})
    ada = at_work.person("ada")
    await at_work.approves(ada)
    await at_work.passes(seconds=5)
    issuer = f"{at_work.stage.bot.deps.site.url}/access/{at_work.workspace_id}"
    jwks = {"keys": await at_work.published()}
    now = int(at_work.clock().timestamp())
    right = {"issuer": issuer, "address": webhook.url, "now": now}

    def take(token: str, **other: Any) -> None:
        with warnings.catch_warnings(action="ignore"):
            gateway["take"](token, jwks, **{**right, **other})

    (granted,) = webhook.tokens
    for wrong in ({"now": now + 361}, {"issuer": "https://x"}, {"address": "https://x"}):
        with pytest.raises(JoseError):
            take(granted, **wrong)
    head, body, seal = granted.split(".")
    with pytest.raises((JoseError, ValueError)):
        take(f"{head}.{body[:-4]}AAAA.{seal}")
    take(granted)
    assert gateway["has"] == {(ada.id, PILOT): "2027-11-18T12:00:00Z"}
    await at_work.withdraws(ada)
    await at_work.passes(seconds=5)
    take(webhook.tokens[-1])
    take(granted)
    assert gateway["has"] == {}
