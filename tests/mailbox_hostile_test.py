#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers that lie, dawdle, drop the line or mean harm: a clear sentence each time, never a hang, a
crash, a password in clear, or memory without end."""
import base64
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import hostile
import probe
import servers
import tap
from hostile import Imap, MESSAGES, Pop3
from probe import digest
from tap import equal, ok

PASSWORD = "sekret-Zq7"
ALL = [digest(m) for m in MESSAGES]


def memory_limit():
    """Kilobytes; AddressSanitizer keeps what was freed for a while."""
    try:
        with open(os.path.join(tap.build_dir(), "config.h"), encoding="utf-8") as file:
            asan = "#define WITH_ASAN 1" in file.read()
    except FileNotFoundError:
        asan = "asan" in tap.build_dir()
    return (500 if asan else 60) << 10


MEMORY_KB = memory_limit()


def run(script, *args, certificates, password=PASSWORD, timeout="500", source=None, feed=b""):
    """One probe against one scripted server; its time and memory are looked at every time."""
    with hostile.Server(script, certificates) as server:
        command = probe.command("--timeout", timeout, "--ca", certificates.ca, *args,
                                source or server.url())
        start = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=errors,
                                     env=probe.environment(password))
            try:
                child.stdin.write(feed)
                child.stdin.close()
            except BrokenPipeError:
                pass
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = 0
            out.seek(0)
            errors.seek(0)
            made = probe.Run(out.read().decode(), os.waitstatus_to_exitcode(status),
                             errors.read().decode(errors="replace"))
        made.seconds = time.monotonic() - start
        made.memory = usage.ru_maxrss
        made.server = server
        clear = server.heard["clear"]
        made.leaked = PASSWORD.encode() in clear or any(
            PASSWORD.encode() in base64.b64decode(word + b"==")
            for word in re.findall(rb"[A-Za-z0-9+/]{12,}", clear))
    return made


def refused(name, script, words, *args, result=69, seconds=4, **options):
    made = run(script, *args, **options)
    problems = []
    if made.result != result:
        problems.append(f"result {made.result}, wanted {result}")
    if not re.search(words, made.error):
        problems.append(f"the sentence lacks {words!r}")
    if made.seconds > seconds:
        problems.append(f"{made.seconds:.1f} seconds")
    if made.memory > MEMORY_KB:
        problems.append(f"{made.memory} kB of memory")
    if made.leaked:
        problems.append("the password went out in clear")
    if PASSWORD in made.error or PASSWORD in made.errors:
        problems.append("the password stands in the sentence")
    ok(not problems, f"{name}: {made.error}", "\n".join(problems + [str(made.open), str(made.end)]))
    return made


def of(base, **methods):
    """The same server with some of its answers replaced."""
    return type("Spoilt" + base.__name__, (base,), methods)


def clear(base, scheme, **methods):
    return of(base, scheme=scheme, implicit_tls=False, **methods)


def test_upgrade(certs):
    def inject(self, tag, _):
        self.send(tag + b" OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")
        self.start_tls()

    def inject_later(self, tag, _):
        self.send(tag + b" OK begin\r\n")
        self.send(b"x" * 10)
        self.wait()

    def refuse(self, tag, _):
        self.send(tag + b" NO not today\r\n")

    def preauth(self):
        self.send(b"* PREAUTH welcome\r\n")

    imap = b"IMAP4rev1 STARTTLS AUTH=PLAIN"
    refused("no STARTTLS", clear(Imap, "imap"), "offers no encryption", certificates=certs)
    refused("STARTTLS refused", clear(Imap, "imap", capabilities=imap, starttls=refuse),
            "refuses to encrypt.*not today", certificates=certs)
    refused("an injected response", clear(Imap, "imap", capabilities=imap, starttls=inject),
            "slipping in", certificates=certs)
    refused("injected a moment later", clear(Imap, "imap", capabilities=imap, starttls=inject_later),
            "slipping in|TLS", certificates=certs)
    refused("PREAUTH before TLS", clear(Imap, "imap", greet=preauth), "before anything was encrypted",
            certificates=certs)

    def stls_inject(self, _):
        self.send(b"+OK begin\r\n+OK logged in\r\n")
        self.start_tls()

    refused("no STLS", clear(Pop3, "pop3"), "offers no encryption", certificates=certs)
    refused("an injected response to STLS",
            clear(Pop3, "pop3", capabilities=b"STLS\r\nSASL PLAIN\r\n", do_stls=stls_inject),
            "slipping in", certificates=certs)
    made = run(clear(Imap, "imap", capabilities=imap), certificates=certs)
    equal((made.result, made.digests, made.leaked), (0, ALL, False), "STARTTLS as it should be")
    made = run(clear(Pop3, "pop3", capabilities=b"STLS\r\nUIDL\r\n"), certificates=certs)
    equal((made.result, made.digests, made.leaked), (0, ALL, False), "STLS as it should be")
    refused("TLS 1.1", of(Imap, tls_version=ssl.TLSVersion.TLSv1_1), "refused the encryption|TLS",
            certificates=certs)


def test_time(certs):
    def silent(self, *_):
        self.wait()

    def drip_greeting(self):
        self.drip(b"* OK " + b"slowly " * 100, 0.1)

    def drip_body(self, tag, args):
        self.send(b"* 1 FETCH (UID 11 BODY[]<0> {5000}\r\n")
        self.drip(b"x" * 5000, 0.05)

    def slow_but_steady(self, tag, args):
        body = b"y" * 300000
        self.send(b"* 1 FETCH (UID 11 BODY[]<0> {%d}\r\n" % len(body))
        for n in range(0, len(body), 15000):
            self.send(body[n:n + 15000])
            time.sleep(0.1)
        self.send(b")\r\n")
        self.ok(tag)

    refused("no greeting", of(Imap, greet=silent), "no answer within 1 s", certificates=certs)
    refused("no TLS handshake", of(Imap, run=silent), "no answer within 1 s",
            certificates=certs)
    refused("a greeting by drips", of(Imap, greet=drip_greeting), "no answer within 1 s",
            certificates=certs)
    refused("a message by drips", of(Imap, uid_fetch=drip_body), "too slow", certificates=certs)
    refused("no answer to SELECT", of(Imap, examine=silent), "no answer", certificates=certs)
    refused("no answer to DELE", of(Pop3, do_dele=silent), "no answer", "--after", "delete",
            "--apply", "all", certificates=certs)
    made = run(of(Imap, uid_fetch=slow_but_steady, uids=(11,)), certificates=certs)
    ok(made.result == 0 and made.messages[0]["n"] == 300000 and made.seconds > 1.5,
       "a slow line that goes on is no failure " + made.error)
    for name, script in (("greeting", of(Imap, greet=silent)), ("handshake", of(Imap, run=silent)),
                         ("messages", of(Imap, uid_fetch=silent)), ("pop3", of(Pop3, do_uidl=silent))):
        made = refused(f"cancelled, waiting for {name}", script, "cancelled", "--cancel-ms", "200",
                       result=130, certificates=certs, timeout="30000")
        ok(made.seconds < 1.2, f"cancelled within a second, waiting for {name}")


def test_size(certs):
    huge = b"{4000000000}\r\n"
    parens = b"(" * 200000

    def select_with(line):
        def select(self, tag, args):
            self.send(line)
            Imap.select(self, tag, args)
        return {"examine": select}

    def fetch_with(line):
        def fetch(self, tag, args):
            self.send(line)
            Imap.uid_fetch(self, tag, args)
        return {"uid_fetch": fetch}

    def flooding(verb, data):
        def flood(self, *_):
            self.flood(data)
        return {verb: flood}

    lines = {
        "literal in a list": b"* LIST () \"/\" " + huge,
        "literal in a flag": b"* 1 FETCH (FLAGS (" + huge,
        "literal in a body": b"* 1 FETCH (BODY[] " + huge,
        "literal in a text": b"* OK [ALERT] " + huge,
        "parentheses": b"* 1 FETCH (BODYSTRUCTURE " + parens + b"\r\n",
        "parentheses of a list": b"* LIST " + parens + b"\r\n",
        "namespaces": b"* NAMESPACE " + parens + b"\r\n",
    }
    for name, line in lines.items():
        refused(f"select: {name}", of(Imap, **select_with(line)), "honest|IMAP|sense", certificates=certs)
    for name in ("literal in a flag", "literal in a body"):
        refused(f"fetch: {name}", of(Imap, **fetch_with(lines[name])), "more than was asked",
                certificates=certs)
    refused("fetch: a line of 4 GB", of(Imap, **flooding("uid_fetch", b"x")), "without an end",
            certificates=certs)
    refused("fetch: parentheses and more", of(Imap, **flooding("uid_fetch", b"* 1 FETCH (((((\r\n")),
            "longer than it can be|no answer|slow", certificates=certs, seconds=30)
    for verb in ("greet", "capability", "examine", "uid_search"):
        refused(f"{verb}: a line without an end", of(Imap, **flooding(verb, b"* OK aaaaaaaaaaaaaaaa")),
                "longer than it can be|without an end", certificates=certs)
    refused("select: without an end", of(Imap, **flooding("examine", b"* 1 EXISTS\r\n")),
            "longer than it can be", certificates=certs, seconds=20)
    refused("search: without an end", of(Imap, **flooding("uid_search", b"* SEARCH 1 2 3\r\n")),
            "longer than it can be", certificates=certs, seconds=20)
    refused("login: without an end", of(Imap, **flooding("authenticate", b"* OK\r\n")),
            "longer than it can be", certificates=certs)

    def top(self, _):
        self.send(b"+OK\r\n")
        self.flood(b"x" * 70000, 200 << 20)

    refused("pop3: a message without an end", of(Pop3, do_top=top), "longer than it can be",
            certificates=certs, seconds=20)
    refused("pop3: a list line without an end", of(Pop3, **flooding("do_uidl", b"1")),
            "without an end|not POP3", certificates=certs)

    def many(self, tag, args):
        self.send(b"* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n")
        self.ok(tag)

    refused("4,294,967,295 messages", of(Imap, examine=many), "more messages than there can be",
            certificates=certs)


def test_nonsense(certs):
    def rubbish(self, *_):
        self.send(bytes(range(256)) * 40 + b"\r\n\x00\xff\r\n* \r\n* (\r\n" * 5)
        self.wait()

    def no_validity(self, tag, _):
        self.send(b"* 5 EXISTS\r\n")
        self.ok(tag)

    def nothing(self, tag, _):
        self.ok(tag)

    for verb in ("greet", "capability", "authenticate", "examine", "uid_search", "uid_fetch"):
        refused(f"rubbish: {verb}", of(Imap, **{verb: rubbish}), "not IMAP|no sense|honest|greet|slow",
                certificates=certs)
    for verb in ("greet", "do_auth", "do_uidl", "do_list", "do_top"):
        refused(f"rubbish: pop3 {verb}", of(Pop3, **{verb: rubbish}), "not POP3|no sense|longer than",
                certificates=certs)
    refused("no UIDVALIDITY", of(Imap, examine=no_validity), "no lasting numbers", certificates=certs)
    refused("no EXISTS", of(Imap, examine=nothing), "how many messages", certificates=certs)

    def short(self, tag, args):
        self.message(11, size=10)
        self.ok(tag)

    def long(self, tag, args):
        self.message(11, size=len(MESSAGES[0]) + 20)
        self.ok(tag)

    made = refused("a size too small", of(Imap, uid_fetch=short), "no sense", certificates=certs)
    equal(made.messages, [], "a size too small: nothing was handed out")
    made = refused("a size too large", of(Imap, uid_fetch=long), "no sense|no answer",
                   certificates=certs)
    equal(made.messages, [], "a size too large: nothing was handed out")

    def backwards(self, tag, args):
        self.send(b"* 1 FETCH (FLAGS (\\Seen))\r\n* 9 EXISTS\r\n* 2 EXPUNGE\r\n* OK hello\r\n")
        self.message(99, body=b"not asked for")
        for uid in reversed(self.wanted(args)):
            body = MESSAGES[uid - 11]
            self.send(b"* 1 FETCH (BODY[] {%d}\r\n" % len(body) + body +
                      b" FLAGS (UID \"UID 77 )\") UID %d)\r\n" % uid)
        self.message(11)
        self.ok(tag)

    made = run(of(Imap, uid_fetch=backwards), certificates=certs)
    equal((made.result, made.digests), (0, ALL[::-1]), "any order, and nothing that was not asked for")

    def odd_bodies(self, tag, args):
        self.send(b"* 1 FETCH (UID 11 BODY[]<0> \"a \\\"quoted\\\" one\")\r\n"
                  b"* 2 FETCH (UID 12 BODY[]<0> \"\")\r\n* 3 FETCH (UID 13 BODY[]<0> NIL)\r\n"
                  b"* 4 FETCH (UID 14 BODY[]<0> {0}\r\n)\r\n")
        self.ok(tag)

    made = run(of(Imap, uid_fetch=odd_bodies), certificates=certs)
    equal((made.digests, made.end["lost"]),
          ([digest(b'a "quoted" one'), digest(b""), digest(b"")], 2),
          "bodies in quotes, empty ones, and two that are gone")

    def twice(self, tag, _):
        self.send(b"* SEARCH 15 14 14 13 12 11 11\r\n")
        self.ok(tag)

    equal(run(of(Imap, uid_search=twice), certificates=certs).digests, ALL,
          "a list in disorder, with repeats")

    def refuse_13(self, tag, args):
        for uid in self.wanted(args):
            if uid == 13:
                self.send(tag + b" NO [SERVERBUG] cannot read it\r\n")
                return
            self.message(uid)
        self.ok(tag)

    made = run(of(Imap, uid_fetch=refuse_13), certificates=certs)
    equal((made.result, made.digests, [b["id"] for b in made.bad]),
          (0, ALL[:2] + ALL[3:], ["7.13"]), "one message that the server cannot give")
    ok("cannot read it" in made.bad[0]["error"], "… in its words: " + made.bad[0]["error"])


def test_dropped(certs):
    def drop_once(self, tag, args):
        for n, uid in enumerate(self.wanted(args)):
            if self.number == 0 and n == 2:
                self.send(b"* 3 FETCH (UID 13 BODY[]<0> {40}\r\nSubj")
                raise hostile.Gone
            self.message(uid)
        self.ok(tag)

    def drop_always(self, tag, args):
        self.send(b"* 1 FETCH (UID %d BODY[]<0> {40}\r\nSubj" % self.wanted(args)[0])
        raise hostile.Gone

    def one_each(self, tag, args):
        self.message(self.wanted(args)[0])
        raise hostile.Gone

    made = run(of(Imap, uid_fetch=drop_once), certificates=certs)
    equal((made.result, made.digests, made.server.count), (0, ALL, 2),
          "dropped in the middle of a message, taken up: none lost, none twice")
    refused("dropped over every message", of(Imap, uid_fetch=drop_always), "closed the connection",
            certificates=certs)

    def drop_13(self, tag, args):
        for uid in self.wanted(args):
            if uid == 13:
                raise hostile.Gone
            self.message(uid)
        self.ok(tag)

    made = run(of(Imap, uid_fetch=drop_13), certificates=certs)
    equal((made.result, made.digests, [b["id"] for b in made.bad]),
          (0, ALL[:2] + ALL[3:], ["7.13"]), "a message over which the server hangs up costs itself")
    made = run(of(Imap, uid_fetch=one_each), certificates=certs)
    equal((made.result, made.digests), (0, ALL), "one message a connection")

    def other(self, tag, args):
        self.validity = 7 + self.number
        Imap.select(self, tag, args)

    made = refused("another UIDVALIDITY after the drop", of(Imap, uid_fetch=drop_once, examine=other),
                   "made anew", result=75, certificates=certs)
    equal(made.digests, ALL[:2], "… what was handed out before stays good")

    def bye(self, tag, args):
        self.message(self.wanted(args)[0])
        self.send(b"* BYE shutting down\r\n")
        raise hostile.Gone

    equal(run(of(Imap, uid_fetch=bye), certificates=certs).digests, ALL, "BYE in the middle")

    def pop_drop(self, args):
        if self.number == 0 and args.startswith(b"3"):
            self.send(b"+OK\r\nSubject: half")
            raise hostile.Gone
        Pop3.do_retr(self, args)

    equal(run(of(Pop3, do_top=pop_drop), certificates=certs).digests, ALL, "pop3: dropped, taken up")


def test_login(certs):
    def saying(text):
        def authenticate(self, tag, _):
            self.send(b"+ \r\n")
            self.line()
            self.send(text.replace(b"TAG", tag))
        return authenticate

    refused("wrong password", of(Imap, authenticate=saying(b"TAG NO [AUTHENTICATIONFAILED] no\r\n")),
            "log-in as anna refused", result=77, certificates=certs)
    refused("a server that repeats the password",
            of(Imap, authenticate=saying(b"TAG NO wrong: " + PASSWORD.encode() + b"\r\n")),
            "log-in as anna refused", result=77, certificates=certs)
    refused("control characters in its words",
            of(Imap, authenticate=saying(b"TAG NO \x1b[31mred\x07\r\n")), r"refused \(NO [^\x1b\x07]*\)",
            result=77, certificates=certs)
    for text in (b"TAG NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded\r\n",
                 b"* BYE Too many connections\r\n", b"TAG NO [LIMIT] later\r\n"):
        refused("too many connections", of(Imap, authenticate=saying(text)), "does not let anna in",
                result=75, certificates=certs)

    def bye(self):
        self.send(b"* BYE Too many connections from your IP\r\n")
        raise hostile.Gone

    refused("BYE as a greeting", of(Imap, greet=bye), "Too many connections", result=75,
            certificates=certs)
    refused("LOGINDISABLED", of(Imap, capabilities=b"IMAP4rev1 LOGINDISABLED"), "takes no passwords",
            result=77, certificates=certs)
    made = run(of(Imap, capabilities=b"IMAP4rev1"), certificates=certs)
    ok(made.result == 0 and made.server.said(rb"LOGIN"), "LOGIN where there is no PLAIN")

    def token(self, tag, args):
        self.send(b"+ \r\n")
        said = base64.b64decode(self.line())
        want = {b"XOAUTH2": b"user=anna\1auth=Bearer tok\1\1",
                b"OAUTHBEARER": b"n,a=anna,\1host=localhost\1port=%d\1auth=Bearer tok\1\1"
                                % self.server.port}[args]
        if said == want:
            self.ok(tag)
            return
        self.send(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n")
        self.line()
        self.send(tag + b" NO [AUTHENTICATIONFAILED] token expired\r\n")

    for caps in (b"IMAP4rev1 AUTH=XOAUTH2", b"IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER"):
        script = of(Imap, capabilities=caps, authenticate=token)
        made = run(script, "--token", password="tok", certificates=certs)
        equal((made.result, made.digests), (0, ALL), f"a token by {caps.decode()} {made.error}")
        refused("an expired token", script, "token expired", "--token", password="old", result=77,
                certificates=certs)
    refused("no tokens taken", Imap, "takes no OAuth 2", "--token", result=77, certificates=certs)


def test_marking(certs):
    named = b"7.11\n7.12\n"
    args = ("--after", "delete", "--apply", "unread")
    made = refused("deleting that does not happen", Imap, "still there", *args, result=77, feed=named,
                   certificates=certs)
    equal(made.applies[0]["done"], 0, "… is not done")

    def read_only(self, tag, _):
        self.send(tag + b" NO [READ-ONLY] you may not\r\n")

    refused("not allowed to delete", of(Imap, uid_store=read_only), "you may not", *args, result=77,
            feed=named, certificates=certs)

    def gone(self, tag, _):
        self.send(b"* SEARCH\r\n")
        self.ok(tag)

    made = run(of(Imap, uid_search=gone), *args, feed=named + b"8.11\n7.12\n", certificates=certs)
    equal((made.result, made.applies[0]["done"]), (0, 4), "deleted")
    ok(made.server.said(rb"UID STORE 11:12 \+FLAGS.SILENT \(\\Deleted\)\r") and
       made.server.said(rb"UID EXPUNGE 11:12\r"), "… by UID, and only these", made.server.heard["tls"])

    def drop(self, tag, _):
        raise hostile.Gone

    made = refused("dropped while marking", of(Imap, uid_expunge=drop), "closed the connection", *args,
                   feed=named, certificates=certs)
    equal(made.applies[0]["done"], 0, "… is not done")

    def timed_out(self, tag, args):
        if self.number == 0:
            self.send(b"* BYE idle for too long\r\n")
            raise hostile.Gone
        self.ok(tag)

    made = run(of(Imap, noop=timed_out, uid_store=Imap.noop), "--after", "seen", "--apply", "unread",
               feed=named, certificates=certs)
    equal((made.result, made.applies[0]["done"], made.server.count), (0, 2, 2),
          "hung up on while the scan was busy: marks over a new connection")
    pop_args = ("--after", "delete", "--apply", "all")

    def no_dele(self, args):
        self.send(b"-ERR not that\r\n" if args == b"3" else b"+OK\r\n")

    made = refused("pop3: DELE refused", of(Pop3, do_dele=no_dele), "not that", *pop_args, result=77,
                   certificates=certs)
    ok(made.applies[0]["done"] == 0 and made.server.said(rb"RSET\r\n") and
       not made.server.said(rb"QUIT\r\n"), "… RSET, and nothing deleted")

    def pop_gone(self, *_):
        raise hostile.Gone

    made = refused("pop3: dropped at QUIT", of(Pop3, do_quit=pop_gone), "closed the connection",
                   *pop_args, certificates=certs)
    equal(made.applies[0]["done"], 0, "… is not done")


trouble = servers.missing()
if trouble and "openssl" in trouble:
    tap.skip_all(trouble)
with tempfile.TemporaryDirectory() as work:
    made_certificates = servers.Certificates(work)
    for test in (test_upgrade, test_time, test_size, test_nonsense, test_dropped, test_login,
                 test_marking):
        test(made_certificates)
tap.done()
