"""The line between the portal and its bank, with a fault in it."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit

PATIENCE = 120


class Line:
    """Listens on a port of its own and passes one HTTP call at a time on to the bank.

    The fault befalls payment files alone: `stall_before` holds them back from the bank, `stall_after` holds
    its answer back, `hang_up_after` drops the connection once the bank has them, `answer_500_after` turns
    the bank's yes into an error. `reached` is set where the fault is."""

    def __init__(self, bank_url: str, fault: str = ""):
        self.fault = fault
        self.reached = threading.Event()
        self._released = threading.Event()
        bank = urlsplit(bank_url)
        self._bank = (bank.hostname, bank.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._released.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller, contextlib.suppress(OSError):
            request = _whole_request(caller)
            fault = self.fault if request.startswith(b"POST /payments") else ""
            if fault == "stall_before":
                return self._stall()
            answer = self._ask_bank(request)
            if fault == "stall_after":
                return self._stall()
            if fault:
                self.reached.set()
            if fault == "answer_500_after":
                answer = b"HTTP/1.0 500 Oops\r\nContent-Length: 0\r\n\r\n"
            if fault != "hang_up_after":
                caller.sendall(answer)

    def _stall(self) -> None:
        self.reached.set()
        self._released.wait(PATIENCE)

    def _ask_bank(self, request: bytes) -> bytes:
        with socket.create_connection(self._bank, PATIENCE) as bank:
            bank.sendall(request)
            bank.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: bank.recv(65536), b""))


def _whole_request(caller: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        request += caller.recv(65536)
    head, _, body = request.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length:
        body += caller.recv(65536)
    return head + b"\r\n\r\n" + body
