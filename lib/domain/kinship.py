"""Whether one prompt was made of another: it still has much of it in common.

Compared are all runs of three characters, which needs no words: it works for scripts without spaces
as well, and what is long takes no longer than to read it.
"""

LEAST_IN_COMMON = 1 / 3
"""Of both; prompts about different things have about a tenth to a sixth."""
LETTERS = 3


def is_made_of(before: str, now: str) -> bool:
    """Whether a prompt has so much of the one before that it was made of it."""
    first, second = _pieces(before), _pieces(now)
    return 2 * len(first & second) >= LEAST_IN_COMMON * (len(first) + len(second))


def _pieces(text: str) -> set[str]:
    plain = f" {' '.join(text.casefold().split())} "
    return {plain[at : at + LETTERS] for at in range(max(1, len(plain) - LETTERS + 1))}
