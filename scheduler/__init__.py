"""The clock and the workshop: what is trained, built, published and reconciled."""
