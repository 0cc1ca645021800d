"""The lease of workers in the stacks of tests."""

LEASE_SECONDS = 6
"""Short, so that a test of what follows a lease's end takes seconds."""
