"""What one can do with Plantain: the use cases behind the pages."""
