"""Opens the bytes people send: refuses them with a reason, or shows them upright and in sRGB."""
