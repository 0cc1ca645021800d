"""The function that makes variants for training."""
