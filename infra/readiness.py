"""Whether a process of the stack answers, asked the way its users ask it."""

import requests
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from infra.layout import Stack


def is_ready(stack: Stack, name: str) -> bool:
    """Whether the process can do its work now."""
    if name == "mongo":
        return _mongo_answers(stack)
    path = "/minio/health/ready" if name == "minio" else "/ready"
    try:
        return requests.get(stack.url(name) + path, timeout=2).ok
    except requests.RequestException:
        return False


def _mongo_answers(stack: Stack) -> bool:
    address = f"mongodb://127.0.0.1:{stack.ports['mongo']}/?directConnection=true"
    with MongoClient[dict[str, object]](address, serverSelectionTimeoutMS=500) as client:
        try:
            client.admin.command("ping")
        except PyMongoError:
            return False
        return True
