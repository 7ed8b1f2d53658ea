"""The columns of a FOCUS-shaped Cost and Usage file, and how a charge line fills each.

Names, types and nullability are those of the FinOps Open Cost and Usage Specification 1.4
(github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec). Credits are paid before they are used, so
using them bills nothing again: BilledCost is 0, and what a charge cost is its EffectiveCost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lib.domain.budget import Span
from lib.services.taking_away import focus_values as values
from lib.services.taking_away.columns import Column, Kind, plain
from lib.store.taken_lines import TakenLine

MANDATORY, CONDITIONAL, RECOMMENDED, CUSTOM = "Mandatory", "Conditional", "Recommended", "Custom"
SANDBOX = "Plantain sandbox (play money)"
RUNFLOW = "Runflow"


@dataclass(frozen=True, slots=True)
class Billed:
    """Whose bill a line is on: the account's `origin`, and the months of the books."""

    origin: str
    is_play_money: bool
    period_of: Callable[[int], Span]

    @property
    def issuer(self) -> str:
        return SANDBOX if self.is_play_money else RUNFLOW


@dataclass(frozen=True, slots=True)
class FocusColumn:
    """A column as the specification has it, and its value for a line."""

    name: str
    level: str
    type: str
    allows_null: bool
    about: str
    column: Column


def focus_columns(billed: Billed) -> tuple[FocusColumn, ...]:
    """All columns of the Cost and Usage file, in the order of the alphabet, `x_` for ours last."""
    return tuple(_Columns(billed).all())


class _Columns:
    def __init__(self, billed: Billed) -> None:
        self._billed = billed

    def all(self) -> Iterator[FocusColumn]:
        yield from self._costs()
        yield from self._when()
        yield from self._what()
        yield from self._ours()

    def _costs(self) -> Iterator[FocusColumn]:
        billed = self._billed
        yield _amount(
            "BilledCost", lambda _taken: Decimal(0), "0: prepaid credits are not billed again"
        )
        yield _amount("EffectiveCost", values.cost, "What the line cost; sums to the spend")
        yield _amount("ListCost", values.cost, "ListUnitPrice x PricingQuantity")
        yield _amount("ContractedCost", values.cost, "As ListCost: nothing is negotiated")
        for name in ("ListUnitPrice", "ContractedUnitPrice"):
            yield _amount(name, values.unit_price, "The unit price of the line", CONDITIONAL)
        yield _whole(
            "PricingQuantity", values.quantity, "The quantity; negative takes a charge back"
        )
        yield _text(
            "PricingUnit", values.unit, "Images, or Requests where no price book has the SKU"
        )
        yield _whole("ConsumedQuantity", values.quantity, "As PricingQuantity", CONDITIONAL)
        yield _text("ConsumedUnit", values.unit, "As PricingUnit", CONDITIONAL)
        yield _text("BillingCurrency", lambda _taken: "USD", "USD")
        yield _text(
            "BillingAccountId", lambda _taken: billed.origin, "The API's host, or `sandbox`"
        )
        yield _text("BillingAccountName", values.null, "Null: Plantain does not know it", null=True)

    def _when(self) -> Iterator[FocusColumn]:
        period = self._billed.period_of
        yield _moment(
            "BillingPeriodStart",
            lambda taken: period(values.counts(taken)).from_ms,
            "The month that the line counts in",
        )
        yield _moment(
            "BillingPeriodEnd",
            lambda taken: period(values.counts(taken)).to_ms,
            "Its end, which is not in it",
        )
        yield _moment(
            "ChargePeriodStart", lambda taken: values.hour(taken), "The hour of the click"
        )
        yield _moment(
            "ChargePeriodEnd",
            lambda taken: values.hour(taken) + values.HOUR_MS,
            "Its end, which is not in it",
        )
        yield _text("ChargeCategory", lambda _taken: "Usage", "Usage")
        yield _text(
            "ChargeClass",
            values.charge_class,
            "Correction for what corrects a closed month, else null",
            null=True,
        )
        yield _text("ChargeFrequency", lambda _taken: "Usage-Based", "Usage-Based", RECOMMENDED)

    def _what(self) -> Iterator[FocusColumn]:
        issuer = self._billed.issuer
        yield _text("ChargeDescription", values.description, "Model and SKU in words", null=True)
        yield _text("InvoiceIssuerName", lambda _taken: issuer, "Runflow, or the sandbox")
        yield _text("ServiceProviderName", lambda _taken: issuer, "Runflow, or the sandbox")
        yield _text(
            "HostProviderName",
            lambda _taken: issuer,
            "As ServiceProviderName: the host is not told",
        )
        yield _text(
            "ServiceCategory", lambda _taken: "AI and Machine Learning", "AI and Machine Learning"
        )
        yield _text(
            "ServiceSubcategory", lambda _taken: "Generative AI", "Generative AI", RECOMMENDED
        )
        yield _text("ServiceName", values.service, "The model's name")
        yield _text("SkuId", lambda taken: taken.line["sku"], "The SKU", CONDITIONAL)
        yield _text(
            "SkuMeter",
            lambda taken: values.words(taken.line["sku"]),
            "The SKU in words",
            CONDITIONAL,
        )
        yield _text(
            "SkuPriceId",
            values.price_id,
            "Model and SKU, the same for good; its version is x_PriceVersion",
            CONDITIONAL,
        )
        yield _text(
            "SkuPriceDetails",
            values.price_details,
            "JSON, null where there is no resolution",
            CONDITIONAL,
            null=True,
            type_="JSON",
        )
        yield _text(
            "Tags",
            values.tags,
            "JSON: each tag of the run, with true",
            CONDITIONAL,
            null=True,
            type_="JSON",
        )

    def _ours(self) -> Iterator[FocusColumn]:
        billed = self._billed
        for name, of_line in (
            ("x_RunId", "run_id"),
            ("x_LineKind", "kind"),
            ("x_CostBasis", "basis"),
            ("x_Outcome", "outcome"),
            ("x_PriceVersion", "price_version"),
            ("x_UserRef", "created_by"),
        ):
            yield _text(name, values.of_line(of_line), f"`{of_line}` of the line", CUSTOM)
        yield _text(
            "x_RemoteRunId",
            lambda taken: plain(taken.remote_id),
            "The API's id of the run",
            CUSTOM,
            null=True,
        )
        yield _whole("x_LineNumber", lambda taken: taken.line["seq"], "`line` of the line", CUSTOM)
        yield _whole(
            "x_DeliveredImages",
            lambda taken: taken.delivered,
            "Pictures of the run that came",
            CUSTOM,
        )
        yield _whole(
            "x_EffectiveCostMicros",
            lambda taken: taken.line["amount_micros"],
            "EffectiveCost in micro-dollars",
            CUSTOM,
        )
        yield _moment(
            "x_ClickedAt",
            lambda taken: taken.line["clicked_at"],
            "When the run was clicked",
            CUSTOM,
        )
        yield _moment(
            "x_ChargedAt",
            lambda taken: taken.line["charged_at"],
            "When the line was written",
            CUSTOM,
        )
        yield _truth(
            "x_PlayMoney", lambda _taken: billed.is_play_money, "Whether all of it is the sandbox's"
        )


def _column(
    name: str,
    kind: Kind,
    value: Callable[[Any], Any],
    about: str,
    level: str,
    *,
    null: bool,
    type_: str,
) -> FocusColumn:
    return FocusColumn(name, level, type_, null, about, Column(name, kind, value))


def _text(
    name: str,
    value: Callable[[TakenLine], Any],
    about: str,
    level: str = MANDATORY,
    *,
    null: bool = False,
    type_: str = "String",
) -> FocusColumn:
    return _column(name, Kind.TEXT, value, about, level, null=null, type_=type_)


def _amount(
    name: str, value: Callable[[TakenLine], Any], about: str, level: str = MANDATORY
) -> FocusColumn:
    return _column(name, Kind.DOLLARS, value, about, level, null=False, type_="Decimal")


def _whole(
    name: str, value: Callable[[TakenLine], Any], about: str, level: str = MANDATORY
) -> FocusColumn:
    return _column(name, Kind.WHOLE, value, about, level, null=False, type_="Decimal")


def _truth(name: str, value: Callable[[TakenLine], Any], about: str) -> FocusColumn:
    return _column(name, Kind.TRUTH, value, about, CUSTOM, null=False, type_="Boolean")


def _moment(
    name: str, value: Callable[[TakenLine], int], about: str, level: str = MANDATORY
) -> FocusColumn:
    return _column(
        name,
        Kind.TEXT,
        lambda taken: values.moment(value(taken)),
        about,
        level,
        null=False,
        type_="Date/Time",
    )
