"""What groups of spend and their values are called on the page.

A value that has no words here is shown as it is: it may be anything a person wrote, so it goes into
plain text only.
"""

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo

from lib.bootstrap import Services
from lib.domain.bucket_names import NamedBucket, bucket_at
from lib.domain.buckets import Bucket
from lib.domain.catalog import DEFAULT_MODEL, MODELS
from lib.domain.charges import ADJUSTMENT, CANCELED, UNLISTED
from lib.domain.days import local_time
from lib.domain.run import RunState
from lib.domain.spend import Group
from lib.ui.history_words import LABELS

TITLES = {
    Group.SKU: "What",
    Group.PERSON: "Person",
    Group.MODEL: "Model",
    Group.RESOLUTION: "Resolution",
    Group.TAG: "Tag",
    Group.EXPERIMENT: "Experiment",
    Group.OUTCOME: "Outcome",
    Group.BASIS: "Basis",
}
OWN_LABELS = {
    ADJUSTMENT: "Adjustment: charged beyond the price book",
    UNLISTED: "Not in the price book",
    CANCELED: "Canceled runs",
}
NOTHING = {
    Group.RESOLUTION: "not told",
    Group.TAG: "no tag",
    Group.EXPERIMENT: "no experiment",
}
BUCKETS = {
    Bucket.HOUR: "Hours",
    Bucket.DAY: "Days",
    Bucket.WEEK: "Weeks",
    Bucket.MONTH: "Months",
}
Words = Callable[[Group, str], str]


def words_of(services: Services) -> Words:
    """What calls a value of a group by its words; SKUs are called as the price book does."""
    priced = services.pricing.current(DEFAULT_MODEL.id).priced()
    skus = {price.sku or "": price.label for price in priced} | OWN_LABELS
    models = {model.id: model.name for model in MODELS}
    states = {str(state): LABELS[state] for state in RunState}
    known = {Group.SKU: skus, Group.MODEL: models, Group.OUTCOME: states}

    @cache
    def experiment(value: str) -> str:
        found = services.experiments.find(value)
        return found.name if found else value

    def words(group: Group, value: str) -> str:
        if not value:
            return NOTHING.get(group, "not set")
        if group is Group.EXPERIMENT:
            return experiment(value)
        return known.get(group, {}).get(value, value)

    return words


def bucket_words(bucket: Bucket, at_ms: int, zone: ZoneInfo) -> str:
    """An hour, day, week or month as a table calls it; an hour with its offset, as it may be twice."""
    local = local_time(at_ms, zone)
    forms = {
        Bucket.HOUR: "%Y-%m-%d %H:%M %Z",
        Bucket.DAY: "%Y-%m-%d %a",
        Bucket.WEEK: "%G week %V, from %Y-%m-%d",
        Bucket.MONTH: "%Y-%m",
    }
    return local.strftime(forms[bucket])


def axis_words(bucket: Bucket, at_ms: int, zone: ZoneInfo, *, of_a_day: bool) -> str:
    """The same below its bar: as short as can be told apart."""
    local = local_time(at_ms, zone)
    forms = {
        Bucket.HOUR: "%H:%M" if of_a_day else "%m-%d %H:%M",
        Bucket.DAY: "%m-%d",
        Bucket.WEEK: "%G-W%V",
        Bucket.MONTH: "%Y-%m",
    }
    return local.strftime(forms[bucket])


def named_words(named: NamedBucket, zone: ZoneInfo) -> str:
    """The bucket that the report is about."""
    return bucket_words(named.bucket, named.span_ms(zone)[0], zone)


def bucket_name(bucket: Bucket, at_ms: int, zone: ZoneInfo) -> str:
    """The bucket as a link names it."""
    return bucket_at(bucket, at_ms, zone).name
