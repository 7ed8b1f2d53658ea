"""What the pages are drawn with. With `pages/` the only place, beside the server, that knows Streamlit."""
