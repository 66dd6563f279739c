"""`honcho`, which ends all that it started also where it ends out of turn: when nobody reads what it says any
more, when its terminal is closed, or when it is asked to end while it still begins."""

import contextlib
import os
import signal
import sys

import psutil
from honcho.command import main

ENDS_WITHIN_SECONDS = 10
ASKED_TO_END = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def run() -> int:
    """Returns what to exit with."""
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        main()
    except (KeyError, OSError):  # honcho has no number of a process yet; its words find no reader
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGTERM
    finally:
        for number in ASKED_TO_END:
            signal.signal(number, signal.SIG_IGN)
        end_all()
    return 0


def end_all() -> None:
    """What was started below this process."""
    started = psutil.Process().children(recursive=True)
    for process in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(started, timeout=ENDS_WITHIN_SECONDS)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


if __name__ == "__main__":
    sys.exit(run())
