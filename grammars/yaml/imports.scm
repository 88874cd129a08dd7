; Nothing is imported.
