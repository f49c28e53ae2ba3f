"""A mail server on this machine: real SMTP, and as many ways to fail as a test needs."""

import socketserver
import threading
from typing import NamedTuple


class Received(NamedTuple):
    sender: str
    to: list[str]
    data: bytes


class MailServer:
    """Takes every email, unless one of its attributes says otherwise."""

    def __init__(self):
        self.received: list[Received] = []
        self.refused: dict[str, str] = {}  # recipient: what is answered to it, "550 5.1.1 No such user"
        self.data_answer = "250 OK"
        self.is_slow = False  # it says nothing once somebody is connected
        self.cuts_off = False  # it hangs up in the middle of a message
        self.port = 0
        self._server: socketserver.ThreadingTCPServer | None = None

    def start(self) -> "MailServer":
        """Start to listen, on the same port as before if there was one."""
        self._closing = threading.Event()
        mail_server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                mail_server._talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 50

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def stop(self) -> None:
        """Be down: the port answers nobody."""
        if self._server is None:
            return
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = None

    def recipients(self) -> list[str]:
        return [address for one in self.received for address in one.to]

    def _talk(self, lines, out) -> None:
        def say(answer: str) -> None:
            out.write(answer.encode() + b"\r\n")

        if self.is_slow:
            self._closing.wait()
            return
        say("220 mail.example ESMTP")
        sender, to = "", []
        for line in lines:
            command, _space, rest = line.decode().strip().partition(" ")
            match command.upper():
                case "MAIL":
                    sender, to = _address(rest), []
                    say("250 OK")
                case "RCPT":
                    address = _address(rest)
                    if address not in self.refused:
                        to.append(address)
                    say(self.refused.get(address, "250 OK"))
                case "DATA":
                    say("354 Go on")
                    data = _read_message(lines, stop_after=1 if self.cuts_off else None)
                    if self.cuts_off:
                        return
                    if self.data_answer.startswith("2"):
                        self.received.append(Received(sender, to, data))
                    say(self.data_answer)
                case "QUIT":
                    say("221 Bye")
                    return
                case _:
                    say("250 OK")


def _address(argument: str) -> str:
    """The address in ``FROM:<desk@example.org> size=12``."""
    return argument.partition("<")[2].partition(">")[0]


def _read_message(lines, stop_after: int | None) -> bytes:
    read = []
    for line in lines:
        if line == b".\r\n" or len(read) == stop_after:
            break
        read.append(line)
    return b"".join(read)
