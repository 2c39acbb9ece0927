# SPDX-License-Identifier: MIT
"""Mailboxes of every kind, filled and looked at from outside, for contract tests.

A box knows its kind's `name`, gives the `url` that opens it, takes messages with `add`, and tells
with `state()` what lies in it: {message bytes: flags}. `moved()` is the same for the folder that
messages are moved to, `target` its name."""
import os
import shutil


class Files:
    name = "directory"
    has_seen = False
    target = "Done"
    password = None

    def __init__(self, work):
        self.path = os.path.join(work, "files")
        os.mkdir(self.path)
        self.n = 0

    @property
    def url(self):
        return self.path

    def add(self, message):
        self.n += 1
        with open(os.path.join(self.path, f"m{self.n:06}.eml"), "wb") as file:
            file.write(message)

    def expected(self, message):
        """The bytes as the mailbox hands them out."""
        return message

    @staticmethod
    def _read(path):
        found = {}
        if os.path.isdir(path):
            for name in os.listdir(path):
                if os.path.isfile(os.path.join(path, name)):
                    with open(os.path.join(path, name), "rb") as file:
                        found[file.read()] = ""
        return found

    def state(self):
        return self._read(self.path)

    def moved(self):
        return self._read(os.path.join(self.path, self.target))

    def close(self):
        shutil.rmtree(self.path)


class Maildir(Files):
    name = "maildir"
    has_seen = True

    def __init__(self, work):
        self.path = os.path.join(work, "Maildir")
        self.n = 0
        self._make(self.path)

    @staticmethod
    def _make(path):
        for sub in ("tmp", "new", "cur"):
            os.makedirs(os.path.join(path, sub))

    @property
    def url(self):
        return "maildir:" + self.path

    def add(self, message, folder=None, flags=None):
        """flags: None lies in new, "" or "FS" in cur."""
        self.n += 1
        path = os.path.join(self.path, "." + folder) if folder else self.path
        if not os.path.isdir(path):
            self._make(path)
        base = f"1700000000.M{self.n:06}P1.host"
        name = f"new/{base}" if flags is None else f"cur/{base}:2,{flags}"
        with open(os.path.join(path, name), "wb") as file:
            file.write(message)

    def _folder(self, path):
        found = {}
        for sub in ("new", "cur"):
            directory = os.path.join(path, sub)
            for name in os.listdir(directory) if os.path.isdir(directory) else []:
                with open(os.path.join(directory, name), "rb") as file:
                    found[file.read()] = name.partition(":2,")[2]
        return found

    def state(self):
        return self._folder(self.path)

    def moved(self):
        return self._folder(os.path.join(self.path, "." + self.target))


class Mbox(Files):
    name = "mbox"
    has_seen = True

    def __init__(self, work):
        self.path = os.path.join(work, "mbox")
        self.n = 0
        open(self.path, "wb").close()

    @property
    def url(self):
        return "mbox:" + self.path

    def add(self, message):
        with open(self.path, "ab") as file:
            file.write(b"From MAILER-DAEMON Mon Nov 23 21:18:00 2026\n" + message)
            file.write(b"" if message.endswith(b"\n") else b"\n")
            file.write(b"\n")

    def expected(self, message):
        return message if message.endswith(b"\n") else message + b"\n"

    @staticmethod
    def _split(path):
        """Python's own reading of an mbox, with its Status line taken as flags."""
        found = {}
        if not os.path.exists(path):
            return found
        with open(path, "rb") as file:
            text = "\n" + file.read().decode("latin-1")
        for part in text.removesuffix("\n").split("\nFrom MAILER-DAEMON ")[1:]:
            message = part.split("\n", 1)[1].encode("latin-1")
            flags = "S" if b"Status: RO\n" in message else ""
            found[message.replace(b"Status: RO\n", b"", 1)] = flags
        return found

    def state(self):
        return self._split(self.path)

    def moved(self):
        return self._split(os.path.join(os.path.dirname(self.path), self.target))

    def close(self):
        for name in (self.path, os.path.join(os.path.dirname(self.path), self.target)):
            if os.path.exists(name):
                os.unlink(name)


class Imap:
    """A folder of a private Dovecot (servers.py)."""
    name = "imap"
    has_seen = True
    scheme = "imaps"
    target = "Done"
    users = 0

    def __init__(self, server):
        Imap.users += 1
        self.server = server
        self.user = f"user{Imap.users}"
        self.password = server.password
        server.make_folder(self.user)

    @property
    def url(self):
        return self.server.url(self.user, scheme=self.scheme)

    def add(self, message):
        self.server.deliver(self.user, message)

    def expected(self, message):
        """Dovecot hands out lines with CRLF, whatever lies in the file."""
        return message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def state(self):
        return self.server.folder(self.user)

    def moved(self):
        return self.server.folder(self.user, self.target)


class Starttls(Imap):
    name = "imap with STARTTLS"
    scheme = "imap"


class Pop3(Imap):
    name = "pop3"
    scheme = "pop3s"
    has_seen = False
    target = None

    def expected(self, message):
        message = super().expected(message)
        return message if message.endswith(b"\r\n") else message + b"\r\n"


class Stls(Pop3):
    name = "pop3 with STLS"
    scheme = "pop3"
