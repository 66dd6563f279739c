"""A receiver of webhooks: a small HTTP server in a thread, which answers as it is told."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """`answers` are given in turn, each a status, headers and a body; then 204. `heard` is what came: path,
    headers and body of each request."""

    url: str = ""
    answers: deque = field(default_factory=deque)
    heard: list = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    def will(self, status: int, body: bytes = b"", times: int = 1, **headers: str) -> None:
        self.answers.extend([(status, headers, body)] * times)


@contextmanager
def receiving(receiver: Receiver | None = None, context=None, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """`context` for TLS."""
    receiver = receiver or Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.heard.append((self.path, dict(self.headers), body))
            receiver.hold.wait(10)
            status, headers, answer = receiver.answers.popleft() if receiver.answers else (204, {}, b"")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments) -> None:
            """Tests look at `heard`."""

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # whoever asked may have gone, or not have trusted it
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.url = f"http{'s' if context else ''}://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.hold.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
