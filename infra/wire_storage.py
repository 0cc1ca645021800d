"""The wiring table's part in MinIO: buckets, users with policies, bucket notifications."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from minio import Minio, MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import S3Error
from minio.notificationconfig import NotificationConfig, QueueConfig

from infra.environment import REGION
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wiring import Principal, Row, buckets, principals

_EVENTS: Final = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
_OURS: Final = "colecionador-"
"""What the names of our policies begin with, so that other people's are left alone."""


def wire_storage(stack: Stack) -> Iterator[str]:
    """Make MinIO fit the table, telling each change."""
    client = storage_client(stack)
    admin = MinioAdmin(
        endpoint=urlsplit(stack.storage_url).netloc,
        credentials=StaticProvider(
            stack.secrets["MINIO_ROOT_USER"], stack.secrets["MINIO_ROOT_PASSWORD"]
        ),
        region=REGION,
        secure=False,
    )
    yield from _buckets(client, buckets(stack.rows))
    wanted = principals(stack.rows)
    for principal in wanted:
        yield from _policy(admin, principal)
        yield from _user(admin, stack, principal)
    yield from _dismissed(admin, {principal.name for principal in wanted})
    for bucket in buckets(stack.rows):
        yield from _notifications(client, bucket, stack.rows)


def storage_client(stack: Stack, user: str | None = None, secret: str | None = None) -> Minio:
    """A client of the stack's MinIO, as root unless a user is named."""
    return Minio(
        endpoint=urlsplit(stack.storage_url).netloc,
        access_key=user or stack.secrets["MINIO_ROOT_USER"],
        secret_key=secret or stack.secrets["MINIO_ROOT_PASSWORD"],
        region=REGION,
        secure=False,
    )


def policy(principal: Principal) -> dict[str, Any]:
    """What a principal may do, in S3's words: nothing that is not in its row."""

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


def _buckets(client: Minio, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if not client.bucket_exists(bucket_name=name):
            client.make_bucket(bucket_name=name, location=REGION)
            yield f"bucket {name}"


def _policy(admin: MinioAdmin, principal: Principal) -> Iterator[str]:
    name, wanted = _OURS + principal.name, policy(principal)
    there = json.loads(admin.policy_list()).get(name)
    if there is None or _plain(there) != _plain(wanted):
        admin.policy_add(policy_name=name, policy=wanted)
        yield f"rights of {principal.name} in MinIO"


def _user(admin: MinioAdmin, stack: Stack, principal: Principal) -> Iterator[str]:
    name, secret = principal.name, stack.secrets[name_of(principal.name, "storage_secret")]
    if not _knows(storage_client(stack, name, secret)):
        admin.user_add(access_key=name, secret_key=secret)
        yield f"user {name} in MinIO"
    # Attaching what is attached is an error, so look first.
    attached = json.loads(admin.user_info(access_key=name)).get("policyName", "")
    if attached != _OURS + name:
        admin.attach_policy(policies=[_OURS + name], user=name)


def _knows(client: Minio) -> bool:
    try:
        client.list_buckets()
    except S3Error as error:
        # Refused for want of rights, but the key and its secret are right.
        return error.code == "AccessDenied"
    return True


def _dismissed(admin: MinioAdmin, wanted: set[str]) -> Iterator[str]:
    for name in json.loads(admin.policy_list()):
        user = name.removeprefix(_OURS)
        if name.startswith(_OURS) and user not in wanted:
            admin.user_remove(access_key=user)
            admin.policy_remove(policy_name=name)
            yield f"took away user {user} in MinIO; its objects stay"


def _notifications(client: Minio, bucket: str, rows: Sequence[Row]) -> Iterator[str]:
    targets = [
        f"{row.function}_{speed}"
        for row in rows
        if row.listens_to == bucket
        for speed in ("fast", "safe")
    ]
    wanted = [
        QueueConfig(queue=_arn(target), events=_EVENTS, config_id=target) for target in targets
    ]
    there = client.get_bucket_notification(bucket_name=bucket).queue_config_list or []
    if _told(there) != _told(wanted):
        config = NotificationConfig(queue_config_list=wanted)
        client.set_bucket_notification(bucket_name=bucket, config=config)
        yield f"notifications of {bucket} to {', '.join(targets) or 'nobody'}"


def _arn(target: str) -> str:
    return f"arn:minio:sqs:{REGION}:{target}:webhook"


def _told(configs: Sequence[QueueConfig]) -> set[tuple[str, tuple[str, ...]]]:
    return {(config.queue or "", tuple(sorted(config.events))) for config in configs}


def _plain(document: dict[str, Any]) -> set[tuple[str, frozenset[str], frozenset[str]]]:
    # MinIO tells the lists of a statement in any order.
    return {
        (one["Effect"], frozenset(one["Action"]), frozenset(one.get("Resource", ())))
        for one in document.get("Statement", [])
    }
