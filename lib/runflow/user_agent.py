"""How Plantain introduces itself to every server."""

USER_AGENT = "plantain/0.1"
