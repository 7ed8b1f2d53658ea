"""Backups of the data folder: made while Plantain runs, checked, and put back."""
