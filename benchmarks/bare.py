"""An empty Flask application: what the start and memory of a function are measured against."""

from flask import Flask

app = Flask("bare")


@app.get("/ready")
def ready() -> dict[str, bool]:
    """Always ready."""
    return {"ready": True}
