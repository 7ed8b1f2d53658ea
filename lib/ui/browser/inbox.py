"""What came from a component and nobody has taken yet: each event is handed over once.

Streamlit drops what a browser sent when something newer arrives before a page was drawn. So the
browser sends all that was not acknowledged, again and again, each event with a number; here those
that are known already are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

MOST_SENDERS = 8
"""A component that is drawn anew is another sender; of the old ones little can still come."""
MOST_WAITING = 10_000

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The events that wait, in order, and the number of the last one by sender.

    `known` counts what came, `taken` what was handed over: only that is acknowledged.
    """

    waiting: tuple[Event, ...] = ()
    known: Mapping[str, int] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)


def received(inbox: Inbox, post: Any) -> Inbox:
    """The inbox with what is new in a post; one that has not the right form changes nothing."""
    if not isinstance(post, Mapping) or not isinstance(post.get("sender"), str):
        return inbox
    sender, last = post["sender"], inbox.known.get(post["sender"], 0)
    new: list[Event] = []
    for event in post["events"] if isinstance(post.get("events"), list) else []:
        number = event.get("n") if isinstance(event, Mapping) else None
        if isinstance(number, int) and not isinstance(number, bool) and number > last:
            last = number
            new.append(event)
    known = _newest({**inbox.known, sender: last}, sender)
    return replace(inbox, waiting=(*inbox.waiting, *new)[-MOST_WAITING:], known=known)


def emptied(inbox: Inbox) -> Inbox:
    """The inbox after all that waits was handed over."""
    return Inbox((), inbox.known, inbox.known)


def _newest(known: Mapping[str, int], sender: str) -> Mapping[str, int]:
    others = [name for name in known if name != sender][-(MOST_SENDERS - 1) :]
    return {name: known[name] for name in [*others, sender]}
