# SPDX-License-Identifier: MIT
"""Private mail servers for tests: a Dovecot of our own on free loopback ports, with folders and
certificates of its own, ended by its process id.

    with servers.Dovecot() as server:
        server.deliver("anna", message)            # into INBOX, or folder="Junk"
        server.url("anna")                         # imaps://anna@localhost:PORT/INBOX
        server.folder("anna")                      # {message bytes: flags}

The password is `server.password`; certificates: `server.ca` and, by `server.use(NAME)`, one of
"good", "expired", "wronghost", "selfsigned"."""
import hashlib
import os
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

UID = GID = 33  # www-data, who owns the mail, as an account that exists everywhere


def free_port():
    """Below those that the system gives to clients, one of which might take it while its server is down."""
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise RuntimeError("no free port")


def wait_until(condition, what, seconds=15):
    """Polls a condition; an exception after the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.01)
    raise TimeoutError(what)


def listening(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def missing():
    """Why no server can be started here, or ""."""
    if os.geteuid() != 0:
        return "starting Dovecot needs root"
    for program in ("dovecot", "openssl"):
        if not shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin"):
            return program + " is not installed"
    return ""


class Certificates:
    """An authority of the test's own and server certificates of several virtues, in a directory."""

    def __init__(self, directory):
        self.directory = directory
        self.ca = os.path.join(directory, "ca.pem")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
                      "-subj", "/CN=zwrotka test authority")
        self._signed("good", "localhost", "30")
        self._signed("wronghost", "elsewhere.example", "30")
        self._expired("expired")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-keyout", "selfsigned.key", "-out", "selfsigned.pem",
                      "-days", "30", "-subj", "/CN=localhost",
                      "-addext", "subjectAltName=DNS:localhost")

    def _openssl(self, *args):
        subprocess.run(["openssl", *args], cwd=self.directory, check=True, capture_output=True)

    def _request(self, name, host):
        self._openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-keyout", name + ".key", "-out", name + ".csr",
                      "-subj", "/CN=" + host)
        with open(os.path.join(self.directory, name + ".ext"), "w", encoding="ascii") as file:
            file.write(f"subjectAltName=DNS:{host}\n")

    def _signed(self, name, host, days):
        self._request(name, host)
        self._openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                      "-CAcreateserial", "-days", days, "-out", name + ".pem",
                      "-extfile", name + ".ext")

    def _expired(self, name):
        """`openssl x509` cannot date back, `openssl ca` can."""
        self._request(name, "localhost")
        with open(os.path.join(self.directory, "ca.cnf"), "w", encoding="ascii") as file:
            file.write("[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\n"
                       "new_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
        for empty in ("index.txt",):
            open(os.path.join(self.directory, empty), "w", encoding="ascii").close()
        with open(os.path.join(self.directory, "serial"), "w", encoding="ascii") as file:
            file.write("1000\n")
        self._openssl("ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                      "-in", name + ".csr", "-out", name + ".pem", "-notext",
                      "-startdate", "20200101000000Z", "-enddate", "20200201000000Z",
                      "-extfile", name + ".ext")

    def pin(self, name):
        """The fingerprint of a certificate as zwrotka takes it."""
        with open(os.path.join(self.directory, name + ".pem"), encoding="ascii") as file:
            text = file.read()
        pem = text[text.index("-----BEGIN"):]
        return "sha256:" + hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


CONFIGURATION = """
base_dir = {work}/run
state_dir = {work}/state
instance_name = zwrotka-test
log_path = {work}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <{work}/tls/{certificate}.pem
ssl_key = <{work}/tls/{certificate}.key
disable_plaintext_auth = yes
auth_mechanisms = plain login
mail_location = maildir:{work}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = {connections}
default_vsz_limit = 512M
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={work}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{extra}
"""


class Dovecot:
    """A running Dovecot. Every user there is has the same password and an empty Maildir."""

    def __init__(self, certificate="good", extra="", connections=50, password=None):
        self.work = tempfile.mkdtemp(prefix="zwrotka-dovecot-")
        os.chmod(self.work, 0o711)
        self.password = password or "sekret-Zq7"
        self.extra, self.connections = extra, connections
        self.ports = {name: free_port() for name in ("imap", "imaps", "pop3", "pop3s")}
        self.delivered = 0
        self.pid = 0
        os.mkdir(os.path.join(self.work, "tls"))
        os.mkdir(os.path.join(self.work, "mail"))
        os.chown(os.path.join(self.work, "mail"), UID, GID)
        self.certificates = Certificates(os.path.join(self.work, "tls"))
        self.ca = self.certificates.ca
        try:
            self.use(certificate)
        except BaseException:
            self.close()
            raise

    def use(self, certificate):
        """(Re)starts with another certificate."""
        self.stop()
        path = os.path.join(self.work, "dovecot.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(work=self.work, certificate=certificate, uid=UID, gid=GID,
                                            password=self.password, extra=self.extra,
                                            connections=self.connections, **self.ports))
        # again if need be: a child of the one before may hold its ports for a moment
        wait_until(lambda: subprocess.run(["/usr/sbin/dovecot", "-c", path], check=False).returncode == 0,
                   "dovecot's start")
        wait_until(self._read_pid, "dovecot's process id")
        for port in self.ports.values():
            wait_until(lambda port=port: listening(port), f"port {port}")

    def _pid_file(self):
        return os.path.join(self.work, "run", "master.pid")

    def _read_pid(self):
        try:
            with open(self._pid_file(), encoding="ascii") as file:
                self.pid = int(file.read() or 0)
        except FileNotFoundError:
            return False
        return self.pid > 0

    def stop(self):
        """At once and hard, as a crash: an orderly end takes Dovecot three seconds. It is halted first: a child
        that came behind the list would live on, and hold its connections."""
        if not self.pid:
            return
        try:
            os.kill(self.pid, signal.SIGSTOP)
            wait_until(lambda: self._state() in ("T", "Z", ""), "dovecot's halt")
        except ProcessLookupError:
            pass
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.pid)],
                                  capture_output=True, text=True, check=False).stdout.split()
        for pid in (self.pid, *map(int, children)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        wait_until(self._is_gone, "dovecot's end")
        self.pid = 0
        if os.path.exists(self._pid_file()):
            os.unlink(self._pid_file())

    def _state(self):
        """The letter of the process's state, "" if it is gone."""
        try:
            with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
                return file.read().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return ""

    def _is_gone(self):
        """Gone, or a zombie that its parent has not looked at."""
        return self._state() in ("Z", "")

    def close(self):
        self.stop()
        shutil.rmtree(self.work, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def url(self, user, folder="INBOX", scheme="imaps", host="localhost"):
        tail = "" if scheme.startswith("pop3") else "/" + folder
        return f"{scheme}://{user}@{host}:{self.ports[scheme]}{tail}"

    def home(self, user, folder="INBOX"):
        """The Maildir that a folder lies in (Dovecot's names: "A/B" is .A.B)."""
        path = os.path.join(self.work, "mail", user)
        return path if folder == "INBOX" else os.path.join(path, "." + folder.replace("/", "."))

    def make_folder(self, user, folder="INBOX"):
        for path in {self.home(user), self.home(user, folder)}:
            if os.path.isdir(os.path.join(path, "cur")):
                continue
            for sub in ("", "tmp", "new", "cur"):
                os.makedirs(os.path.join(path, sub), exist_ok=True)
                os.chown(os.path.join(path, sub), UID, GID)

    def deliver(self, user, message, folder="INBOX", flags=None):
        """flags: None is new mail; "F", "S" and so on lie in cur with those flags."""
        self.make_folder(user, folder)
        self.delivered += 1
        base = f"{1700000000 + self.delivered}.M{self.delivered}P1.test"
        tail = f"new/{base}" if flags is None else f"cur/{base}:2,{flags}"
        path = os.path.join(self.home(user, folder), "tmp", base)
        with open(path, "wb") as file:
            file.write(message)
        os.chown(path, UID, GID)
        os.rename(path, os.path.join(self.home(user, folder), tail))

    def folder(self, user, folder="INBOX"):
        """What lies there now: {message bytes: Maildir flags, "" for none}."""
        found = {}
        for sub in ("new", "cur"):
            path = os.path.join(self.home(user, folder), sub)
            for name in os.listdir(path) if os.path.isdir(path) else []:
                with open(os.path.join(path, name), "rb") as file:
                    found[file.read()] = name.partition(":2,")[2]
        return found

    def lose(self, user, part):
        """Takes new mail with these bytes away from the INBOX, after the server has given it its UID."""
        subprocess.run(["doveadm", "-c", os.path.join(self.work, "dovecot.conf"), "mailbox", "status", "-u", user,
                        "uidnext", "INBOX"], capture_output=True, check=False)
        for sub in ("new", "cur"):
            gone = os.path.join(self.home(user), sub)
            for entry in os.listdir(gone):
                with open(os.path.join(gone, entry), "rb") as file:
                    found = part in file.read()
                if found:
                    os.unlink(os.path.join(gone, entry))

    def renumber(self, user, folder="INBOX"):
        """Gives the folder a new UIDVALIDITY, as a restore from a backup does."""
        path = self.home(user, folder)
        for name in os.listdir(path):
            if name.startswith("dovecot"):
                os.unlink(os.path.join(path, name))
        time.sleep(1.1)  # the new one is made from the second

    def log(self):
        with open(os.path.join(self.work, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def log_has(self, pattern):
        return re.search(pattern, self.log()) is not None
