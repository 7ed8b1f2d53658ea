"""What differs between runs is told, and nothing else."""

from lib.domain.differences import differing_fields


def test_only_fields_that_differ_are_told_in_the_order_of_the_catalogue() -> None:
    first = {"prompt": "a kite", "seed": 1, "resolution": "2K", "num_images": 1}
    second = {"prompt": "a kite", "seed": 2, "resolution": "4K", "num_images": 1}

    assert list(differing_fields([first, second]).items()) == [
        ("resolution", ("2K", "4K")),
        ("seed", (1, 2)),
    ]


def test_what_was_not_sent_has_its_default() -> None:
    assert differing_fields([{"resolution": "1K"}, {}, {"resolution": None}]) == {}
    assert differing_fields([{"thinking_level": "high"}, {}]) == {"thinking_level": ("high", None)}


def test_values_of_another_kind_differ() -> None:
    assert differing_fields([{"seed": 1}, {"seed": True}]) == {"seed": (1, True)}


def test_fields_that_no_model_has_are_told_as_well() -> None:
    assert differing_fields([{"guidance": 3}, {}]) == {"guidance": (3, None)}


def test_one_run_differs_from_nothing() -> None:
    assert differing_fields([{"seed": 1}]) == {}
    assert differing_fields([]) == {}
