"""Pictures as bytes: kept whole, looked at with care, shown small, and given their record."""
