"""The supervisor's configuration, written from the process list."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.layout import CHECKOUT, Stack
from infra.processes import Process

_HEAD = """\
[supervisord]
logfile = {logs}/supervisord.log
logfile_maxbytes = 10MB
logfile_backups = 2
pidfile = {run}/supervisord.pid
childlogdir = {logs}
nodaemon = true
silent = true

[unix_http_server]
file = {socket}
chmod = 0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

# A process that dies is started again for as long as the stack runs; the pause grows by a
# second each time it does not live for one.
_PROGRAM = """
[program:{name}]
command = {command}
directory = {checkout}
environment = {variables}
priority = {rank}
autostart = false
autorestart = true
startsecs = 1
startretries = 1000000
stopwaitsecs = {stop_seconds}
killasgroup = true
redirect_stderr = true
stdout_logfile = {logs}/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 4
"""


def conf(stack: Stack, socket: Path, listed: Sequence[Process]) -> str:
    """The whole file; raises SystemExit when a value can't stand in it."""
    logs, run = (_plain(str(stack.folder / name)) for name in ("logs", "run"))
    head = _HEAD.format(logs=logs, run=run, socket=_plain(str(socket)))
    return head + "".join(_program(process, logs) for process in listed)


def _program(process: Process, logs: str) -> str:
    return _PROGRAM.format(
        name=process.name,
        command=" ".join(_quoted(word) for word in process.command),
        checkout=_plain(str(CHECKOUT)),
        variables=_assignments(process.variables),
        rank=process.rank,
        stop_seconds=process.stop_seconds,
        logs=logs,
    )


def _assignments(variables: Mapping[str, str]) -> str:
    return ",".join(f"{name}={_quoted(value)}" for name, value in variables.items())


def _quoted(text: str) -> str:
    return f'"{_plain(text)}"'


def _plain(text: str) -> str:
    # The supervisor's file has no way to write these: quotes and backslashes end or bend a
    # value, and a blank before `;` or `#` begins a comment.
    if any(sign in text for sign in ('"', "'", "\\", "\n", " ;", " #")):
        raise SystemExit(
            "a folder or a variable of the stack has a quote, a backslash, a line break, "
            "or a blank before ; or # in it, which the supervisor cannot hold"
        )
    return text.replace("%", "%%")
