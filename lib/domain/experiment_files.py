"""Axes from a file that a person hands over: a table, or a list with a value on each line."""

from pathlib import PurePath

from lib.domain.experiment import DesignWrong
from lib.domain.experiment_axes import Axis
from lib.domain.experiment_csv import BOM, LARGEST, crossed_axes, paired_axis
from lib.domain.experiment_words import axis_from
from lib.domain.model import Model

TABLE = ".csv"


def axes_of_file(
    model: Model, name: str, data: bytes, *, column: str, is_paired: bool, drawn_from: int
) -> tuple[Axis, ...]:
    """Of a `.csv` its columns, paired or crossed; of any other text the values of `column`.

    Raises DesignWrong, with the line where there is one.
    """
    if len(data) > 4 * LARGEST:
        raise DesignWrong(f"{name[:60]}: more than {LARGEST:,} characters. Make it shorter.")
    try:
        text = data.decode().removeprefix(BOM)
    except UnicodeDecodeError as error:
        told = "this is no text in UTF-8. Save it as CSV or text in UTF-8."
        raise DesignWrong(f"{name[:60]}: {told}") from error
    if PurePath(name).suffix.lower() != TABLE:
        return (axis_from(model, column, text, drawn_from=drawn_from),)
    return (paired_axis(text, model),) if is_paired else crossed_axes(text, model)
