"""Files become axes: tables paired or crossed, lists by their lines."""

import pytest

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import DesignWrong
from lib.domain.experiment_axes import Listed
from lib.domain.experiment_files import axes_of_file

TABLE = b"\xef\xbb\xbfstyle,resolution\nink,1K\noil,1K\n"


def axes(name: str, data: bytes, *, column="animal", is_paired=True):
    chosen = {"column": column, "is_paired": is_paired, "drawn_from": 1}
    return axes_of_file(DEFAULT_MODEL, name, data, **chosen)


def test_a_table_is_paired_or_crossed():
    pairs = Listed(("style", "resolution"), (("ink", "1K"), ("oil", "1K")))
    crossed = (Listed(("style",), (("ink",), ("oil",))), Listed(("resolution",), (("1K",),)))

    assert axes("Looks.CSV", TABLE) == (pairs,)
    assert axes("looks.csv", TABLE, is_paired=False) == crossed


def test_a_list_has_the_values_of_the_chosen_column():
    animals = axes("animals.txt", "\ufeffgrey cat\n\n Füchsin, rot \r\n".encode())
    assert animals == (Listed(("animal",), (("grey cat",), ("Füchsin, rot",))),)
    sizes = axes("sizes.txt", b"1K\n2K\n", column="resolution")
    assert sizes == (Listed(("resolution",), (("1K",), ("2K",))),)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"\xff\xfe", "a.txt: this is no text in UTF-8"),
        ("a.txt", b"\n \n", "animal: give at least one value"),
        ("a.csv", b"style\n", "The table has no rows"),
        ("a.csv", b"resolution\n9K\n", "Line 2, resolution"),
        ("a.txt", b"x" * 4_000_001, "more than 1,000,000 characters"),
    ],
)
def test_a_mistake_is_said_with_its_place(name, data, said):
    with pytest.raises(DesignWrong, match=said):
        axes(name, data)
