"""One request to the adviser's server: where it may be, how long it may take, how much it may say.

A name is looked up once and the connection goes to the address that was checked, so that a name cannot mean this
machine when it is checked and another when it is used. No redirect is followed and no proxy is asked.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import json
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from diegesis.errors import AdviserError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_BYTES = 2 << 20
"""An answer that is longer is not read: a hundred changes take some 20 kB, a model's thoughts before them more."""

_EXCERPT = 160
_NOT_PLAIN = re.compile(r"[^\x21-\x7e]")


class NoAnswerError(Exception):
    """One request without a usable answer. ``reason`` is one of a few; ``detail`` is what the server says of it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Server:
    """Where the adviser listens; ``remote`` are servers outside this machine that the user has allowed."""

    scheme: str
    host: str
    port: int
    path: str
    remote: bool

    @property
    def address(self) -> str:
        """The URL that requests go to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def server_at(url: str, allow_remote: tuple[str, ...] = ()) -> Server:
    """The server at a URL: its root ("http://localhost:8080"), its API ("…/v1") or the whole address.

    Looks up nothing. Raises ``AdviserError`` for what is no such URL, and for a host that is neither an address of this
    machine nor "localhost" nor named in ``allow_remote``.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AdviserError(f"the adviser's address {url!r} is not a URL: {error}") from error
    if parts.scheme not in ("http", "https") or not host or port == 0 or _NOT_PLAIN.search(url):
        raise AdviserError(f"the adviser's address {url!r} is not one such as http://localhost:8080/v1")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise AdviserError(
            "the adviser's address has a user, a query or a fragment; it takes host, port and path alone"
        )
    remote = host != "localhost" and not _is_loopback(host)
    if remote and host not in {name.strip("[]").lower() for name in allow_remote}:
        raise AdviserError(
            f"the adviser at {host} is not on this machine; a host elsewhere must be allowed by its name"
        )
    path = parts.path.rstrip("/")
    if not path.endswith("/chat/completions"):
        path = f"{path or '/v1'}/chat/completions"
    return Server(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path, remote)


def ask(server: Server, body: bytes, deadline: float) -> str:
    """The text of the model's answer to a request, before ``deadline`` (of ``time.monotonic``).

    Raises ``AdviserError`` when the server cannot be reached and ``NoAnswerError`` when it gives no answer.
    """
    answer = _post(server, body, deadline)
    try:
        choice = json.loads(answer)["choices"][0]
        content = choice["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise NoAnswerError("the answer is no chat completion", _excerpt(answer)) from error
    if choice.get("finish_reason") == "length":
        raise NoAnswerError("the answer is cut off: it was longer than the model may write")
    if not isinstance(content, str):
        raise NoAnswerError("the answer is no chat completion", _excerpt(answer))
    return content


def _post(server: Server, body: bytes, deadline: float) -> bytes:
    connection = _Connection(server, deadline)
    response = None
    try:
        connection.connect()
        connection.request(
            "POST",
            server.path,
            body,
            {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"},
        )
        response = connection.getresponse()
        return _body(response)
    except TimeoutError as error:
        raise NoAnswerError("no answer in time") from error
    except (http.client.RemoteDisconnected, http.client.IncompleteRead, ConnectionError) as error:
        raise NoAnswerError("the answer breaks off") from error
    except (http.client.HTTPException, ValueError) as error:
        raise NoAnswerError("what answers is no HTTP server") from error
    except OSError as error:
        raise NoAnswerError("the answer breaks off", str(error)) from error
    finally:
        if response is not None:
            response.close()
        connection.close()


def _body(response: http.client.HTTPResponse) -> bytes:
    if 300 <= response.status < 400:
        raise NoAnswerError(f"the server redirects (HTTP {response.status}), which is not followed")
    if response.status != 200:
        raise NoAnswerError(f"the server answers HTTP {response.status}", _excerpt(response.read(4 * _EXCERPT)))
    if response.length is not None and response.length > MOST_BYTES:
        raise NoAnswerError("the answer is too large")
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise NoAnswerError("the answer is too large")
    # A read of so many bytes comes back short, without an error, where the connection was cut.
    if response.length:
        raise NoAnswerError("the answer breaks off")
    return body


def _excerpt(body: bytes) -> str:
    """The beginning of what a server says, on one line."""
    text = body[: 4 * _EXCERPT].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_EXCERPT]


# ---------------------------------------------------------------------------------------------- the connection


class _Connection(http.client.HTTPConnection):
    """A connection to addresses that were checked, and that is over at the deadline, however slowly it drips."""

    def __init__(self, server: Server, deadline: float) -> None:
        super().__init__(server.host, server.port)
        self._server = server
        self._deadline = deadline

    def connect(self) -> None:
        """Connect to the first address that answers; raises ``AdviserError`` when none does."""
        reason = "no address"
        for address in _addresses(self._server):
            try:
                sock = socket.create_connection((address, self._server.port), _left(self._deadline))
            except OSError as error:
                reason = (error.strerror or str(error)).lower() or "no time left"
                continue
            if self._server.scheme == "https":
                sock = _secured(sock, self._server, self._deadline)
            self.sock = cast(socket.socket, _TimedSocket(sock, self._deadline))
            return
        raise AdviserError(f"no adviser can be reached at {self._server.address}: {reason}")


class _TimedSocket:
    """As much of a socket as ``http.client`` uses. A socket's own timeout begins anew with each byte; this one ends."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: Any) -> None:
        rest = memoryview(data)
        while rest:
            self._sock.settimeout(_left(self._deadline))
            rest = rest[self._sock.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock, self._deadline))

    def close(self) -> None:
        self._sock.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._sock.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _secured(sock: socket.socket, server: Server, deadline: float) -> socket.socket:
    try:
        sock.settimeout(_left(deadline))
        return ssl.create_default_context().wrap_socket(sock, server_hostname=server.host)
    except TimeoutError:
        sock.close()
        raise
    except (OSError, ValueError) as error:  # SSLError is an OSError
        sock.close()
        reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
        raise AdviserError(f"no secure connection to the adviser at {server.address}: {reason}") from error


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _addresses(server: Server) -> list[str]:
    """The addresses of the server's host; raises ``AdviserError`` where "localhost" means another machine."""
    with suppress(ValueError):
        return [str(ipaddress.ip_address(server.host))]
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AdviserError(f"the adviser's host {server.host} is not known here") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not server.remote and not all(map(_is_loopback, addresses)):
        raise AdviserError(f"the adviser's host {server.host} is not this machine, by what its name resolves to")
    return addresses


def _is_loopback(host: str) -> bool:
    """Whether these are the digits of an address of this machine; names are not looked up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # An IPv4 address in IPv6's clothing (::ffff:…) counts as remote: versions of Python differ on it.
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None
