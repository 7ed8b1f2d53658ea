"""Explore small, finish large: chosen cells asked for again at a higher resolution, all else alike.

What comes of it is a plain design: one axis with a row for each chosen cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.domain.experiment import LONGEST_NAME, Cell, Combine, Design, DesignWrong
from lib.domain.experiment_axes import SEED, Listed, Row, Value
from lib.domain.model import Model

SIZE = "resolution"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A cell that is to be finished: what it asked for, and the run that came of it.

    `seed_used` is what the API says that it drew its pictures from, `rating` is 0 without one.
    """

    key: str
    varied: Mapping[str, Value]
    repeat: int
    input: Mapping[str, Any]
    run_id: str | None = None
    seed_used: Any = None
    number: int = 0
    rating: int = 0
    is_done: bool = True


@dataclass(frozen=True, slots=True)
class Promotion:
    """The design that finishes chosen cells at a resolution.

    `large_already` of them have that size or a larger one and are left out; `alike` are the same
    request as another one at that size, which is made once.
    """

    design: Design
    resolution: str
    large_already: int = 0
    alike: int = 0


def larger_sizes(model: Model, chosen: Sequence[Chosen]) -> list[str]:
    """The resolutions above the smallest of the chosen, smallest first."""
    if not chosen:
        return []
    choices = list(model.input_field(SIZE).choices)
    return choices[min(_size_of(model, one) for one in chosen) + 1 :]


@dataclass(frozen=True, slots=True)
class Saved:
    """What exploring and finishing come to, against all cells at the size of the end, micro-dollars.

    `explored` is what the parent has cost and may still cost, `finished` the same of what finishes
    it, or its estimate.
    """

    resolution: str
    explored_micros: int
    finished_micros: int
    flat_cells: int
    flat_micros: int

    @property
    def both_micros(self) -> int:
        return self.explored_micros + self.finished_micros

    @property
    def saved_micros(self) -> int:
        """Below zero where it costs more."""
        return self.flat_micros - self.both_micros


def size_of(design: Design) -> str | None:
    """The one resolution of a design that finishes others; None where there are several."""
    if SIZE not in design.columns:
        return str(design.base[SIZE]) if design.base.get(SIZE) else None
    for axis in design.axes:
        if SIZE in axis.columns:
            found = {row[axis.columns.index(SIZE)] for row in axis.rows}
            return str(found.pop()) if len(found) == 1 and None not in found else None
    return None


def promote(
    parent_id: str, design: Design, model: Model, chosen: Sequence[Chosen], resolution: str
) -> Promotion:
    """The design of exactly these cells at that resolution. Raises DesignWrong when none is left.

    A cell without a seed of its own gets the one that the API drew: its picture is what was chosen.
    """
    wanted = list(model.input_field(SIZE).choices).index(resolution)
    smaller = [one for one in chosen if _size_of(model, one) < wanted]
    if not smaller:
        told = f"{SIZE}: choose cells that are smaller than {resolution}, or a higher resolution."
        raise DesignWrong(told, ("base", SIZE))
    columns = _columns(design, model, smaller)
    repeats: dict[Row, set[int]] = {}
    for one in smaller:
        values = {**one.varied, SEED: _seed(model, one), SIZE: resolution}
        repeats.setdefault(tuple(values[name] for name in columns), set()).add(one.repeat)
    times = {len(found) for found in repeats.values()}
    again = times.pop() if len(times) == 1 else 1
    finished = replace(
        design,
        base=_base(design, columns, resolution),
        axes=(Listed(columns, tuple(repeats)),),
        combine=Combine.GRID,
        sample=None,
        repeats=again,
        excludes=(),
        name=_named(design, resolution),
        parent=parent_id,
    )
    alike = len(smaller) - len(repeats) * again
    return Promotion(finished, resolution, len(chosen) - len(smaller), alike)


def flat_inputs(cells: Sequence[Chosen], resolution: str) -> list[dict[str, Any]]:
    """What all of an experiment's cells would ask for at that resolution, each once."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in cells:
        values = {**one.input, SIZE: resolution}
        found.setdefault((*sorted(values.items()), one.repeat), values)
    return list(found.values())


def finished_runs(model: Model, cells: Sequence[Cell], parents: Sequence[Chosen]) -> dict[str, str]:
    """For cells by their keys the run that each asks for again at another size, if there is one."""
    known: dict[tuple[Any, ...], str] = {}
    for one in parents:
        if one.run_id is not None:
            asked = _but_size({**one.input, SEED: _seed(model, one)})
            known.setdefault(asked, one.run_id)
            known.setdefault((*asked, one.repeat), one.run_id)
    found = {}
    for cell in cells:
        asked = _but_size(cell.input)
        run_id = known.get((*asked, cell.repeat), known.get(asked))
        if run_id is not None:
            found[cell.key] = run_id
    return found


def _but_size(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a request asks for besides its size."""
    said = {name: value for name, value in values.items() if name != SIZE and value is not None}
    return tuple(sorted(said.items()))


def _size_of(model: Model, one: Chosen) -> int:
    rule = model.input_field(SIZE)
    return rule.choices.index(str(one.input.get(SIZE) or rule.default))


def _seed(model: Model, one: Chosen) -> Value:
    """Of the input, or as the API says. It may say anything: what is no seed is none."""
    asked = one.input.get(SEED)
    if asked is not None:
        return int(asked)
    used = one.seed_used
    is_seed = used is not None and model.input_field(SEED).problem_with(used) is None
    return int(used) if is_seed else None


def _columns(design: Design, model: Model, chosen: Sequence[Chosen]) -> tuple[str, ...]:
    """Those of the design, and a seed where the API drew one. There must be one at least."""
    drew = any(one.input.get(SEED) is None and _seed(model, one) is not None for one in chosen)
    more = (SEED,) if drew and SEED not in design.columns else ()
    return (*design.columns, *more) or (SIZE,)


def _base(design: Design, columns: Sequence[str], resolution: str) -> dict[str, Value]:
    """The resolution stands in the base, unless it was varied."""
    return dict(design.base) if SIZE in columns else {**design.base, SIZE: resolution}


def _named(design: Design, resolution: str) -> str:
    """As its parent, shortened where it must be."""
    ending = f" at {resolution}"
    return (design.name or "Experiment")[: LONGEST_NAME - len(ending)] + ending
