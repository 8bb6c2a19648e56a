"""A chat completions server that answers everybody alike after a delay, at the least cost that Python allows.

    python benchmarks/quick_teacher.py --delay 0.2      # its first line is its base URL

For measurements of the other end; it reads no more of a request than its length.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from contextlib import suppress

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)

BODY = json.dumps(
    {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "The loop adds each item to the total. " * 20},
            }
        ],
        "usage": {"prompt_tokens": 200, "completion_tokens": 160, "total_tokens": 360},
    }
).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(BODY)
) + BODY


class Line(asyncio.Protocol):
    """One connection, with one request after the other."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.came += data
        head, found, body = self.came.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if found and len(body) >= (int(length[1]) if length else 0):
            self.came = b""
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, ANSWER)


async def serve(delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Line(delay), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.2)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args().delay))


if __name__ == "__main__":
    main()
