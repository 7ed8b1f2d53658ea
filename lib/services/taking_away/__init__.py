"""Taking the history away, whole or in part, as tables or with its pictures; and bringing it in."""
