import logging
import os
import signal
import sys
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from payouts.rails.stripe.sandbox import KEY, PORT
from payouts.rails.stripe.sandbox.app import create_app
from payouts.rails.stripe.sandbox.store import Store


class QuietHandler(WSGIRequestHandler):
    def log_request(self, code="-", size="-") -> None:
        """Only errors are worth a line."""


def main() -> None:
    logging.basicConfig(level="WARNING", format="stripe: %(message)s")
    folder = Path(os.environ.get("PORTAL_STATE", "var")) / "stripe"
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(Store(folder / "stripe.sqlite3"), os.environ.get("STRIPE_CONNECT_SECRET_KEY", KEY))
    # All that matters is in the store: any moment is a good one to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = int(os.environ.get("STRIPE_PORT", PORT))
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
