import logging
import os
import signal
import sys
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from wallets.providers.sandbox import defaults
from wallets.providers.sandbox.site.app import create_app
from wallets.providers.sandbox.site.courier import Courier
from wallets.providers.sandbox.site.store import Store


class QuietHandler(WSGIRequestHandler):
    def log_request(self, code="-", size="-") -> None:
        """Only errors are worth a line."""


def main() -> None:
    logging.basicConfig(level="WARNING", format="checkout: %(message)s")
    port = int(os.environ.get("CHECKOUT_PORT", defaults.PORT))
    folder = Path(os.environ.get("PORTAL_STATE", "var")) / "checkout"
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "checkouts.sqlite3", int(os.environ.get("SANDBOX_CHECKOUT_SECONDS", 3600)))
    app = create_app(store, os.environ.get("SANDBOX_CHECKOUT_KEY", defaults.KEY))
    Courier(store, os.environ.get("SANDBOX_WEBHOOK_SECRET", defaults.SECRET)).start()
    # All that matters is in the store: any moment is a good one to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
