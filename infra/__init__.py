"""The local stack: set-up, processes, secrets, and the wiring between storage and functions."""
