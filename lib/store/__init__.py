"""What Plantain remembers: the ledger of runs (writes) and the tables made of it (reads)."""
