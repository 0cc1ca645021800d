"""A fourth storage function, for tests: some pictures kill it, hang it or find its bug."""
