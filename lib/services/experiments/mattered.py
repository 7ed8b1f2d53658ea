"""What mattered in an experiment: the effects of what it varies, and what they are worth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

from lib.domain.catalog import find_model
from lib.domain.experiment import Combine, Design
from lib.domain.experiment_effects import NUMBERS, Effect, Measure, effect_on
from lib.domain.experiment_flips import Flip, flips
from lib.domain.experiment_frontier import Offer
from lib.domain.experiment_progress import Experiment
from lib.domain.experiment_refusals import failures_effect
from lib.domain.experiment_results import Factor, Result, factors_of, matched_sets
from lib.domain.experiment_seeds import SeedFinding
from lib.domain.experiment_vote_shares import votes_effect
from lib.domain.experiment_votes import Vote
from lib.domain.experiment_words import word_of
from lib.services.experiments import mattered_words
from lib.services.experiments.fitted import fit_of, refitted
from lib.services.experiments.offers import offers_of
from lib.services.experiments.seeds import SeedService
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiment_results import CellResult, ExperimentResults, Reason
from lib.store.experiment_votes import ExperimentVotes

MOST_STARS_APART = 4
MOST_REMEMBERED = 4
FITTED = (Measure.RATING, Measure.TIME)


@dataclass(frozen=True, slots=True)
class FactorEffects:
    """A factor and all that it has an effect on, or may have."""

    factor: Factor
    effects: tuple[Effect, ...]

    def on(self, measure: Measure) -> Effect | None:
        """The effect on this."""
        return next((one for one in self.effects if one.measure is measure), None)


@dataclass(frozen=True, slots=True)
class Mattered:
    """All that is known of what mattered, what mattered most first."""

    factors: tuple[FactorEffects, ...]
    flips: tuple[Flip, ...]
    offers: tuple[Offer, ...]
    quality: Measure | None
    """By what the offers are measured; None where nothing is rated or voted on."""
    reasons: tuple[Reason, ...]
    pictures: int
    rated: int
    voted: int
    seeds: SeedFinding | None = None

    @property
    def comparisons(self) -> int:
        """So many pairs of values were compared: each may be chance once in twenty times."""
        return sum(len(one.comparisons) for each in self.factors for one in each.effects)


class MatteredService:
    """Looks at the experiments of one origin."""

    def __init__(
        self,
        records: ExperimentRecords,
        results: ExperimentResults,
        votes: ExperimentVotes,
        seeds: SeedService,
    ) -> None:
        self._records = records
        self._results = results
        self._votes = votes
        self._seeds = seeds
        self.seed_of_run = seeds.of_run
        self._known: dict[str, tuple[object, Mattered]] = {}

    def look_at(self, experiment: Experiment) -> Mattered:
        """What mattered in it, by all that is known now."""
        found = self._mattered(
            experiment.id,
            experiment.design,
            self._results.of(experiment.id),
            self._votes.of(experiment.id),
            self._results.reasons(experiment.id),
        )
        return replace(found, seeds=self._seeds.of_experiment(experiment.id))

    def _mattered(self, experiment_id: str, *by: Any) -> Mattered:
        """What it was the last time, while nothing that it depends on is another."""
        known = self._known.get(experiment_id)
        if known is not None and known[0] == by:
            return known[1]
        found = mattered(*by)
        for old in [*self._known][: 1 - MOST_REMEMBERED]:
            self._known.pop(old, None)
        self._known[experiment_id] = (by, found)
        return found

    def sentences(
        self, experiment_id: str, *, price: Callable[[int], str] = mattered_words.exact
    ) -> list[str]:
        """It in plain sentences, for people; they hold values and messages of others as they are."""
        found = self._records.find(experiment_id)
        return [] if found is None else mattered_words.sentences(self.look_at(found), price)


def mattered(
    design: Design, cells: Sequence[CellResult], votes: Sequence[Vote], reasons: Sequence[Reason]
) -> Mattered:
    """What the results say."""
    fields = [rule.name for rule in find_model(design.model_id).input_fields]
    factors = factors_of(design, fields)
    results = [_result(cell, factors) for cell in cells]
    shown = {one.key for one in results if one.sha256}
    standing = [one for one in votes if {one.left_key, one.right_key} <= shown and one.is_decided]
    each = [
        FactorEffects(factor, _effects(factor, nth, results, standing))
        for nth, factor in enumerate(factors)
    ]
    for measure in FITTED if design.combine is Combine.SAMPLE else ():
        each = _fitted(each, measure, results)
    told = [one for one in each if one.effects]
    quality, offers = offers_of(factors, results, standing)
    return Mattered(
        factors=tuple(sorted(told, key=_weight, reverse=True)),
        flips=tuple(flips(factors, results)),
        offers=tuple(offers),
        quality=quality,
        reasons=tuple(reasons),
        pictures=len(shown),
        rated=sum(one.rating is not None for one in results),
        voted=len(standing),
    )


def _effects(
    factor: Factor, nth: int, results: Sequence[Result], votes: Sequence[Vote]
) -> tuple[Effect, ...]:
    sets = matched_sets(results, nth)
    found = [votes_effect(factor, nth, results, votes)]
    found += [effect_on(measure, factor, nth, results, sets) for measure in NUMBERS]
    found.append(failures_effect(factor, nth, results, sets))
    return tuple(one for one in found if one is not None)


def _fitted(
    each: Sequence[FactorEffects], measure: Measure, results: Sequence[Result]
) -> list[FactorEffects]:
    """With the effects on this by a fit, of those that matched cells are too few for."""
    if not any(one.missing for told in each if (one := told.on(measure))):
        return list(each)
    fit = fit_of(measure, results)
    return [
        FactorEffects(
            told.factor,
            tuple(
                refitted(one, nth, fit) if one.measure is measure else one for one in told.effects
            ),
        )
        for nth, told in enumerate(each)
    ]


def _result(cell: CellResult, factors: Sequence[Factor]) -> Result:
    return Result(
        key=cell.key,
        values=tuple(
            " | ".join(word_of(cell.varied.get(name)) for name in factor.columns)
            for factor in factors
        ),
        repeat=cell.repeat,
        rating=cell.rating,
        duration_ms=cell.duration_ms,
        cost_micros=cell.cost_micros,
        sha256=cell.sha256,
        tries=cell.tries,
        failed=cell.failed,
        flagged=cell.flagged,
    )


def _weight(each: FactorEffects) -> tuple[float, ...]:
    """What mattered most: quality, then failures, then price and time by how many times as much."""
    quality = max(_clear(each, Measure.VOTES) * 2, _clear(each, Measure.RATING) / MOST_STARS_APART)
    return quality, _clear(each, Measure.FAILURES), _times(each)


def _clear(each: FactorEffects, measure: Measure) -> float:
    effect = each.on(measure)
    compared = effect.comparisons if effect else ()
    return max((abs(float(one.difference)) for one in compared if one.is_clear), default=0.0)


def _times(each: FactorEffects) -> float:
    """The logarithm of how many times as much a value costs or takes as another."""
    found = [0.0]
    for measure in (Measure.PRICE, Measure.TIME):
        effect = each.on(measure)
        if effect and effect.clearest:
            means = [float(one.mean) for one in effect.figures if one.mean > 0]
            found.append(log(max(means) / min(means)) if means else 0.0)
    return max(found)
