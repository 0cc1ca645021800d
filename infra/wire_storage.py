"""The wiring table's part in MinIO: buckets, users with policies, bucket notifications."""

import json
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from minio import Minio, MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import S3Error
from minio.notificationconfig import NotificationConfig, QueueConfig

from infra.environment import REGION
from infra.layout import Stack
from infra.policy import alike, policy
from infra.principals import Principal, principals
from infra.secrets_file import name_of
from infra.wiring import Row, buckets

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


def _buckets(client: Minio, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if not client.bucket_exists(bucket_name=name):
            client.make_bucket(bucket_name=name, location=REGION)
            yield f"bucket {name}"


def _policy(admin: MinioAdmin, principal: Principal) -> Iterator[str]:
    name, wanted = _OURS + principal.name, policy(principal)
    there = json.loads(admin.policy_list()).get(name)
    if there is None or not alike(there, wanted):
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
