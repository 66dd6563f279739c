"""`python -m portal.feed --port 8003`: the live feed, in a process of its own."""

import argparse
import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("FEED_PORT", "8003")))
    wanted = parser.parse_args()
    from wallets.feed.server import server

    server(host=wanted.host, port=wanted.port).run()


if __name__ == "__main__":
    main()
