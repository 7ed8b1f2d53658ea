"""A text that must not be seen: the API key."""

import hmac
from typing import NoReturn

SHORTEST_THAT_SHOWS_ITS_END = 12
"""Below this length even the last four characters would give too much away."""


class Secret:
    """Holds a text and shows at most its last four characters, in whatever way it is printed.

    It cannot be pickled or copied, so it does not slip into a cache, a queue or a database.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself. To be called at the moment of use, its answer never kept."""
        return self._value

    @property
    def last_four(self) -> str:
        """The last four characters, or nothing when the text is short."""
        return self._value[-4:] if len(self._value) >= SHORTEST_THAT_SHOWS_ITS_END else ""

    def __repr__(self) -> str:
        return f"Secret('…{self.last_four}')"

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is neither copied nor pickled: hand on the object itself")
