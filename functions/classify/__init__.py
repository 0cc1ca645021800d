"""The function that looks at images and says what they show."""
