"""The recipe `cnn`: networks that learn from pixels, their search and their comparison."""
