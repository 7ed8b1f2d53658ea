"""Taking an experiment away: its cells as tables, its pictures, sheets of them, and a report."""
