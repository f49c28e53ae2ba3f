"""Fetch a file from an address that somebody typed: in bounded time and size, and never from within the network.

A name is looked up once, and the connection goes to the very address that was judged, so that no second answer of a
name server leads elsewhere. Redirects are followed by hand, and each is judged anew.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, urljoin, urlsplit

from ..availability.outside_calendar import OutsideCalendar

Problem = OutsideCalendar.Problem

MAX_SECONDS = 30  # for all of it, however slowly the bytes come
MAX_WAIT = 10  # seconds for any one of them
MAX_BYTES = 5 * 2**20
MAX_REDIRECTS = 3
_PIECE = 2**16  # bytes
_HEADERS = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "wagtail-clientportal"}
_PORTS = {"http": 80, "https": 443}
# An address of the internet of today within one of the internet to come
_WRAPPED = ("ipv4_mapped", "sixtofour")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotFetched(Exception):
    """
    :ivar problem: an ``OutsideCalendar.Problem``.
    """

    def __init__(self, problem: Problem):
        super().__init__(problem)
        self.problem = problem


def fetch(url: str) -> bytes:
    """Return what is found at *url*.

    :raises NotFetched: with why not.
    """
    for _redirect in range(MAX_REDIRECTS + 1):
        target = judged(url)
        with _answer(target) as response:
            if response.status not in (301, 302, 303, 307, 308):
                return _body(response)
            url = urljoin(url, response.getheader("Location", ""))
    raise NotFetched(Problem.REDIRECTS)


def judged(url: str) -> SplitResult:
    """Return *url* in its parts, where it is one that could be fetched; ``webcal:`` is what calendars call ``https:``.

    :raises NotFetched: it isn't.
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        raise NotFetched(Problem.ADDRESS)
    scheme, colon, rest = url.partition(":")
    target = _split("https:" + rest if scheme.lower() in ("webcal", "webcals") and colon else url)
    if target.scheme not in _PORTS or not target.hostname or target.username is not None:
        raise NotFetched(Problem.ADDRESS)
    return target


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as no_url:
        raise NotFetched(Problem.ADDRESS) from no_url
    return parts


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    for name in _WRAPPED:
        if inner := getattr(address, name, None):
            return _is_public(inner)
    if address in _NAT64:
        return _is_public(ipaddress.ip_address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


def _public_address(host: str, port: int) -> tuple:
    """Return the family and an address of *host* for ``connect``; with a private one among them it is refused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise NotFetched(Problem.UNREACHABLE) from unknown
    for *_kind, address in found:
        if not _is_public(ipaddress.ip_address(address[0].partition("%")[0])):
            raise NotFetched(Problem.PRIVATE)
    return found[0][0], found[0][4]


@contextmanager
def _answer(target: SplitResult) -> Iterator[http.client.HTTPResponse]:
    """Ask, and hand the answer over before its body is read; the connection is cut when the time is over."""
    port = target.port or _PORTS[target.scheme]
    family, address = _public_address(target.hostname, port)
    with _Line(family) as line:
        try:
            connection = http.client.HTTPConnection(target.hostname, port)
            connection.default_port = _PORTS[target.scheme]
            line.connect(address, target)
            connection.sock = line.socket
            connection.request(
                "GET", (target.path or "/") + (f"?{target.query}" if target.query else ""), headers=_HEADERS
            )
            yield connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as broken:
            is_slow = line.is_cut.is_set() or isinstance(broken, TimeoutError)
            raise NotFetched(Problem.SLOW if is_slow else Problem.UNREACHABLE) from broken
        if line.is_cut.is_set():  # what came until then looks as if it were all
            raise NotFetched(Problem.SLOW)


class _Line:
    """A socket that is cut after ``MAX_SECONDS``, whatever is under way."""

    def __init__(self, family: int):
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(MAX_WAIT)
        self.is_cut = threading.Event()
        self._alarm = threading.Timer(MAX_SECONDS, self._cut)
        self._alarm.daemon = True

    def __enter__(self) -> "_Line":
        self._alarm.start()
        return self

    def __exit__(self, *failure) -> None:
        self._alarm.cancel()
        self.socket.close()

    def connect(self, address: tuple, target: SplitResult) -> None:
        self.socket.connect(address)
        if target.scheme == "https":
            secured = ssl.create_default_context().wrap_socket(
                self.socket, server_hostname=target.hostname, do_handshake_on_connect=False
            )
            self.socket = secured  # before the handshake, which may be what takes too long
            secured.do_handshake()

    def _cut(self) -> None:
        self.is_cut.set()
        with suppress(OSError):  # it may be over by itself
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


def _body(response: http.client.HTTPResponse) -> bytes:
    if response.status != 200:
        raise NotFetched(Problem.REFUSED if 400 <= response.status < 500 else Problem.UNREACHABLE)
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise NotFetched(Problem.NOT_A_CALENDAR)  # nobody asked for it: what comes out of it could be of any size
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        if size > MAX_BYTES:
            raise NotFetched(Problem.TOO_BIG)
        pieces.append(piece)
    return b"".join(pieces)
