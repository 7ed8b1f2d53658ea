"""When two clicks on Generate are one: a nervous second click must not buy a second run.

The ledger makes one run for one click token. The form's token is renewed after each run, except
for the same input until a second after the page has shown the first click's outcome: however slow
the page is, a click made before anything was to be seen meant the same run.
"""

import uuid
from dataclasses import replace

from lib.ui.state import Click

NERVOUS_FOR_S = 1.0


def new_click() -> Click:
    """A click token that nothing was made with."""
    return Click(token=uuid.uuid4().hex)


def for_input(click: Click | None, fingerprint: str, now_s: float) -> Click:
    """The click to submit this input with: the last one again when this is its echo."""
    if click is None or (click.made and not is_echo(click, fingerprint, now_s)):
        return new_click()
    return click


def is_echo(click: Click, fingerprint: str, now_s: float) -> bool:
    """Whether a click on Generate can only mean the run that was just made."""
    if click.made is None or click.fingerprint != fingerprint:
        return False
    return click.seen_at_s is None or now_s - click.seen_at_s < NERVOUS_FOR_S


def after_making(click: Click, fingerprint: str, run_id: str) -> Click:
    """The click once its run is recorded."""
    return replace(click, fingerprint=fingerprint, made=run_id, seen_at_s=click.seen_at_s)


def after_drawing(click: Click, now_s: float) -> Click:
    """The click once the whole page was drawn."""
    if click.made is None or click.seen_at_s is not None:
        return click
    return replace(click, seen_at_s=now_s)
