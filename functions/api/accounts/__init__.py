"""Accounts: people with their passwords, and the tokens by which they are known."""
