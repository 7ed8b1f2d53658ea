"""Plantain's own HTTP routes beside Streamlit's, and the headers on every answer."""
