"""The generated parts of the documents: each takes what stood there and returns what shall stand there.

Some tables are made from the product as a whole. In the others the product says which rows there are, and the
other cells are written by hand in the document: those stay, a row that is gone goes, and a new row says that
its words are missing.
"""

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence

from benchmarks.table import HEADINGS, stored_rows
from docs import knowledge_rates, product, scaling

Rows = list[list[str]]
Part = Callable[[str], str]

TO_SAY = "(say what this is)"
"""Stands where somebody has to write the words of a new row."""
WIDTH = 118
SCALES = [f"{size:,} workspace{'' if size == 1 else 's'}" for size in scaling.SIZES]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, *rows]
    text = [_line(line) for line in lines]
    return "\n".join([text[0], "|" + "---|" * len(head), *text[1:]])


def _line(cells: Sequence[str]) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def rows_of(text: str) -> Rows:
    """Return the cells of a table's rows, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def code(text: str) -> str:
    """Return the text as code."""
    return f"`{text}`"


def described(head: Sequence[str], names: Iterable[str], *, keeps_order: bool = True) -> Part:
    """Return a part that has one row for each name, and the words that stand beside it.

    A name stands as code in the first cell, maybe with what may follow it in brackets or braces. The order is
    the document's, with new names at the end, or else that of the names.
    """
    wanted = list(names)

    def part(before: str) -> str:
        kept = {_name(row[0]): row for row in rows_of(before)}
        fresh = {name: [code(name), *[TO_SAY] * (len(head) - 1)] for name in wanted}
        order = [*(name for name in kept if name in fresh), *(n for n in wanted if n not in kept)]
        return table(head, [kept.get(n, fresh[n]) for n in (order if keeps_order else wanted)])

    return part


def _name(cell: str) -> str:
    return re.sub(r" ?[\[{].*", "", cell.strip("`"))


def made(head: Sequence[str], rows: Callable[[], Iterable[Sequence[str]]]) -> Part:
    """Return a part that is made from the product as a whole."""
    return lambda _before: table(head, rows())


def question(_before: str) -> str:
    """Return the card of the first question, as it looks in Slack."""
    text, answers = product.first_question()
    letters = [
        f"> - **{letter}.** {answer}" for letter, answer in zip("ABCDE", answers, strict=True)
    ]
    return "\n".join(["> **Engineering · 1 of 3**", ">", f"> {text}", ">", *letters])


def command_line(before: str) -> str:
    """Return the commands of `rungs`; the words of a command name each of its options."""
    real = product.command_line()
    rows = rows_of(described(["command", "what it does"], real)(before))
    for command in {_name(row[0]).split()[1] for row in rows}:
        own = [row for row in rows if _name(row[0]).split()[1] == command]
        told = set(re.findall(r"--[a-z-]+", " ".join(f"{usage} {words}" for usage, words in own)))
        options = real[_name(own[0][0])]
        own[0][1] += "".join(f" `{option}`: {TO_SAY}" for option in sorted(options - told))
        own[0][1] += "".join(
            f" There is no `{option}` {TO_SAY}" for option in sorted(told - options)
        )
    return table(["command", "what it does"], rows)


def settings(before: str) -> str:
    """Return the settings with the defaults of the code."""
    defaults = product.settings()
    rows = rows_of(described(["setting", "default", "meaning"], defaults)(before))
    filled = [
        [name, code(value) if (value := defaults[_name(name)]) else "none", meaning]
        for name, _, meaning in rows
    ]
    return table(["setting", "default", "meaning"], filled)


def message_kinds(before: str) -> str:
    """Return the kinds of messages with the time that each may be late."""
    days = product.message_kinds()
    head = ["kind", "goes out within", "what it is"]
    rows = rows_of(described(head, days)(before))
    return table(head, [[name, _days(days[_name(name)]), words] for name, _, words in rows])


def _days(count: float) -> str:
    return "1 day" if count == 1 else f"{count:g} days"


def routes(before: str) -> str:
    """Return the routes of the playground, told apart by path and method."""
    head = ["route", "method", "body or query", "does"]
    kept = {(_name(row[0]), row[1]): row for row in rows_of(before)}
    real = product.routes()
    order = [*(key for key in kept if key in real), *(key for key in real if key not in kept)]
    return table(head, [kept.get(key, [code(key[0]), key[1], "", TO_SAY]) for key in order])


def web_api_methods(_before: str) -> str:
    """Return the methods that the playground answers."""
    names = ", ".join(map(code, product.web_api_methods()))
    return filled(f"- It answers these methods and no others: {names}.", indent="  ")


def layout(before: str) -> str:
    """Return what each module and folder at the top of the project is for, a line for each."""
    lines = re.findall(r"^(\S+) +(\S.*)$", before.replace("```", ""), re.MULTILINE)
    kept, real = dict(lines), product.top_level()
    order = [*(name for name in kept if name in real), *(n for n in real if n not in kept)]
    told = [f"{name:<15} {kept.get(name, TO_SAY)}" for name in order]
    return "\n".join(["```", *told, "```"])


def crosswalk(_before: str) -> str:
    """Return how the ladders relate, as people read it in Slack."""
    found, names = product.crosswalk(), product.ladders()
    parts = [filled(found.about)]
    for relation in found.relations:
        left, right = (names[one] for one in relation.between)
        parts.append(f"### {left} and {right}")
        parts += ["Alike:", *_bullets(relation.alike), "Different:", *_bullets(relation.different)]
        if relation.rows:
            rows = [(row.left, row.right, row.says) for row in relation.rows]
            parts.append(table([_in_a_sentence(left), _in_a_sentence(right), ""], rows))
    return "\n\n".join(parts)


def _bullets(lines: Sequence[str]) -> list[str]:
    return ["\n".join(filled(f"- {line}", indent="  ") for line in lines)]


def _in_a_sentence(name: str) -> str:
    """Return a name as it stands within a sentence: small, but for abbreviations."""
    return name if name[:2].isupper() else name[0].lower() + name[1:]


def filled(text: str, *, indent: str = "") -> str:
    """Return the text in lines of the documents' width."""
    return textwrap.fill(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def example(place: str) -> Part:
    """Return a part that shows an example of a content file."""
    return lambda _before: f"```yaml\n{product.content_example(place)}```"


PARTS: dict[str, Part] = {
    "commands": made(
        ["command", "what it does"],
        lambda: [(code(usage), summary) for usage, summary in product.commands()],
    ),
    "question": question,
    "command-line": command_line,
    "settings": settings,
    "jobs": made(
        ["job", "every", "promise"],
        lambda: [(code(name), every, promise) for name, every, promise in product.jobs()],
    ),
    "make-targets": described(
        ["target", "what it does"], [f"make {name}" for name in product.make_targets()]
    ),
    "layout": layout,
    "scopes": made(["scope", "reason"], lambda: _reasons(product.scopes())),
    "app-scopes": made(["app-level scope", "reason"], lambda: _reasons(product.app_scopes())),
    "optional-scopes": made(["scope", "reason"], lambda: _reasons(product.optional_scopes())),
    "events-of-many": made(["event", "reason"], lambda: _reasons(product.events_of_many())),
    "events": made(["event", "reason"], lambda: _reasons(product.events())),
    "dependencies": described(
        ["library", "why"], product.dependencies(dev=False), keeps_order=False
    ),
    "dev-dependencies": described(
        ["library", "why"], product.dependencies(dev=True), keeps_order=False
    ),
    "database-tables": described(["table", "holds"], product.database_tables()),
    "retention": made(
        ["what", "kept for"], lambda: [(what, kept) for _, what, kept in product.retention()]
    ),
    "retention-tables": made(
        ["table", "kept for"], lambda: [(code(name), kept) for name, _, kept in product.retention()]
    ),
    "export-fields": described(["field", "what it is"], product.export_fields(), keeps_order=False),
    "audit-acts": made(["act", "when"], lambda: _reasons(product.audit_acts())),
    "log-events": described(["event", "meaning", "what to do"], product.log_events()),
    "message-kinds": message_kinds,
    "message-states": described(["state", "meaning", "what to do"], product.message_states()),
    "message-reasons": described(
        ["reason", "why it did not go out, or waits"], product.message_reasons(), keeps_order=False
    ),
    "knowledge-rates": made(
        ["would get right", "checked", "not yet", "not decided", "questions", "checked in a year"],
        knowledge_rates.rate_rows,
    ),
    "knowledge-tiers": made(
        ["would get right", "3 skills", "3, in a year", "5 skills", "5, in a year"],
        knowledge_rates.tier_rows,
    ),
    "knowledge-paths": made(["wrong", "right", "questions"], knowledge_rates.path_rows),
    "scaling-rows": made(["table", *SCALES, "bytes a row"], scaling.table_rows),
    "scaling-load": made(["figure", *SCALES], scaling.load_rows),
    "faults": described(["kind", "what the app meets"], product.faults()),
    "routes": routes,
    "web-api-methods": web_api_methods,
    "crosswalk": crosswalk,
    "benchmarks": made(HEADINGS, stored_rows),
    "content-lengths": made(["what", "at most", "why"], product.content_lengths),
    "data-classes": made(["class", "what people read"], product.data_classes),
    "example-family": example("frameworks/role-families/finance.yaml"),
    "example-ladder": example("frameworks/code-review/framework.yaml"),
    "example-lowest": example("frameworks/safe-sharing/framework.yaml"),
    "example-agents": example("frameworks/ai-engineer/framework.yaml"),
    "example-needs": example("frameworks/ai-engineer/needs.yaml"),
    "example-mean": example("frameworks/data-literacy/framework.yaml"),
    "example-crosswalk": example("frameworks/crosswalk.yaml"),
    "example-items": example("checks/acme.yaml"),
    "example-phrases": example("phrases/acme.yaml"),
    "example-access": example("access/acme.yaml"),
}
"""Every generated part by its name in the documents."""


def _reasons(reasons: dict[str, str]) -> list[tuple[str, str]]:
    return [(code(name), why) for name, why in reasons.items()]
