"""Listeners of the live feed: open connections in a process of their own, which note when they hear what."""

import asyncio
import json
import multiprocessing
import time
import traceback
from urllib.parse import urlsplit

from bench.children import received

PATIENCE_SECONDS = 30


class Unheard(Exception):
    """A listener did not come in, or did not hear each gift exactly once."""


class Listeners:
    """`count` connections to a server-sent events address, open when this has been made."""

    def __init__(self, address: str, count: int) -> None:
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_process, args=(theirs, address, count), daemon=True)
        self._process.start()
        theirs.close()
        self._hear()

    def heard(self, gifts: set[str]) -> list[dict[str, float]]:
        """For each listener when (time.monotonic) each of these gifts arrived. Waits for the last of them."""
        self._pipe.send(gifts)
        told = self._hear()
        self._process.join(PATIENCE_SECONDS)
        return told

    def _hear(self):
        if not self._pipe.poll(2 * PATIENCE_SECONDS):
            raise Unheard("The listeners do not answer.")
        told = self._pipe.recv()
        if isinstance(told, str):
            raise Unheard(told)
        return told


def _process(pipe, address: str, count: int) -> None:
    try:
        asyncio.run(_listen(pipe, address, count))
    except Exception:
        pipe.send(traceback.format_exc())


async def _listen(pipe, address: str, count: int) -> None:
    heard: list[list[tuple[float, bytes]]] = [[] for _ in range(count)]
    async with asyncio.timeout(PATIENCE_SECONDS):
        streams = [await _open(address) for _ in range(count)]
    following = [
        asyncio.create_task(_follow(reader, notes)) for (reader, _), notes in zip(streams, heard, strict=True)
    ]
    pipe.send([])
    gifts = await asyncio.to_thread(received, pipe)
    deadline = time.monotonic() + PATIENCE_SECONDS
    arrived = [_arrivals(notes) for notes in heard]
    while any(len(each) < len(gifts) for each in arrived) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        arrived = [_arrivals(notes) for notes in heard]
    for task in following:
        task.cancel()
    for _, writer in streams:
        writer.close()
    if any(set(each) != gifts for each in arrived):
        raise Unheard("A listener did not hear each gift.")
    pipe.send(arrived)


async def _open(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that has been told how things stand."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(f"GET {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.splitlines()[0]:
        raise Unheard(head.decode())
    while b"event: state" not in await reader.readuntil(b"\n\n"):
        pass
    return reader, writer


async def _follow(reader: asyncio.StreamReader, notes: list[tuple[float, bytes]]) -> None:
    """Only note what comes and when: to read it now would delay the others."""
    while True:
        said = await reader.readuntil(b"\n\n")
        if b"event: gifts" in said:
            notes.append((time.monotonic(), said))


def _arrivals(notes: list[tuple[float, bytes]]) -> dict[str, float]:
    arrived: dict[str, float] = {}
    for moment, said in notes:
        data = next(line for line in said.splitlines() if line.startswith(b"data: "))
        for gift in json.loads(data.removeprefix(b"data: "))["gifts"]:
            if gift["id"] in arrived:
                raise Unheard(f"Gift {gift['id']} was told twice.")
            arrived[gift["id"]] = moment
    return arrived
