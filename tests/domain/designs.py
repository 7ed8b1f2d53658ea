"""Designs of all sorts, for tests of what becomes of them."""

from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import Combine, Design, Sample
from lib.domain.experiment_axes import Listed, RandomSeeds, Range
from lib.domain.run import prompt_of

MODEL = DEFAULT_MODEL.id
FIELDS = [rule.name for rule in DEFAULT_MODEL.input_fields]
VARIABLES = ("animal", "style", "größe")
# What a spreadsheet, YAML or a person could misread.
WORDS = ["cat", "16:9", "no", "null", "~", "007", "1e3", "a, b", 'say "so"', "two\nlines", "é ", ""]
WORDS += ["{style}", "- x", "# x", "\x85\u2028", "\t", "🦊", "'", "true", "1..10", "=1+1", "\r\n"]
texts = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def listed(columns, value, most=4):
    rows = st.lists(st.tuples(*[value] * len(columns)), min_size=1, max_size=most, unique=True)
    return rows.map(lambda found: Listed(tuple(columns), tuple(found)))


FIELD_AXES = {
    "resolution": listed(["resolution"], st.sampled_from(["0.5K", "1K", "2K", "4K"])),
    "thinking_level": listed(["thinking_level"], st.sampled_from([None, "minimal", "high"])),
    "enable_web_search": listed(["enable_web_search"], st.booleans()),
    "num_images": st.sampled_from([Range("num_images", 1, 4), Range("num_images", 4, 1, -3)]),
    "seed": st.one_of(
        st.builds(RandomSeeds, st.integers(1, 5), st.integers(-9, 10**12)),
        listed(["seed"], st.none() | st.integers(-99, 2**40)),
        st.builds(lambda first, n: Range("seed", first, first + n, 2), st.integers(), st.just(3)),
    ),
}


@st.composite
def axes(draw):
    names = draw(st.lists(st.sampled_from([*FIELD_AXES]), unique=True, max_size=3))
    found = [draw(FIELD_AXES[name]) for name in names]
    variables = draw(st.lists(st.sampled_from(VARIABLES), unique=True, max_size=2))
    if variables:
        if draw(st.booleans()):
            found.append(draw(listed(variables, texts)))
        else:
            found += [draw(listed([name], texts)) for name in variables]
    return tuple(draw(st.permutations(found)))


@st.composite
def designs(draw):
    """Sound ones; an exclude may leave nothing of them."""
    found = draw(axes())
    variables = [name for axis in found for name in axis.columns if name in VARIABLES]
    combine = draw(st.sampled_from(Combine))
    if combine is Combine.PAIRED:
        length = min((axis.size for axis in found), default=1)
        found = tuple(Listed(axis.columns, axis.rows[:length]) for axis in found)
    excludes = []
    for _ in range(draw(st.integers(0, 2)) if found else 0):
        some = draw(st.lists(st.sampled_from(found), min_size=1, max_size=2, unique_by=id))
        excludes.append({axis.columns[0]: (draw(st.sampled_from(axis.rows))[0],) for axis in some})
    sampled = combine is Combine.SAMPLE
    return Design(
        model_id=MODEL,
        base={"prompt": "a kite " + " ".join(f"{{{name}}}" for name in variables), "seed": 3},
        axes=found,
        combine=combine,
        sample=Sample(draw(st.integers(1, 9)), draw(st.integers())) if sampled else None,
        repeats=draw(st.integers(1, 3)),
        excludes=tuple(excludes),
        name=draw(st.sampled_from(["", "Kites: by size #1"])),
        parent=draw(st.sampled_from(["", "an: id"])),
    )


def grid(**columns) -> Design:
    """A plain one, with an axis for each column."""
    variables = [name for name in columns if name not in FIELDS]
    return Design(
        model_id=MODEL,
        base={"prompt": " ".join(["a kite", *(f"{{{name}}}" for name in variables)])},
        axes=tuple(
            Listed((name,), tuple((value,) for value in values)) for name, values in columns.items()
        ),
    )


def prompts_of(cells) -> list[str]:
    return [prompt_of(cell.input) for cell in cells]
