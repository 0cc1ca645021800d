"""Learning: trainings that people ask for, and the model versions that come of them."""
