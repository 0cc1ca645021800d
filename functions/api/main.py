"""The api: all of the contract's routes in one application."""

from functions.api.app import create_app

app = create_app()
