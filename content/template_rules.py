"""What a message template may do: show values, and use `if`, `for`, `include`."""

from collections.abc import Collection

from jinja2 import Environment, TemplateSyntaxError, nodes

from content.problems import did_you_mean
from content.strict_yaml import Found

_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.FilterBlock: "filter",
    nodes.With: "with",
    nodes.ScopedEvalContextModifier: "autoescape",
}


def template_problems(
    text: str, environment: Environment, *, names: Collection[str]
) -> list[Found]:
    """Everything in this template that would go wrong, or escape a text twice."""
    try:
        tree = environment.parse(text)
        environment.compile(environment.parse(text))
    except RecursionError:
        return [(1, "The braces or brackets are nested too deeply. Write shorter expressions.")]
    except TemplateSyntaxError as error:
        what = (error.message or "something unexpected").rstrip(".")
        return [(error.lineno, f"This is not a template: {what}. Check the braces on this line.")]
    found = [
        (node.lineno, f"'{word}' is used here. Write it with 'if', 'for' and 'include' alone.")
        for kind, word in _REFUSED.items()
        for node in tree.find_all(kind)
    ]
    found.extend(_include_problems(tree, names))
    return sorted(found)


def _include_problems(tree: nodes.Template, names: Collection[str]) -> list[Found]:
    found: list[Found] = []
    for include in tree.find_all(nodes.Include):
        wanted = include.template
        if not isinstance(wanted, nodes.Const) or not isinstance(wanted.value, str):
            found.append(
                (
                    include.lineno,
                    "An include takes its name from a value. Write the name in quotes.",
                )
            )
        elif wanted.value.removesuffix(".j2") not in names:
            hint = did_you_mean(wanted.value, names)
            found.append((include.lineno, f"There is no message '{wanted.value}'.{hint}"))
    return found
