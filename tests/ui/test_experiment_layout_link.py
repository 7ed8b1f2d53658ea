"""A view of the grid is a link: whatever is chosen comes back from its address."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.experiment_layout import Layout, fitted, names_of, usual, values_of
from lib.ui.experiment_layout_form import ACROSS, DOWN, PAGES, moved
from lib.ui.experiment_layout_link import LONGEST_IN_ADDRESS, coded, read, written
from tests.domain.designs import designs, grid

LONG = "a very long value " * 40


@given(designs(), st.data())
def test_every_layout_comes_back_from_its_address(design, data):
    names = names_of(design)
    some = st.lists(st.sampled_from(names)) if names else st.just([])
    hidden = {
        name: data.draw(st.frozensets(st.sampled_from(words)))
        for name, words in values_of(design).items()
        if words
    }
    places = (tuple(data.draw(some)) for _ in range(3))
    layout = fitted(Layout(*places, hidden), design)
    assert read(design, written(layout, design)) == layout


def test_the_usual_layout_needs_no_words():
    design = grid(animal=["cat", "dog"], resolution=["1K"])
    assert written(usual(design), design) == {}
    assert read(design, {}) == usual(design)


def test_long_values_stand_in_the_address_by_their_digest():
    design = grid(animal=[LONG, f"{LONG}!", "~cat"])
    layout = replace(usual(design), hidden={"animal": frozenset({f"{LONG}!", "~cat"})})
    query = written(layout, design)
    assert max(map(len, query["hide"])) <= LONGEST_IN_ADDRESS
    assert read(design, query) == layout


def test_what_an_address_makes_up_is_left_out():
    design = grid(animal=["cat", "dog"])
    query = {"columns": ["evil", "animal"], "pages": ["x"], "hide": ["animal:cow", "evil:1", ":"]}
    assert read(design, query) == Layout(columns=("animal",))
    assert coded("animal", "cow") == "animal:cow"


@given(designs(), st.data())
def test_moving_one_column_leaves_the_others_where_they_are(design, data):
    names = names_of(design)
    if not names:
        return
    layout, name = usual(design), data.draw(st.sampled_from(names))
    found = moved(design, layout, name, data.draw(st.sampled_from([DOWN, ACROSS, PAGES])))
    assert fitted(found, design) == found
    for where in ("rows", "columns", "pages"):
        before = [one for one in getattr(layout, where) if one != name]
        assert [one for one in getattr(found, where) if one != name] == [
            one for one in names if one in before
        ]
