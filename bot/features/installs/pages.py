"""The pages of an install: HTML without scripts, pictures, or requests to anywhere else.

The words come from content/messages/installs.yaml. A message may be an organization's own, and its values may
come from outside, so all of it is escaped for HTML here.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape, unescape

from starlette.responses import HTMLResponse

STYLE = """
:root { color-scheme: light dark;
  --ink: #1d1c1d; --soft: #5e5d60; --ground: #fff; --line: #d9d9dc; --go: #1f4e4a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f0f1; --soft: #b3b3b7; --ground: #1a1d21; --line: #44464b; --go: #8fd0c8; }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 36rem; margin: 0 auto; padding: 2.5rem 1.25rem; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
.name { color: var(--soft); margin: 0 0 2rem; font-weight: 600; }
li { margin: .4rem 0; }
code { background: color-mix(in srgb, var(--line) 45%, transparent); border-radius: 4px; padding: .1em .3em; }
a.go { display: inline-block; margin: 1rem 0; padding: .7rem 1.3rem; border-radius: 8px; font-weight: 600;
  background: var(--go); color: var(--ground); text-decoration: none; }
a.go:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
details { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: 1rem; color: var(--soft); }
dt { font-family: ui-monospace, monospace; font-size: .9rem; margin-top: .7rem; color: var(--ink); }
dd { margin: 0; }
"""
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
CODE = re.compile(r"`([^`]+)`")

Parts = Iterable[str]


def page(text: str, *parts: str, status: int = 200, opens: str | None = None) -> HTMLResponse:
    """Return a page with this text, whose first line is the title, and then these parts.

    `opens` is an address that the browser goes to by itself.
    """
    title, *paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    refresh = f'<meta http-equiv="refresh" content="0; url={escape(opens)}">' if opens else ""
    body = "".join(
        [f"<h1>{shown(title)}</h1>", *(f"<p>{shown(one)}</p>" for one in paragraphs), *parts]
    )
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{shown(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{refresh}'
        f'<style>{STYLE}</style></head><body><main><p class="name">Rungs</p>{body}</main></body></html>'
    )
    return HTMLResponse(html, status_code=status, headers=HEADERS)


def shown(text: str) -> str:
    """Return the text of a message as HTML; what was escaped for Slack is escaped for HTML instead."""
    return CODE.sub(r"<code>\1</code>", escape(unescape(text)))


def link(label: str, address: str) -> str:
    """Return a link that looks like a button."""
    return f'<p><a class="go" href="{escape(address)}">{escape(label)}</a></p>'


def numbered(lines: Sequence[str]) -> str:
    """Return a numbered list."""
    return f"<ol>{''.join(f'<li>{shown(line)}</li>' for line in lines)}</ol>"


def reasons(summary: str, why: Mapping[str, str], *, is_open: bool = False) -> str:
    """Return permissions and the reason for each, behind a line to click unless `is_open`."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in why.items())
    listed = f"<dl>{rows}</dl>"
    return listed if is_open else f"<details><summary>{shown(summary)}</summary>{listed}</details>"
