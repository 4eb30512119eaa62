"""How the ladders relate to each other, and where they do not."""

from collections.abc import Iterator, Mapping

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import ids
from bot.views.bricks import bullets, headline, paragraph, paragraphs
from bot.views.windows import modal
from content.message_catalog import escape
from content.model import Crosswalk, Relation

TITLE = "How the ladders relate"


def crosswalk_view(crosswalk: Crosswalk, names: Mapping[str, str]) -> View:
    """The page of all relations; `names` are the frameworks' names by their ids."""
    blocks: list[Block] = [paragraph(escape(crosswalk.about))]
    for relation in crosswalk.relations:
        blocks += _relation(relation, names)
    return modal(TITLE, blocks, callback=ids.CROSSWALK_VIEW)


def _relation(relation: Relation, names: Mapping[str, str]) -> Iterator[Block]:
    left, right = (names.get(one, one) for one in relation.between)
    yield headline(f"{left} and {right}")
    yield from _listed("Where they relate", relation.alike)
    yield from _listed("Where they do not", relation.different)
    rows = [
        f"*{escape(r.left)}* beside *{escape(r.right)}*: {escape(r.says)}" for r in relation.rows
    ]
    if rows:
        yield from paragraphs(["*Side by side*", *bullets(rows)])


def _listed(title: str, lines: tuple[str, ...]) -> list[Block]:
    return paragraphs([f"*{title}*", *bullets([escape(one) for one in lines])]) if lines else []
