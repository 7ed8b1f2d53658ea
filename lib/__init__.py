"""Plantain's library: every layer below the pages."""
