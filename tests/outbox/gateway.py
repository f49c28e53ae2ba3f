"""An SMS gateway on this machine: real HTTP, and as many ways to fail as a test needs."""

import contextlib
import socket
import threading
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

SILENCE = "silence"  # it reads the request and never answers
CUT = "cut"  # it breaks off in the middle of its answer


class Request(NamedTuple):
    path: str
    headers: Message
    body: bytes


class Gateway:
    """Answers each POST with ``answer``: an HTTP status, SILENCE or CUT."""

    def __init__(self):
        self.requests: list[Request] = []
        self.arrived = threading.Event()  # also where the client gave up before the request was read
        self.answer: int | str = 200
        self.headers: dict[str, str] = {}
        self.text = b'{"to": "+447700900123"}'  # gateways say in their answers whom they wrote to
        self._closing = threading.Event()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                gateway._serve(self)

            do_GET = do_POST

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.port = self._server.server_port

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        self.requests.append(Request(handler.path, handler.headers, body))
        self.arrived.set()
        if self.answer == SILENCE:
            self._closing.wait()
            return
        handler.send_response(200 if self.answer == CUT else self.answer)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(self.text)))
        handler.end_headers()
        if self.answer == CUT:
            handler.wfile.write(self.text[:3])
            handler.wfile.flush()
            with contextlib.suppress(OSError):
                handler.connection.shutdown(socket.SHUT_RDWR)
            return
        handler.wfile.write(self.text)

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
