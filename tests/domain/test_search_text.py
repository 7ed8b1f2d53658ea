"""Whatever a person types is a search, and prompts are cut into tokens as searches are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.search_text import Term, folded, parse, same_words, tokens_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("red kite", [Term(("red",)), Term(("kite",))]),
        ('"Red Kite"', [Term(("red", "kite"))]),
        ("-kite", [Term(("kite",), minus=True)]),
        ('-"red kite"', [Term(("red", "kite"), minus=True)]),
        ("kit*", [Term(("kit",), is_prefix=True)]),
        ('"red kit"*', [Term(("red", "kit"), is_prefix=True)]),
        ('red "open end', [Term(("red",)), Term(("open", "end"))]),
        ("don't rock-n-roll", [Term(("don", "t")), Term(("rock", "n", "roll"))]),
        ("kite KITE kité", [Term(("kite",))]),
        ("NOT NEAR(a", [Term(("not",)), Term(("near", "a"))]),
        ("桜の木", [Term(("桜", "の", "木"))]),
        ("ＡＢＣ ﬁne straße", [Term(("abc",)), Term(("fine",)), Term(("strasse",))]),
        ("🍌", [Term(("🍌",))]),
        ("a🍌b", [Term(("a", "🍌", "b"))]),
        ("- -- ** \"\" '' () :", []),
        ("", []),
    ],
)
def test_a_search_means_what_it_says(text: str, terms: list[Term]) -> None:
    assert list(parse(text)) == terms


@given(text=st.text())
def test_anything_that_is_typed_can_be_searched_for(text: str) -> None:
    for term in parse(text):
        assert term.tokens
        assert all(tokens_of(token) == [token] for token in term.tokens)


@given(text=st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_prompts_of_the_same_words_are_the_same() -> None:
    assert same_words("  A  Réd\nkite ") == same_words("a red KITE")
    assert same_words("a red kite!") != same_words("a red kite")
