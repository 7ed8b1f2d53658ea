"""What a FOCUS 1.4 Cost and Usage and Billing Period file must be, checked on the file alone.

Written from the specification, and without the code that writes the files.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MANDATORY = frozenset(
    [
        "BilledCost",
        "BillingAccountId",
        "BillingAccountName",
        "BillingCurrency",
        "BillingPeriodEnd",
        "BillingPeriodStart",
        "ChargeCategory",
        "ChargeClass",
        "ChargeDescription",
        "ChargePeriodEnd",
        "ChargePeriodStart",
        "ContractedCost",
        "EffectiveCost",
        "HostProviderName",
        "InvoiceIssuerName",
        "ListCost",
        "PricingQuantity",
        "PricingUnit",
        "ServiceCategory",
        "ServiceName",
        "ServiceProviderName",
    ]
)
MAY_BE_NULL = frozenset(
    [
        "BillingAccountName",
        "ChargeClass",
        "ChargeDescription",
        "Tags",
        "SkuPriceDetails",
        "x_RemoteRunId",
    ]
)
NUMBERS = frozenset(
    [
        "BilledCost",
        "ContractedCost",
        "EffectiveCost",
        "ListCost",
        "ListUnitPrice",
        "ContractedUnitPrice",
        "PricingQuantity",
        "ConsumedQuantity",
        "x_LineNumber",
        "x_DeliveredImages",
        "x_EffectiveCostMicros",
    ]
)
MOMENTS = frozenset(
    [
        "BillingPeriodStart",
        "BillingPeriodEnd",
        "ChargePeriodStart",
        "ChargePeriodEnd",
        "x_ClickedAt",
        "x_ChargedAt",
        "BillingPeriodCreated",
        "BillingPeriodLastUpdated",
    ]
)
OF_PERIODS = frozenset(
    [
        "BillingPeriodCreated",
        "BillingPeriodEnd",
        "BillingPeriodLastUpdated",
        "BillingPeriodStart",
        "BillingPeriodStatus",
        "InvoiceIssuerName",
    ]
)
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NAME = re.compile(r"(x_)?[A-Z][A-Za-z]*")
Row = dict[str, str | None]


@dataclass(frozen=True)
class Focus:
    """The files of a zip. A value that is null is None."""

    rows: list[Row]
    periods: list[Row]
    metadata: dict[str, Any]

    def total(self, column: str) -> Decimal:
        return sum((Decimal(row[column] or "") for row in self.rows), Decimal(0))


def read(data: bytes) -> Focus:
    """The files of a zip, as they are."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist() == ["cost_and_usage.csv", "billing_period.csv", "metadata.json"]
        rows, periods = (_rows(zipped.read(name).decode()) for name in zipped.namelist()[:2])
        return Focus(rows, periods, json.loads(zipped.read("metadata.json")))


def _rows(text: str) -> list[Row]:
    """The rows; nothing between two commas is null, and only two quotes are the empty text."""
    assert not text.startswith("\ufeff")
    marked = text.replace(',""', ',"\x00"').replace('\n""', '\n"\x00"')
    found = []
    for row in csv.DictReader(io.StringIO(marked, newline=""), strict=True):
        assert None not in row
        found.append({name: _value(value) for name, value in row.items()})
    return found


def _value(value: str) -> str | None:
    return None if value == "" else value.replace("\x00", "")


def problems(focus: Focus) -> list[str]:
    """All that is wrong."""
    found = [*_of_rows(focus), *_of_periods(focus)]
    return found or list(_of_metadata(focus))


def _of_rows(focus: Focus) -> Iterator[str]:
    periods = {(row["BillingPeriodStart"], row["BillingPeriodEnd"]) for row in focus.periods}
    for row in focus.rows:
        yield from (f"{name} is missing" for name in MANDATORY - row.keys())
        yield from (f"{name} is no name" for name in row if not NAME.fullmatch(name))
        wrong = list(_of_values(row))
        yield from wrong or _of_money(row)
        if (row["BillingPeriodStart"], row["BillingPeriodEnd"]) not in periods:
            yield "a row of no billing period"
        if str(row["ChargePeriodStart"]) >= str(row["ChargePeriodEnd"]):
            yield "a charge period that ends before it begins"
        if row["ChargeClass"] not in (None, "Correction"):
            yield f"ChargeClass is {row['ChargeClass']}"
        is_later = str(row["ChargePeriodStart"]) < str(row["BillingPeriodStart"])
        if (row["ChargeClass"] == "Correction") != is_later:
            yield "ChargeClass does not say whether a closed period is corrected"
        if row["ChargeCategory"] != "Usage" or row["BillingCurrency"] != "USD":
            yield "neither usage nor dollars"


def _of_values(row: Row) -> Iterator[str]:
    for name, value in row.items():
        if value is None:
            if name not in MAY_BE_NULL:
                yield f"{name} is null"
        elif name in NUMBERS and not NUMBER.fullmatch(value):
            yield f"{name} is no number: {value}"
        elif name in MOMENTS and not MOMENT.fullmatch(value):
            yield f"{name} is no moment: {value}"
        elif name in ("Tags", "SkuPriceDetails") and not isinstance(json.loads(value), dict):
            yield f"{name} is no JSON object"


def _of_money(row: Row) -> Iterator[str]:
    told = {name: Decimal(row[name] or "0") for name in NUMBERS}
    for kind in ("List", "Contracted"):
        if told[f"{kind}Cost"] != told[f"{kind}UnitPrice"] * told["PricingQuantity"]:
            yield f"{kind}Cost is not the product of its price and quantity"
        if told[f"{kind}UnitPrice"] < 0:
            yield f"{kind}UnitPrice is negative"
    if told["BilledCost"] != 0:
        yield "prepaid credits are billed again"
    if told["EffectiveCost"] * 1_000_000 != told["x_EffectiveCostMicros"]:
        yield "EffectiveCost is not exact"


def _of_periods(focus: Focus) -> Iterator[str]:
    for row in focus.periods:
        if row.keys() != OF_PERIODS or None in row.values():
            yield f"a billing period of {row}"
            continue
        told = {name: str(value) for name, value in row.items()}
        yield from (
            f"{name} is no moment"
            for name in MOMENTS & told.keys()
            if not MOMENT.fullmatch(told[name])
        )
        if told["BillingPeriodStatus"] not in ("Open", "Closed"):
            yield "a billing period that is neither open nor closed"
        if told["BillingPeriodLastUpdated"] < told["BillingPeriodCreated"]:
            yield "a billing period that was changed before it was made"
        if told["BillingPeriodStart"] >= told["BillingPeriodEnd"]:
            yield "a billing period that ends before it begins"


def _of_metadata(focus: Focus) -> Iterator[str]:
    told = focus.metadata
    if told["focus_version"] != "1.4" or told["self_generated"] is not True:
        yield "the metadata does not say what this is"
    if (told["rows"], Decimal(told["effective_cost"])) != (
        len(focus.rows),
        focus.total("EffectiveCost"),
    ):
        yield "the sums of the metadata are others"
    for dataset, rows in zip(told["datasets"], (focus.rows, focus.periods), strict=True):
        names = [column["name"] for column in dataset["columns"]]
        if rows and names != list(rows[0]):
            yield f"{dataset['name']} has other columns"
        nullable = {column["name"] for column in dataset["columns"] if column["allows_null"]}
        if not nullable <= MAY_BE_NULL:
            yield f"{dataset['name']} allows null where there must be none"
