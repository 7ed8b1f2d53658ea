"""The rules of runs, models, prices and money. Standard library only; no input or output."""
