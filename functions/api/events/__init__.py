"""What changes, told as it happens: the journal, who hears of it, and how it is sent."""
