"""Trainings that were asked for, and the one that runs in a process of its own."""
