"""Collections: made, set, counted and deleted by their members, and asked what a photo shows."""
