"""A mail server of the tests, spoken to over SMTP: it keeps what it takes and refuses some mailboxes.

Not here: what is sent to it.
"""

import socketserver
import threading
from email import message_from_bytes
from email.message import Message


class MailServer:
    """Mails to an address in `refused` are turned down by name; all others stand in `taken`."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.taken: list[tuple[str, Message]] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.port = int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        mailboxes = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                to = ""
                self.say("220 ready")
                while line := self.rfile.readline().decode().strip():
                    verb = line.partition(" ")[0].upper()
                    if verb == "RCPT":
                        to = line.partition("<")[2].partition(">")[0]
                    if verb == "RCPT" and to in mailboxes.refused:
                        self.say("550 no such mailbox")
                    elif verb == "DATA":
                        self.say("354 go on")
                        mailboxes.taken.append((to, message_from_bytes(self.letter())))
                        self.say("250 taken")
                    elif verb == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

            def letter(self) -> bytes:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                return b"".join(lines)

            def say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        return Handler
