"""The local stack: its secrets, its order, two at once, and what happens when a part dies."""

import configparser
import io
import os
import socket
import stat
from pathlib import Path
from typing import Any

import psutil
import pytest
from minio.error import S3Error
from pymongo import MongoClient

from infra import supervised
from infra.environment import of_scheduler
from infra.layout import Stack
from infra.lifecycle import serving, stop
from infra.ports import PortTaken
from infra.readiness import is_ready
from infra.settings import StackSettings
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from tests.eventually import eventually

pytestmark = pytest.mark.usefixtures("servers_built")


@pytest.mark.parametrize("file", ["secrets.env", "run/supervisord.conf", "run/stack.json"])
def test_what_holds_secrets_can_be_read_by_its_owner_only(servers: Stack, file: str) -> None:
    assert stat.S_IMODE((servers.folder / file).stat().st_mode) == 0o600


def test_each_process_is_given_its_own_secrets_only(servers: Stack) -> None:
    own = {
        "mongo": (),
        "minio": ("MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "ON_UPLOAD_EVENT_TOKEN",
                  "AUGMENT_EVENT_TOKEN", "CLASSIFY_EVENT_TOKEN"),
        **{name: tuple(f"{name.upper()}_{kind}"
                       for kind in ("STORAGE_SECRET", "MONGO_PASSWORD", "EVENT_TOKEN"))
           for name in ("on_upload", "augment", "classify")},
        "scheduler": ("SCHEDULER_STORAGE_SECRET", "SCHEDULER_MONGO_PASSWORD"),
        "api": ("API_STORAGE_SECRET", "API_MONGO_PASSWORD", "TOKEN_KEYS"),
    }  # fmt: skip
    for name, variables in _variables(servers).items():
        found = {
            secret
            for secret, value in servers.secrets.items()
            if not secret.endswith("_USER") and value in variables
        }
        assert found == {secret for secret in own[name] if not secret.endswith("_USER")}


def test_no_secret_is_the_same_in_two_stacks(servers: Stack, tmp_path: Path) -> None:
    other = Stack.free(tmp_path)
    same = {name for name, value in servers.secrets.items() if other.secrets[name] == value}
    assert same == {"MINIO_ROOT_USER", "MONGO_ROOT_USER", "ADMIN_USER"}


def test_secrets_stay_the_same_from_start_to_start(tmp_path: Path) -> None:
    assert Stack.free(tmp_path).secrets == Stack.free(tmp_path).secrets


def test_every_log_rotates(servers: Stack) -> None:
    for name, section in _programs(servers).items():
        assert section["stdout_logfile"] == str(servers.folder / "logs" / f"{name}.log")
        assert section["stdout_logfile_maxbytes"] == "10MB"
        assert int(section["stdout_logfile_backups"]) > 0


def test_two_stacks_run_side_by_side(servers: Stack, tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path)) as other:
        storage_client(other).put_object("uploads", "c/only-here", io.BytesIO(b"x"), 1)
        with pytest.raises(S3Error, match="NoSuchKey"):
            storage_client(servers).stat_object(bucket_name="uploads", object_name="c/only-here")
        assert is_ready(servers, "minio")
        assert is_ready(servers, "mongo")


@pytest.mark.parametrize("name", ["minio", "mongo"])
def test_a_server_that_dies_is_started_again_with_what_it_held(tmp_path: Path, name: str) -> None:
    with serving(Stack.free(tmp_path)) as stack:
        _remember(stack)
        before = _pid(stack, name)
        psutil.Process(before).kill()
        eventually(lambda: _pid(stack, name) not in (0, before) and is_ready(stack, name))
        assert _remembers(stack)


def test_what_is_stopped_stays_stopped(tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path)) as stack:
        stop(stack, "minio")
        stop(stack, "minio")
        assert supervised.state_of(stack.folder, "minio") == "STOPPED"
        assert not is_ready(stack, "minio")


def test_servers_stop_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path)):
        pass
    log = (tmp_path / "logs" / "supervisord.log").read_text()
    assert log.index("spawned: 'mongo'") < log.index("spawned: 'minio'")
    assert log.index("stopped: minio (exit status 0)") < log.index("stopped: mongo (exit status 0)")
    assert supervised.strays(tmp_path) == []


def test_a_second_start_in_the_same_folder_is_refused(servers: Stack) -> None:
    with (
        pytest.raises(SystemExit, match="is running already"),
        serving(Stack.free(servers.folder)),
    ):
        pass
    assert is_ready(servers, "minio")


def test_a_port_held_by_a_stranger_is_named_with_the_setting_to_change(tmp_path: Path) -> None:
    stack = Stack.free(tmp_path)
    with socket.create_server(("127.0.0.1", stack.ports["minio"])):
        sentence = rf"port {stack.ports['minio']} is held by process {os.getpid()}.*MINIO_PORT="
        with pytest.raises(PortTaken, match=sentence), serving(stack):
            pass
    assert supervised.strays(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(SystemExit, match="cannot write in"):
        Stack.free(tmp_path / "file" / "data")


def test_settings_move_ports_and_addresses() -> None:
    settings = StackSettings.from_environment(
        {"CLASSIFY_PORT": "18003", "API_PORT": "18000", "PUBLIC_STORAGE_URL": "https://s.example"}
    )
    assert settings.ports["classify"] == 18003
    assert settings.ports["augment"] == 8002
    assert settings.public_url.endswith(":18000")
    assert settings.public_storage_url == "https://s.example"


def test_the_threads_of_a_training_reach_the_scheduler(tmp_path: Path) -> None:
    settings = StackSettings.from_environment({"TRAINING_THREADS": "3"})
    assert of_scheduler(Stack.fixed(tmp_path, settings))["TRAINING_THREADS"] == "3"


def test_a_setting_that_is_no_port_is_named() -> None:
    with pytest.raises(SystemExit, match="MINIO_PORT must be a port from 1 to 65535, not 'x'"):
        StackSettings.from_environment({"MINIO_PORT": "x"})


def test_one_port_for_two_is_told_before_anything_starts() -> None:
    with pytest.raises(SystemExit, match="API_PORT and MINIO_PORT can't both be 8000"):
        StackSettings.from_environment({"MINIO_PORT": "8000"})


@pytest.mark.parametrize("setting", ["THREADS", "SIGNUP", "LOG_LEVEL", "TRAINING_THREADS"])
def test_a_setting_of_one_process_is_told_before_anything_starts(
    tmp_path: Path, setting: str
) -> None:
    with (
        pytest.raises(SystemExit, match=f"settings to mend: {setting} "),
        serving(Stack.free(tmp_path, {setting: "-1"})),
    ):
        raise AssertionError("it started")


def _programs(stack: Stack) -> dict[str, configparser.SectionProxy]:
    parser = configparser.RawConfigParser()
    parser.read(stack.folder / "run" / "supervisord.conf")
    return {
        section.removeprefix("program:"): parser[section]
        for section in parser.sections()
        if section.startswith("program:")
    }


def _variables(stack: Stack) -> dict[str, str]:
    return {name: section["environment"] for name, section in _programs(stack).items()}


def _pid(stack: Stack, name: str) -> int:
    return int(supervised.call(stack.folder, "getProcessInfo", name)["pid"])


def _remember(stack: Stack) -> None:
    storage_client(stack).put_object("uploads", "c/kept", io.BytesIO(b"x"), 1)
    with MongoClient[dict[str, Any]](stack.mongo_uri(), journal=True) as client:
        client[DATABASE]["photos"].insert_one({"_id": "kept"})


def _remembers(stack: Stack) -> bool:
    storage_client(stack).stat_object(bucket_name="uploads", object_name="c/kept")
    with MongoClient[dict[str, Any]](stack.mongo_uri()) as client:
        return client[DATABASE]["photos"].find_one({"_id": "kept"}) is not None
