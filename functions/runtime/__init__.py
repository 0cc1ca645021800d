"""What every function shares: events in, deliveries kept, faults named, outputs fenced."""
