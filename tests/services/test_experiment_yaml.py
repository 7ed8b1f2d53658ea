"""Designs as YAML: what is written is read back as the same, and nothing else is trusted."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import Combine, Design, DesignWrong, Sample
from lib.domain.experiment_axes import Listed, RandomSeeds, Range
from lib.domain.experiment_check import check
from lib.domain.experiment_tree import design_of, tree_of
from lib.services.experiments.yaml_text import read, write
from tests.domain.designs import MODEL, designs

WHOLE = f"""\
# The first line of a design may be a comment.
name: Kites
model: {MODEL}
base:
  prompt: "a {{animal}} in {{style}}"
  enable_web_search: true
axes:
- vary: aspect_ratio
  values: [16:9, 1:1]
- vary: thinking_level
  values: [null, high]
- vary: [animal, style]
  rows:
  - [no, 007]
  - [dog, oil]
- vary: seed
  random: {{count: 3, drawn_from: 12}}
- vary: num_images
  values: 1..4..3
combine: sample
sample: {{count: 8, drawn_from: 5}}
repeats: 2
exclude:
- {{aspect_ratio: 1:1, animal: [no, dog]}}
"""


@given(designs())
def test_what_is_written_is_read_back_as_the_same(design):
    assert read(write(design)) == design
    assert design_of(json.loads(json.dumps(tree_of(design)))) == design


def test_each_part_is_read_as_a_person_means_it():
    assert read(WHOLE) == Design(
        model_id=MODEL,
        base={"prompt": "a {animal} in {style}", "enable_web_search": True},
        axes=(
            Listed(("aspect_ratio",), (("16:9",), ("1:1",))),
            Listed(("thinking_level",), ((None,), ("high",))),
            Listed(("animal", "style"), (("no", "007"), ("dog", "oil"))),
            RandomSeeds(3, 12),
            Range("num_images", 1, 4, 3),
        ),
        combine=Combine.SAMPLE,
        sample=Sample(8, 5),
        repeats=2,
        excludes=({"aspect_ratio": ("1:1",), "animal": ("no", "dog")},),
        name="Kites",
    )


HEAD = f"model: {MODEL}\naxes:\n"
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\n"
WRONG = {
    "no YAML": ("name: [", "Line 1: this is no YAML"),
    "nothing": ("", "Line 1: model: there is no model ''"),
    "a list": ("- a", "Line 1: give names with values"),
    "a model": ("name: x\nmodel: dall-e", "Line 2: model: there is no model 'dall-e'"),
    "a part": (
        f"model: {MODEL}\nseeds: 3",
        "Line 2: seeds: seeds is not known. Choose one of name",
    ),
    "a value": (
        HEAD + "- vary: resolution\n  values:\n  - 1K\n  - 3K",
        "Line 6: axes[1].values[2]: resolution cannot be '3K'",
    ),
    "a base value": (f"model: {MODEL}\nbase:\n  seed: x", "Line 3: base.seed: seed cannot be read"),
    "a range of words": (HEAD + "- vary: animal\n  values: 1..3", "Line 4: axes[1].values: give a"),
    "two sorts": (
        HEAD + "- vary: seed\n  values: 1..2\n  random: 3",
        "Line 3: axes[1]: say one of",
    ),
    "short rows": (HEAD + "- vary: [a, b]\n  rows:\n  - [x]", "Line 5: axes[1].rows[1]: 1 values"),
    "random words": (HEAD + "- vary: animal\n  random: {count: 1}", "Line 4: axes[1].random: only"),
    "a count": (HEAD + "- vary: seed\n  random: {count: x, drawn_from: 1}", "count: give a whole"),
    "a way": (f"model: {MODEL}\ncombine: all", "Line 2: combine: choose one of grid, paired"),
    "a name twice": ("name: a\nname: b", "Line 2: name stands there twice"),
    "an object": ("name: !!python/object/apply:os.system [x]", "is not read here"),
    "a tag": ("name: !x y", "is not read here"),
    "a bomb": (BOMB, "Line 1: write it out, & and * are not read here"),
    "an abyss": ("[" * 500, "Line 1: this is deeper or longer than a design can be"),
    "a flood": ("name: [" + "x," * 100_000 + "]", "deeper or longer"),
    "a giant": ("x" * 1_000_001, "more than 1,000,000 characters"),
    "a control character": ("name: a\x01", "this is no YAML"),
    "a name that is a list": ("[a]: b", "Line 1: a name is missing"),
    "many digits": (
        f"model: {MODEL}\nrepeats: {'9' * 5000}",
        "Line 2: repeats: give a whole number",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_named_with_its_line_and_part(text, said):
    with pytest.raises(DesignWrong) as caught:
        read(text)

    assert said in str(caught.value)


def test_the_example_of_the_readme_is_a_sound_design():
    text = (Path(__file__).parents[2] / "README.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)

    assert check(read(example), DEFAULT_MODEL) == 18
