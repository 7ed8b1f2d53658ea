"""Text made safe to show as Markdown, and texts of others made short.

Labels, captions, toasts and help are Markdown in Streamlit. Only our own words may go there; what
a person wrote or an API said is shown by `st.text`, `st.code` and the like.
"""

LONGEST_EXCERPT = 280


def dollars(text: str) -> str:
    """Our own words with amounts in them: two dollar signs would else make a formula."""
    return text.replace("$", r"\$")


def excerpt(text: str, longest: int = LONGEST_EXCERPT) -> str:
    """The beginning of a text on one line, for a glance."""
    words = " ".join(text[: 4 * longest].split())
    if len(words) <= longest and len(text) <= 4 * longest:
        return words
    return f"{words[:longest].rstrip()}…"
