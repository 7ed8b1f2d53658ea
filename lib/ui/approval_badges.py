"""Where a request stands with the owners, as a badge: its word and its colour."""

from collections.abc import Mapping

from lib.domain.approval import ApprovalState

BADGES: Mapping[ApprovalState, tuple[str, str]] = {
    ApprovalState.WAITING: ("Waits for an owner", "orange"),
    ApprovalState.ACCEPTED: ("Accepted", "green"),
    ApprovalState.REFUSED: ("Refused", "red"),
    ApprovalState.EXPIRED: ("Expired", "gray"),
}
