"""What Plantain's own browser components share: their files, their events, and looking closely."""
