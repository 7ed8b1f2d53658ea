"""Designs to start from: what people most often want to find out, made of the model's own fields.

No value is spelt beside the catalogue: it is the field's choices that are varied, and a question
about a field that a model does not have is not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.domain.experiment import Design
from lib.domain.experiment_axes import SEED, Axis, Listed, RandomSeeds, Value
from lib.domain.experiment_cells import PROMPT
from lib.domain.input_field import FieldKind, InputField
from lib.domain.model import Model
from lib.domain.run import prompt_of

SECOND_PROMPT = "{} As a watercolour on rough paper."
"""The other prompt of an A/B, to be changed."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a starter varies, and with how many seeds each value is tried.

    One seed for all makes pictures comparable; of a comparison between two or three values, one
    picture each would say more about chance than about them.
    """

    key: str
    title: str
    finds_out: str
    field: str
    seeds: int
    repeats: int = 1
    with_default: bool = True


QUESTIONS = (
    Question(
        *("aspect_ratios", "Aspect ratios", "How one prompt fits each shape."),
        *("aspect_ratio", 1),
        with_default=False,
    ),
    Question(
        *("resolutions", "Resolution ladder", "What each size is worth."),
        *("resolution", 1),
    ),
    Question(
        *("seeds", "Seed explorer", "How far chance goes. Twice each: is the seed honoured?"),
        *(SEED, 8),
        repeats=2,
    ),
    Question(
        *("thinking", "Thinking on and off", "Whether thinking shows in the pictures."),
        *("thinking_level", 3),
    ),
    Question(
        *("web_search", "Web search on and off", "Whether searching the web helps."),
        *("enable_web_search", 3),
    ),
    Question(
        *("prompts", "Prompt A/B", "Which of two prompts is better. Change the second one."),
        *(PROMPT, 3),
    ),
)


@dataclass(frozen=True, slots=True)
class Starter:
    """A question, and the design that answers it."""

    question: Question
    design: Design


def starters(model: Model, base: Mapping[str, Value], *, drawn_from: int) -> list[Starter]:
    """One for each question, around the values of a form.

    What is varied is taken out of the base. Seeds belong to the number `drawn_from`; one that the
    form names is kept, except where seeds are what is asked about.
    """
    known = {rule.name for rule in model.input_fields}
    return [
        Starter(question, _design(model, base, question, drawn_from))
        for question in QUESTIONS
        if question.field in known
    ]


def _design(model: Model, base: Mapping[str, Value], question: Question, drawn_from: int) -> Design:
    axes: list[Axis] = []
    if question.field != SEED:
        axes.append(_varied(model.input_field(question.field), base, question))
    if question.field == SEED or base.get(SEED) is None:
        axes.append(RandomSeeds(question.seeds, drawn_from))
    columns = {column for axis in axes for column in axis.columns}
    return Design(
        model_id=model.id,
        base={name: value for name, value in base.items() if name not in columns},
        axes=tuple(axes),
        repeats=question.repeats,
        name=question.title,
    )


def _varied(rule: InputField, base: Mapping[str, Value], question: Question) -> Listed:
    match rule.kind:
        case FieldKind.TEXT:
            first = prompt_of(base)
            values: tuple[Value, ...] = (first, SECOND_PROMPT.replace("{}", first.strip()))
        case FieldKind.BOOLEAN:
            values = (False, True)
        case _:
            values = rule.choices if rule.default else (None, *rule.choices)
    kept = [value for value in values if question.with_default or value != rule.default]
    return Listed((rule.name,), tuple((value,) for value in kept))
