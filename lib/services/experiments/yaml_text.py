"""Designs as YAML: read without a surprise, and written so that it reads back as the same.

All scalars are read as text, and then as the model's fields say: in YAML itself `16:9` can be the
number 969 and `no` can be false. Nothing is ever made an object of; aliases, which a few lines can
blow up to gigabytes, are refused, as are large and deep texts.
"""

from typing import Any

import yaml

from lib.domain.experiment import Design, DesignWrong, Where
from lib.domain.experiment_tree import design_of, tree_of

LARGEST = 1_000_000
"""Characters."""
MOST_EVENTS = 100_000
DEEPEST = 8
NOTHING = ("", "~", "null")
WIDE = 10**9
LINE_BREAKS = frozenset("\n\r\x85\u2028\u2029")
"""PyYAML's own quotes lose some of them, but none that is written as an escape."""

Lines = dict[Where, int]


class Exact(yaml.SafeDumper):  # type: ignore[misc]
    """Writes texts so that they read back letter by letter, and nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Exact, text: str) -> Any:
    style = '"' if LINE_BREAKS & set(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Exact.add_representer(str, _text)


def write(design: Design) -> str:
    """The design as YAML."""
    return str(
        yaml.dump(tree_of(design), Dumper=Exact, sort_keys=False, allow_unicode=True, width=WIDE)
    )


def read(text: str) -> Design:
    """The design that a text is. Raises DesignWrong, with the line and the part of it."""
    if len(text) > LARGEST:
        raise DesignWrong(f"The text has more than {LARGEST:,} characters: make it shorter.")
    lines: Lines = {}
    try:
        _refuse_bombs(text)
        tree = _tree(yaml.compose(text, Loader=yaml.SafeLoader), (), lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DesignWrong(f"Line {line}: this is no YAML ({error.problem}).") from error
    except yaml.YAMLError as error:
        told = "this is no YAML (it holds a character that has to be written as an escape)."
        raise DesignWrong(f"The text: {told}") from error
    try:
        return design_of(tree)
    except DesignWrong as error:
        raise DesignWrong(f"Line {line_of(error.where, lines)}: {error}", error.where) from error


def line_of(where: Where, lines: Lines) -> int:
    """The line of a part, or of the nearest that has one."""
    while where and where not in lines:
        where = where[:-1]
    return lines.get(where, 1)


def _refuse_bombs(text: str) -> None:
    """What would grow is refused while it is small."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DesignWrong(f"Line {line}: write it out, & and * are not read here.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST or number > MOST_EVENTS:
            raise DesignWrong(f"Line {line}: this is deeper or longer than a design can be.")


def _tree(node: Any, where: Where, lines: Lines) -> Any:
    if node is None:
        return {}
    lines[where] = node.start_mark.line + 1
    if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
        raise DesignWrong(f"Line {lines[where]}: {node.tag[:40]} is not read here. Leave it out.")
    match node:
        case yaml.ScalarNode():
            return None if node.style is None and node.value in NOTHING else node.value
        case yaml.SequenceNode():
            return [_tree(item, (*where, nth), lines) for nth, item in enumerate(node.value)]
    return _names(node, where, lines)


def _names(node: Any, where: Where, lines: Lines) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise DesignWrong(f"Line {line}: a name is missing.")
        if key.value in found:
            raise DesignWrong(f"Line {line}: {key.value[:40]} stands there twice. Keep one.")
        found[key.value] = _tree(value, (*where, key.value), lines)
    return found
