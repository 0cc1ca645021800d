"""What phones and pages talk to: the HTTP contract over photos, collections, labels and models."""
