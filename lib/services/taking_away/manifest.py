"""
What is in a zip: `manifest.json`, one run a line, every field of it.

```
{"format": "plantain-runs", "version": 1, "origin": "…", "made_at": "…", "runs": [
{"run": {…}, "favourite": false, "rating": null, "remark": "", "tags": [], "pictures": [{…}]},
{…}
]}
```

`run` has the ledger's own columns (micro-dollars, ms UTC). A picture has the columns of its row,
among them `sha256` of the bytes that were bought, and of the file in the zip: `file` (null when the
picture is lost), `file_sha256`, `file_bytes`; and `original`: the pieces of the file that make the
bought bytes again (see `lib/images/rebuilding.py`).
"""

import json
from collections.abc import Mapping
from typing import Any

from lib.store.taken_runs import TakenRun

FORMAT, VERSION = "plantain-runs", 1
MANIFEST, MANIFEST_CSV = "manifest.json", "manifest.csv"
END = "]}\n"
CALLBACK_URL = "callback_url"
"""Where this installation takes callbacks, which is nobody else's business."""

Filed = Mapping[str, Any]
"""What a picture's entry says of its file in the zip."""


def head(origin: str, made_at: str) -> str:
    """The first line."""
    told = {"format": FORMAT, "version": VERSION, "origin": origin, "made_at": made_at}
    return json.dumps(told)[:-1] + ', "runs": ['


def entry(taken: TakenRun, filed: list[Filed]) -> str:
    """The line of a run, without a comma; `filed` has an entry for each of its pictures."""
    run = dict(taken.run)
    if isinstance(run["remote_body"], Mapping):
        run["remote_body"] = {
            name: value for name, value in run["remote_body"].items() if name != CALLBACK_URL
        }
    pairs = zip(taken.pictures, filed, strict=True)
    return json.dumps(
        {
            "run": run,
            "favourite": taken.favourite,
            "rating": taken.rating,
            "remark": taken.remark,
            "tags": taken.tags,
            "pictures": [{**picture, **file} for picture, file in pairs],
        }
    )
