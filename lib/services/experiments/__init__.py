"""Experiments: many runs over several settings, with one price, held and carried out as a whole."""
