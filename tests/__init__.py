"""Of test processes side by side none takes a port that another has chosen and not yet used."""

import os

from infra import ports

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
ports.RANGE = ports.RANGE[_WORKER::_WORKERS]
