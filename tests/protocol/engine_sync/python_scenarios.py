"""What the official PyPI client does against a server, one scenario per process: `python -m ... NAME URL`.

Prints one line of JSON per result; a line on stdin is the test's "go on".
"""

import asyncio
import json
import os
import sys
from typing import Any
from urllib.request import urlopen

from convex import ConvexClient, ConvexError, ConvexInt64
from convex.http_client import ConvexHttpClient

name, url = sys.argv[1:]


def say(value: Any) -> None:
    print(json.dumps(value), flush=True)


def token(subject: str, seconds: float = 3600) -> str:
    with urlopen(f"{url}/test/token?subject={subject}&seconds={seconds}") as answer:
        return json.load(answer)


def basics() -> None:
    client = ConvexClient(url)
    subscription = client.subscribe("messages:list", {"room": "py"})
    say(next(subscription))
    say(isinstance(client.mutation("messages:add", {"room": "py", "text": "one"}), str))
    say([row["text"] for row in next(subscription)])
    say(client.query("messages:count", {"room": "py"}))
    say(client.action("messages:addTwice", {"room": "py", "text": "a"}))
    subscription.unsubscribe()


def watch_async() -> None:
    async def watch() -> None:
        client = ConvexClient(url)
        subscription = client.subscribe("messages:count", {"room": "async"})
        say(await anext(subscription))
        client.mutation("messages:add", {"room": "async", "text": "x"})
        say(await anext(subscription))

    asyncio.run(watch())


def values() -> None:
    value = {"big": ConvexInt64(2**62), "float": 1.5, "int": 3, "bytes": b"\x00\xff", "list": [None, True, "ü"], "empty": {}}
    for client in (ConvexClient(url), ConvexHttpClient(url)):
        back = client.query("values:echo", {"value": value})
        say([back["big"] == ConvexInt64(2**62), back["float"], back["int"], list(back["bytes"]), back["list"], back["empty"]])


def errors() -> None:
    for client in (ConvexClient(url), ConvexHttpClient(url)):
        try:
            client.mutation("messages:refuse", {"room": "py errors"})
        except ConvexError as error:
            say(error.data)
        try:
            client.mutation("messages:crash", {})
        except ConvexError as error:
            say(["data", error.data])
        except Exception as error:
            say(["plain", "secret details" in str(error)])


def auth() -> None:
    client = ConvexClient(url)
    say(client.query("people:me"))
    client.set_auth(token("ann"))
    say(client.query("people:me"))
    say(client.mutation("people:whoWrites"))
    client.clear_auth()
    say(client.query("people:me"))
    http = ConvexHttpClient(url)
    http.set_auth(token("bob"))
    say(http.query("people:me"))


def reconnect() -> None:
    client = ConvexClient(url)
    client.set_auth(token("ann"))
    subscription = client.subscribe("messages:count", {"room": "py reconnect"})
    say(next(subscription))
    sys.stdin.readline()
    say(client.mutation("people:whoWrites"))
    client.mutation("messages:add", {"room": "py reconnect", "text": "x"})
    count = 0
    while count == 0:
        count = next(subscription)
    say(count)


globals()[name]()
# The client's threads do not survive the end of the interpreter.
os._exit(0)
