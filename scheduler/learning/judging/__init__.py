"""How good a model is on photos it never learned from, and whether it may become current."""
