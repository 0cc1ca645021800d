"""The hand-out of an upload: a photo's id, its expected record, and a form that fits it alone."""
