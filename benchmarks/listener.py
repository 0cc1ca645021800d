"""The other end of a webhook target that does nothing but note when each event came."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@contextmanager
def listening(port: int) -> Iterator[dict[str, float]]:
    """Times of arrival by key, filled while the block runs."""
    arrived: dict[str, float] = {}

    class Notes(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            at = time.time()
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(204)
            self.end_headers()
            if body:
                # MinIO also asks without a body whether anybody listens.
                arrived[json.loads(body)["Key"].partition("/")[2]] = at

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: each line would cost the time that is measured."""

    with ThreadingHTTPServer(("127.0.0.1", port), Notes) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield arrived
        finally:
            server.shutdown()
            thread.join()
