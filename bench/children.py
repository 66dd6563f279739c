"""What a forked process does when nobody waits for it any more."""

import multiprocessing
import os
from multiprocessing.connection import Connection


def is_orphan() -> bool:
    return not multiprocessing.parent_process().is_alive()


def received(pipe: Connection):
    """What the parent says. The process ends where its parent has: the pipe would never tell, as the process
    holds both of its ends."""
    while not pipe.poll(1):
        if is_orphan():
            os._exit(1)
    return pipe.recv()
