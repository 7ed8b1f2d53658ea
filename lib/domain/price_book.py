"""The prices that Plantain knows, as data, newest last.

The vendor's page gives $0.08 an image at 1K, +$0.015 for web search and +$0.002 for high thinking,
and says of the other resolutions only that the price varies by tier. Their factors (0.75, 1.5 and
2) are assumed, from another seller's price list of the same model, until real costs confirm them.
"""

from lib.domain.errors import PriceUnknown
from lib.domain.prices import FREE, Price, PriceVersion

SHIPPED = "Plantain"
"""Who entered the versions that come with the program."""

PRICE_BOOK: tuple[PriceVersion, ...] = (
    PriceVersion(
        id="nano-banana-2/2026-04-13",
        model_id="google/nano-banana-2",
        effective_from="2026-04-13",
        source="docs.runflow.io, Nano Banana 2, last updated 2026-04-13",
        choices={
            "resolution": {
                "0.5K": Price(60_000, "image_0.5K", "0.5K image", assumed=True),
                "1K": Price(80_000, "image_1K", "1K image"),
                "2K": Price(120_000, "image_2K", "2K image", assumed=True),
                "4K": Price(160_000, "image_4K", "4K image", assumed=True),
            },
            "thinking_level": {
                None: FREE,
                "minimal": FREE,
                "high": Price(2_000, "thinking_high", "High thinking"),
            },
            "enable_web_search": {
                None: FREE,
                False: FREE,
                True: Price(15_000, "web_search", "Web search"),
            },
        },
    ),
)


def current_prices(model_id: str) -> PriceVersion:
    """The newest version for a model. Raises PriceUnknown when the book has none."""
    for version in reversed(PRICE_BOOK):
        if version.model_id == model_id:
            return version
    raise PriceUnknown(f"No price is known for the model {model_id}.")


def price_version(version_id: str) -> PriceVersion:
    """The version a run was frozen with. Raises PriceUnknown when the book has lost it."""
    for version in PRICE_BOOK:
        if version.id == version_id:
            return version
    raise PriceUnknown(f"The price book has no version {version_id}.")
