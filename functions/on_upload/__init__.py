"""The function that receives photos."""
