"""The API's spelling of a run's output: the unified shape and the older ones beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from lib.domain.output import NO_OUTPUT, Artifact, Output
from lib.runflow.lenient_json import text, whole

OLDER_SHAPES = ("image_urls", "images", "image", "url", "output_url")
"""Where runs kept their artifacts before `outputs`; the first that holds any counts."""


def parse_output(output: Any) -> Output:
    """Read the `output` of a run; an absent or strange one is an empty one. Never raises."""
    if not isinstance(output, Mapping):
        return Output(outputs=tuple(_artifacts(output))) if output else NO_OUTPUT
    nsfw = output.get("nsfw_detected")
    return Output(
        outputs=_first_that_holds_any(output),
        model_data=output.get("model_data"),
        nsfw_detected=nsfw if isinstance(nsfw, bool) else None,
        seed=output.get("seed"),
        timing=output.get("timing"),
    )


def _first_that_holds_any(output: Mapping[str, Any]) -> tuple[Artifact, ...]:
    for name in ("outputs", *OLDER_SHAPES):
        if found := tuple(_artifacts(output.get(name))):
            return found
    return ()


def _artifacts(value: Any) -> Iterator[Artifact]:
    """The artifacts of a URL, of an object with a URL, or of a list of such."""
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        told = entry if isinstance(entry, Mapping) else {"url": entry}
        if url := text(told.get("url")):
            yield Artifact(
                url=url.strip(),
                type=text(told.get("type")) or "image",
                width=whole(told.get("width")) or None,
                height=whole(told.get("height")) or None,
            )
