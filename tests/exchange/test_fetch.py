"""What is fetched from an address that somebody typed, with a hostile server on the other side."""

import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wagtail_clientportal.exchange import fetch as fetching
from wagtail_clientportal.exchange.fetch import NotFetched, fetch

HERE = ipaddress.ip_address("127.0.0.1")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    asked = ()

    def url(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.server_port}{path}"


class Hostile(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.asked = (*self.server.asked, (self.path, self.headers["Host"]))
        self.over = self.server.over
        getattr(self, f"answer_{self.path.strip('/').split('?')[0].split('/')[0] or 'well'}")()

    def say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_well(self):
        self.say(200, b"BEGIN:VCALENDAR")

    def answer_gone(self):
        self.say(404)

    def answer_broken(self):
        self.say(500)

    def answer_packed(self):
        self.say(200, b"...", Content_Encoding="gzip")

    def answer_endless(self):
        self.say(200)
        while not self.over.is_set():
            self.wfile.write(b"x" * 65536)

    def answer_claims(self):
        self.say(200, b"BEGIN", Content_Length="99999999999")

    def answer_silent(self):
        self.over.wait(5)

    def answer_drips(self):
        self.say(200)
        self.drip(b"x")

    def answer_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.drip(b"X-More: x\r\n")

    def drip(self, piece):
        while not self.over.wait(0.05):
            self.wfile.write(piece)
            self.wfile.flush()

    def answer_loop(self):
        self.say(302, Location="/loop")

    def answer_to(self):
        self.say(302, Location=self.path.partition("?")[2])

    def answer_rubbish(self):
        self.wfile.write(b"\0\1\2 rubbish\r\n\r\n")


@pytest.fixture
def server():
    server = Server(("127.0.0.1", 0), Hostile)
    server.over = threading.Event()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def reachable(server, monkeypatch):
    """The server, as if its address were on the internet."""
    real = fetching._is_public
    monkeypatch.setattr(fetching, "_is_public", lambda address: address == HERE or real(address))
    monkeypatch.setattr(fetching, "MAX_WAIT", 0.5)
    monkeypatch.setattr(fetching, "MAX_SECONDS", 1)
    return server


def problem(url):
    with pytest.raises(NotFetched) as failed:
        fetch(url)
    return failed.value.problem


def test_what_is_there_is_fetched(reachable):
    assert fetch(reachable.url("/well?a=1")) == b"BEGIN:VCALENDAR"
    assert reachable.asked == (("/well?a=1", f"127.0.0.1:{reachable.server_port}"),)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/gone", "refused"),
        ("/broken", "unreachable"),
        ("/packed", "not_a_calendar"),
        ("/endless", "too_big"),
        ("/silent", "slow"),
        ("/drips", "slow"),
        ("/headers", "slow"),
        ("/loop", "redirects"),
        ("/rubbish", "unreachable"),
    ],
)
def test_a_hostile_server_costs_little_and_the_reason_is_said(reachable, path, why):
    assert problem(reachable.url(path)) == why


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "webcal://127.0.0.1/",
    ],
)
def test_nothing_within_the_network_is_asked(url):
    assert problem(url) in ("private", "unreachable")  # some are no address to some systems


def test_the_servers_own_address_is_not_asked(server):
    assert problem(server.url()) == "private"
    assert server.asked == ()


@pytest.mark.parametrize("to", ["http://127.0.0.2/", "http://10.1.2.3/", "//169.254.169.254/", "http://[::1]:9/"])
def test_no_redirect_leads_into_the_network(reachable, to):
    assert problem(reachable.url(f"/to?{to}")) == "private"


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "gopher://example.org/", "ftp://example.org/", "http://a:b@example.org/"]
)
def test_no_redirect_leads_to_another_scheme_or_with_a_password(reachable, to):
    assert problem(reachable.url(f"/to?{to}")) == "address"


def test_a_redirect_to_where_it_is_is_followed(reachable):
    assert fetch(reachable.url("/to?/well")) == b"BEGIN:VCALENDAR"


def test_a_name_that_means_another_address_the_second_time_leads_nowhere_else(reachable, monkeypatch):
    answers = [[(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", reachable.server_port))]]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers.pop())
    assert fetch(reachable.url(host="calendar.example")) == b"BEGIN:VCALENDAR"
    assert answers == []  # asked once, and what was judged is what was connected to


def test_a_name_with_a_private_address_among_others_is_not_asked(reachable, monkeypatch):
    found = [(socket.AF_INET, 1, 6, "", (address, reachable.server_port)) for address in ("127.0.0.1", "192.168.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert problem(reachable.url(host="calendar.example")) == "private"
    assert reachable.asked == ()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "calendar",
        "https://",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:secret@example.org/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://example.org:port/",
        "https://exämple.org/",
        "https://[::1/",
    ],
)
def test_what_is_no_address_is_refused(url):
    assert problem(url) == "address"
