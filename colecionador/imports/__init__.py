"""Brings labelled pictures from elsewhere into a collection: cleaned, told, taken up again."""
