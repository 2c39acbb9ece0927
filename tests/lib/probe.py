# SPDX-License-Identifier: MIT
"""Runs mailbox_probe and reads what it prints."""
import hashlib
import json
import os
import subprocess

import tap


def digest(message):
    return hashlib.sha256(message).hexdigest()[:32]


def command(*args):
    return [os.path.join(tap.build_dir(), "mailbox_probe"), *args]


def environment(password=None):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    env.pop("PROBE_PASSWORD", None)
    if password is not None:
        env["PROBE_PASSWORD"] = password
    return env


class Run:
    """One run, ended: `open`, `end`, `applies`, `messages`, `bad`, `ids`, `digests`."""

    def __init__(self, output, code, errors):
        self.code = code
        self.errors = errors
        self.open = self.end = None
        self.messages, self.bad, self.applies, self.folders = [], [], [], []
        for line in output.splitlines():
            event = json.loads(line)
            kind = event["event"]
            if kind == "message":
                self.messages.append(event)
            elif kind == "bad":
                self.bad.append(event)
            elif kind == "folder":
                self.folders.append(event)
            elif kind == "apply":
                self.applies.append(event)
            else:
                setattr(self, kind, event)
        self.ids = [m["id"] for m in self.messages]
        self.digests = [m["digest"] for m in self.messages]

    @property
    def error(self):
        """The first sentence of trouble."""
        for event in (self.open, self.end, *self.applies):
            if event and event["error"]:
                return event["error"]
        return ""

    @property
    def result(self):
        """The first result that is trouble, else 0."""
        if self.code:
            return f"exit {self.code}: {self.errors}"
        for event in (self.open, self.end, *self.applies):
            if event and event["result"] not in (0, 1):
                return event["result"]
        return 0


def run(*args, password=None, input=b"", timeout=60):
    made = subprocess.run(command(*args), input=input, capture_output=True, timeout=timeout,
                          env=environment(password), check=False)
    return Run(made.stdout.decode(), made.returncode, made.stderr.decode(errors="replace"))
