"""Uploads: handed out as forms for storage, and committed once the file is there."""
