"""Items of the content as a member is asked them."""

from coaching.items import Item
from coaching.knowledge.check import AskedItem, AskedOption


def asked_item(item: Item, family: str | None) -> AskedItem:
    """Return the item as it is told to this role family, with its options in the order of the content."""
    told = item.told_in(family)
    return AskedItem(
        id=item.id,
        variant=family if family and family in item.variants else "",
        case=told.case,
        question=told.question,
        options=tuple(
            AskedOption(text=option.text, right=option.right, why=option.why, number=number)
            for number, option in enumerate(told.options)
        ),
    )
