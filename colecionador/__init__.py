"""The operator's command line: send photos, look after deliveries, see what is wrong."""
