"""What callbacks have told of that no poll looks after: each is looked at soon, and not too often."""

from dataclasses import dataclass

from lib.services.polling import BETWEEN_HINTS_S

MOST_TOLD_OF = 1_000
"""What is told of while so many wait is left to the next audit."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A run to look at: of ours, by `run_id`, or one that the ledger does not know."""

    run_id: str | None = None
    remote_id: str | None = None


class Hints:
    """Hints and when each is due, in monotonic seconds. Callers see to it that they take turns."""

    def __init__(self) -> None:
        self._due_s: dict[Hint, float] = {}
        self._last_s: dict[Hint, float] = {}

    def tell(self, hint: Hint, now_s: float) -> bool:
        """Have it looked at now, or BETWEEN_HINTS_S after the last time. False if it waits already."""
        if hint in self._due_s or len(self._due_s) >= MOST_TOLD_OF:
            return False
        last_s = self._last_s.get(hint)
        self._due_s[hint] = now_s if last_s is None else max(now_s, last_s + BETWEEN_HINTS_S)
        return True

    def due_s(self) -> float | None:
        """When the next one is due; None when there is none."""
        return min(self._due_s.values(), default=None)

    def take(self, now_s: float) -> Hint | None:
        """One that is due. It counts as looked at."""
        found = next((hint for hint, due_s in self._due_s.items() if due_s <= now_s), None)
        if found is not None:
            del self._due_s[found]
            self._last_s[found] = now_s
            recent = now_s - BETWEEN_HINTS_S
            self._last_s = {hint: at for hint, at in self._last_s.items() if at >= recent}
        return found
