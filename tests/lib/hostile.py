# SPDX-License-Identifier: MIT
"""Mail servers that misbehave by script, for what Dovecot will not do.

    class Liar(hostile.Imap):
        def select(self, tag, args):
            self.send(b"* 4000000000 EXISTS\\r\\n" + tag + b" OK\\r\\n")

    with hostile.Server(Liar, certificates) as server:
        ... server.url(), server.heard

A script is one connection; `server.heard` collects what came in clear and what under TLS, `count`
the connections."""
import base64
import re
import socket
import ssl
import threading
import time

MESSAGES = [b"Subject: message %d\r\n\r\nbody %d\r\n" % (n, n) for n in range(1, 6)]


class Gone(Exception):
    """The client hung up, or the script ended the connection."""


class Script:
    """One connection. `number` counts them from 0."""
    implicit_tls = True
    tls_version = None

    def __init__(self, server, sock, number):
        self.server, self.sock, self.number = server, sock, number
        self.secure = False
        self.buffer = b""

    def start_tls(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if self.tls_version:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = self.tls_version
        directory, name = self.server.certificates.directory, self.server.certificate
        context.load_cert_chain(f"{directory}/{name}.pem", f"{directory}/{name}.key")
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.secure = True

    def send(self, data):
        self.sock.sendall(data)

    def drip(self, data, pause=0.2):
        for n in range(len(data)):
            self.send(data[n:n + 1])
            time.sleep(pause)

    def flood(self, data, limit=1 << 30):
        """Sends the same again and again until the client has had enough."""
        block = data * max(1, 65536 // len(data))
        sent = 0
        while sent < limit:
            self.send(block)
            sent += len(block)

    def line(self):
        while b"\n" not in self.buffer:
            got = self.sock.recv(65536)
            if not got:
                raise Gone
            self.server.heard["tls" if self.secure else "clear"] += got
            self.buffer += got
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def wait(self):
        """Says nothing until the client hangs up."""
        while True:
            self.line()

    def run(self):
        if self.implicit_tls:
            self.start_tls()
        self.talk()

    def talk(self):
        raise NotImplementedError


class Imap(Script):
    """An honest IMAP server over MESSAGES, to be spoilt by overriding."""
    scheme = "imaps"
    capabilities = b"IMAP4rev1 AUTH=PLAIN UIDPLUS MOVE"
    validity = 7
    uids = (11, 12, 13, 14, 15)

    def talk(self):
        self.greet()
        while True:
            tag, _, rest = self.line().partition(b" ")
            verb, _, args = rest.partition(b" ")
            if verb.upper() == b"UID":
                verb, _, args = args.partition(b" ")
                verb = b"uid_" + verb
            getattr(self, verb.decode("ascii", "replace").lower(), self.unknown)(tag, args)

    def unknown(self, tag, args):
        self.send(tag + b" BAD unknown\r\n")

    def ok(self, tag, text=b"done"):
        self.send(tag + b" OK " + text + b"\r\n")

    def greet(self):
        self.send(b"* OK ready\r\n")

    def capability(self, tag, _):
        self.send(b"* CAPABILITY " + self.capabilities + b"\r\n")
        self.ok(tag)

    def starttls(self, tag, _):
        self.ok(tag, b"begin TLS")
        self.start_tls()

    def authenticate(self, tag, _):
        self.send(b"+ \r\n")
        self.secret = base64.b64decode(self.line())
        self.ok(tag)

    def login(self, tag, _):
        self.ok(tag)

    def select(self, tag, _):
        self.send(b"* FLAGS (\\Seen \\Deleted)\r\n* %d EXISTS\r\n* 0 RECENT\r\n"
                  b"* OK [UIDVALIDITY %d] valid\r\n* OK [UIDNEXT %d] next\r\n"
                  % (len(self.uids), self.validity, max(self.uids, default=0) + 1))
        self.ok(tag, b"[READ-ONLY] open")

    examine = select

    def uid_search(self, tag, _):
        self.send(b"* SEARCH" + b"".join(b" %d" % uid for uid in self.uids) + b"\r\n")
        self.ok(tag)

    def wanted(self, args):
        found = []
        for part in args.split(b" ")[0].split(b","):
            first, _, last = part.partition(b":")
            found += [u for u in self.uids if int(first) <= u <= int(last or first)]
        return found

    def message(self, uid, body=None, size=None):
        body = MESSAGES[uid - 11] if body is None else body
        size = len(body) if size is None else size
        self.send(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid - 10, uid, size) + body + b")\r\n")

    def uid_fetch(self, tag, args):
        for uid in self.wanted(args):
            self.message(uid)
        self.ok(tag)

    def noop(self, tag, _):
        self.ok(tag)

    uid_store = uid_expunge = uid_move = create = noop

    def logout(self, tag, _):
        self.send(b"* BYE\r\n")
        self.ok(tag)
        raise Gone


class Pop3(Script):
    """An honest POP3 server over MESSAGES."""
    scheme = "pop3s"
    capabilities = b"UIDL\r\nTOP\r\nSASL PLAIN\r\n"

    def talk(self):
        self.greet()
        while True:
            verb, _, args = self.line().partition(b" ")
            getattr(self, "do_" + verb.decode("ascii", "replace").lower(), self.unknown)(args)

    def greet(self):
        self.send(b"+OK ready\r\n")

    def unknown(self, _):
        self.send(b"-ERR unknown\r\n")

    def ok(self, _=None):
        self.send(b"+OK\r\n")

    def do_capa(self, _):
        self.send(b"+OK\r\n" + self.capabilities + b".\r\n")

    def do_stls(self, _):
        self.ok()
        self.start_tls()

    def do_auth(self, _):
        self.send(b"+ \r\n")
        self.line()
        self.ok()

    def do_uidl(self, _):
        self.send(b"+OK\r\n" + b"".join(b"%d id%d\r\n" % (n, n) for n in range(1, 6)) + b".\r\n")

    def do_list(self, _):
        self.send(b"+OK\r\n" + b"".join(b"%d 40\r\n" % n for n in range(1, 6)) + b".\r\n")

    def do_retr(self, args):
        self.send(b"+OK\r\n" + MESSAGES[int(args.split()[0]) - 1] + b".\r\n")

    do_top = do_retr
    do_dele = do_noop = do_rset = do_user = do_pass = ok

    def do_quit(self, _):
        self.ok()
        raise Gone


class Server:
    """Runs a script for every connection, each in a thread, until the end of the `with`."""

    def __init__(self, script, certificates, certificate="good"):
        self.script, self.certificates, self.certificate = script, certificates, certificate
        self.heard = {"clear": b"", "tls": b""}
        self.count = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            number = self.count
            self.count += 1
            self.open.append(sock)
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock, number):
        script = self.script(self, sock, number)
        try:
            script.run()
        except (Gone, OSError, ValueError):
            pass
        try:
            script.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        script.sock.close()

    def url(self):
        tail = "/INBOX" if issubclass(self.script, Imap) else ""
        return f"{self.script.scheme}://anna@localhost:{self.port}{tail}"

    def said(self, pattern):
        """Did the client say so, in clear or under TLS?"""
        return re.search(pattern, self.heard["clear"] + self.heard["tls"]) is not None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for sock in self.open:
            try:
                sock.close()
            except OSError:
                pass
