"""A principal's rights in S3's words."""

from collections.abc import Sequence
from typing import Any

from infra.principals import Principal

Policy = dict[str, Any]


def policy(principal: Principal) -> Policy:
    """What a principal may do: nothing that is not in its rights."""

    def allow(actions: Sequence[str], names: Sequence[str], inside: str) -> dict[str, Any]:
        return {
            "Effect": "Allow",
            "Action": sorted(f"s3:{action}" for action in actions),
            "Resource": sorted(f"arn:aws:s3:::{name}{inside}" for name in names),
        }

    multipart = ("AbortMultipartUpload", "ListMultipartUploadParts")
    granted = (
        # Without the right to list, a missing key may look like a forbidden one.
        (("ListBucket", "GetBucketLocation"), principal.reads, ""),
        (("GetObject",), principal.reads, "/*"),
        (("PutObject", "DeleteObject", *multipart), principal.writes, "/*"),
        (("DeleteObject",), principal.erases, "/*"),
    )
    statements = [allow(*one) for one in granted if one[1]]
    if principal.watches_space:
        # It changes nothing, but tells the functions' event tokens too: whoever has the right
        # should be able to make their rows due anyway.
        statements.append({"Effect": "Allow", "Action": ["admin:ServerInfo"]})
    return {"Version": "2012-10-17", "Statement": statements}


def alike(one: Policy, other: Policy) -> bool:
    """Whether two policies grant the same; MinIO tells the lists of a statement in any order."""
    return _statements(one) == _statements(other)


def _statements(document: Policy) -> set[tuple[str, frozenset[str], frozenset[str]]]:
    return {
        (one["Effect"], frozenset(one["Action"]), frozenset(one.get("Resource", ())))
        for one in document.get("Statement", [])
    }
