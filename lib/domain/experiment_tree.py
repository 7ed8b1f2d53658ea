"""A design as a tree of plain lists and names, as it is kept and written, and read back exactly.

What is read may come from a person: each mistake is a DesignWrong that says where it is. Values may
be text everywhere, as in YAML and CSV, and are then read as the model's field says.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.domain.catalog import find_model
from lib.domain.experiment import Combine, Design, DesignWrong, Sample, Where
from lib.domain.experiment_axes import Axis, Listed, RandomSeeds, Range, Value, range_in
from lib.domain.input_field import LONGEST_NUMBER, WHOLE_NUMBER, FieldKind
from lib.domain.model import Model

PARTS = ("name", "model", "base", "axes", "combine", "sample", "repeats", "exclude", "parent")
AXIS_PARTS = ("vary", "values", "rows", "random")
DRAWN = ("count", "drawn_from")


# -- writing -------------------------------------------------------------------------------------


def tree_of(design: Design) -> dict[str, Any]:
    """The design as plain data; what is as usual is left out."""
    told: dict[str, Any] = {"name": design.name} if design.name else {}
    told |= {"model": design.model_id, "base": dict(design.base)}
    if design.axes:
        told["axes"] = [_tree_of_axis(axis) for axis in design.axes]
    if design.combine is not Combine.GRID:
        told["combine"] = str(design.combine)
    if design.sample:
        told["sample"] = {
            "count": design.sample.count,
            "drawn_from": design.sample.drawn_from,
        }
    if design.repeats != 1:
        told["repeats"] = design.repeats
    if design.excludes:
        told["exclude"] = [
            {column: list(values) for column, values in exclude.items()}
            for exclude in design.excludes
        ]
    if design.parent:
        told["parent"] = design.parent
    return told


def _tree_of_axis(axis: Axis) -> dict[str, Any]:
    match axis:
        case Range():
            return {"vary": axis.column, "values": str(axis)}
        case RandomSeeds():
            return {
                "vary": axis.columns[0],
                "random": {"count": axis.size, "drawn_from": axis.drawn_from},
            }
        case Listed() if len(axis.columns) == 1:
            return {"vary": axis.columns[0], "values": [row[0] for row in axis.rows]}
        case Listed():
            return {"vary": list(axis.columns), "rows": [list(row) for row in axis.rows]}


# -- reading -------------------------------------------------------------------------------------


def design_of(tree: Any) -> Design:
    """The design that a tree is. Raises DesignWrong; whether it can be carried out is not asked."""
    parts = _names(tree, (), PARTS)
    model = _model(parts)
    base = _names(parts.get("base", {}), ("base",))
    return Design(
        model_id=model.id,
        base={name: _value(model, name, value, ("base", name)) for name, value in base.items()},
        axes=tuple(
            _axis(model, axis, ("axes", number))
            for number, axis in enumerate(_items(parts.get("axes", []), ("axes",)))
        ),
        combine=_combine(parts.get("combine", Combine.GRID)),
        sample=_sample(parts["sample"]) if "sample" in parts else None,
        repeats=_whole(parts.get("repeats", 1), ("repeats",)),
        excludes=tuple(
            _exclude(model, exclude, ("exclude", number))
            for number, exclude in enumerate(_items(parts.get("exclude", []), ("exclude",)))
        ),
        name=_text(parts.get("name", ""), ("name",)),
        parent=_text(parts.get("parent", ""), ("parent",)),
    )


def _model(parts: Mapping[str, Any]) -> Model:
    name = _text(parts.get("model", ""), ("model",))
    try:
        return find_model(name)
    except KeyError:
        raise _wrong(("model",), f"there is no model {name[:60]!r}") from None


def _axis(model: Model, tree: Any, where: Where) -> Axis:
    parts = _names(tree, where, AXIS_PARTS)
    columns = _columns(parts.get("vary"), (*where, "vary"))
    given = [name for name in AXIS_PARTS[1:] if name in parts]
    if len(given) != 1:
        raise _wrong(where, "say one of values, rows and random")
    if given[0] == "random":
        return _random_seeds(columns, parts["random"], (*where, "random"))
    if given[0] == "values":
        return _of_values(model, columns, parts["values"], (*where, "values"))
    return _of_rows(model, columns, parts["rows"], (*where, "rows"))


def _columns(tree: Any, where: Where) -> tuple[str, ...]:
    if isinstance(tree, str):
        return (tree,)
    return tuple(_text(name, (*where, number)) for number, name in enumerate(_items(tree, where)))


def _of_values(model: Model, columns: tuple[str, ...], tree: Any, where: Where) -> Axis:
    if len(columns) != 1:
        raise _wrong(where, "for several columns give rows, each a list with a value for each")
    if isinstance(tree, str):
        found = range_in(tree, columns[0])
        if found is None or _kind(model, columns[0]) is not FieldKind.INTEGER:
            told = "give a list of values, or for whole numbers a range such as 1..10 or 1..10..3"
            raise _wrong(where, told)
        return found
    values = _items(tree, where)
    rows = [
        (_value(model, columns[0], value, (*where, number)),) for number, value in enumerate(values)
    ]
    return Listed(columns, tuple(rows))


def _of_rows(model: Model, columns: tuple[str, ...], tree: Any, where: Where) -> Listed:
    rows = []
    for number, row in enumerate(_items(tree, where)):
        values = _items(row, (*where, number))
        if len(values) != len(columns):
            told = f"{len(values)} values for {len(columns)} columns: give one for each"
            raise _wrong((*where, number), told)
        pairs = zip(columns, values, strict=True)
        rows.append(tuple(_value(model, name, value, (*where, number)) for name, value in pairs))
    return Listed(columns, tuple(rows))


def _random_seeds(columns: tuple[str, ...], tree: Any, where: Where) -> RandomSeeds:
    if columns != ("seed",):
        raise _wrong(where, "only seed can be random: list the values of others")
    parts = _names(tree, where, DRAWN)
    count = _whole(parts.get("count"), (*where, "count"))
    return RandomSeeds(count, _whole(parts.get("drawn_from"), (*where, "drawn_from")))


def _combine(tree: Any) -> Combine:
    try:
        return Combine(tree)
    except ValueError:
        raise _wrong(("combine",), "choose one of " + ", ".join(Combine)) from None


def _sample(tree: Any) -> Sample:
    parts = _names(tree, ("sample",), DRAWN)
    drawn_from = _whole(parts.get("drawn_from"), ("sample", "drawn_from"))
    return Sample(_whole(parts.get("count"), ("sample", "count")), drawn_from)


def _exclude(model: Model, tree: Any, where: Where) -> dict[str, tuple[Value, ...]]:
    found = {}
    for column, given in _names(tree, where).items():
        at = (*where, column)
        values = given if isinstance(given, list) else [given]
        found[column] = tuple(_value(model, column, value, at) for value in values)
    return found


# -- values --------------------------------------------------------------------------------------


def read_value(model: Model, column: str, text: str) -> Value:
    """A value from text, as the model's field says; a variable's is the text itself.

    Raises DesignWrong.
    """
    return _value(model, column, text, ())


def _value(model: Model, column: str, value: Any, where: Where) -> Value:
    kind = _kind(model, column)
    if kind is None or kind is FieldKind.TEXT:
        return _text("" if value is None else value, where)
    if isinstance(value, str):
        if not value:
            return None
        try:
            return _checked(model.input_field(column).from_text(value))
        except ValueError as error:
            raise DesignWrong(f"{_said(where)}{error}", where) from error
    if value is None or isinstance(value, (bool, int)):
        return value
    raise _wrong(where, f"{type(value).__name__} is no value")


def _checked(value: Any) -> Value:
    return value if isinstance(value, (str, int, bool)) else None


def _kind(model: Model, column: str) -> FieldKind | None:
    """None for a variable."""
    return next((rule.kind for rule in model.input_fields if rule.name == column), None)


def _text(tree: Any, where: Where) -> str:
    if not isinstance(tree, str):
        raise _wrong(where, "give a text")
    return tree


def _whole(tree: Any, where: Where) -> int:
    if isinstance(tree, int) and not isinstance(tree, bool):
        return tree
    if isinstance(tree, str) and len(tree) <= LONGEST_NUMBER and WHOLE_NUMBER.fullmatch(tree):
        return int(tree)
    raise _wrong(where, "give a whole number")


def _items(tree: Any, where: Where) -> Sequence[Any]:
    if not isinstance(tree, list):
        raise _wrong(where, "give a list")
    return tree


def _names(tree: Any, where: Where, known: Sequence[str] = ()) -> Mapping[str, Any]:
    if not isinstance(tree, dict) or not all(isinstance(name, str) for name in tree):
        raise _wrong(where, "give names with values, such as `resolution: 2K`")
    for name in tree:
        if known and name not in known:
            told = f"{name[:40]} is not known. Choose one of {', '.join(known)}"
            raise _wrong((*where, name), told)
    return tree


def _wrong(where: Where, told: str) -> DesignWrong:
    return DesignWrong(f"{_said(where)}{told}.", where)


def _said(where: Where) -> str:
    """`axes[2].values[1]: `, counted from 1 as people do."""
    said = ""
    for step in where:
        said += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if said else step
    return f"{said}: " if said else ""
