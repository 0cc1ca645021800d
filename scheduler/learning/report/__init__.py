"""The report of a learned version: numbers, pictures and a page that people read."""
