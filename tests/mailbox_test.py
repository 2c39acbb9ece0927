#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The contract of src/mailbox/mailbox.h, the same for every kind of mailbox."""
import fcntl
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import boxes
import probe
import servers
import tap
from probe import digest
from tap import equal, ok


def message(n, body=b""):
    return (b"Received: from a by b; Mon, 23 Nov 2026 10:00:%02d +0000\nFrom: MAILER-DAEMON\n"
            b"Subject: message %d\n\nNo such user.\n%s" % (n % 60, n, body))


MAIL = [
    message(0),
    message(1, b">From here on\n\nFrom the desk of nobody\n\nmore\n"),
    message(2, b"\xff\xfe 8 bit \xc5\x81\n"),
    message(3, b"x" * 100000 + b"\n"),
    message(4, b"ends without a newline"),
    b"Subject: no body\n",
    message(6, b"{4000000000}\n* 1 FETCH (UID 1)\n)\n.\n..\nzwr7 OK done\n"),
]


def write(work, name, lines):
    path = os.path.join(work, name)
    with open(path, "w", encoding="latin-1") as file:
        file.writelines(line + "\n" for line in lines)
    return path


def check_reading(box, args, work):
    run = probe.run(*args, password=box.password)
    equal((run.open["result"], run.end["result"], run.messages), (0, 1, []),
          f"{box.name}: an empty mailbox is an end at once")
    for text in MAIL:
        box.add(text)
    before = box.state()
    run = probe.run(*args, password=box.password)
    equal(run.result, 0, f"{box.name}: reads without trouble {run.error}")
    equal(sorted(run.digests), sorted(digest(box.expected(m)) for m in MAIL),
          f"{box.name}: every byte of every message")
    equal(len(set(run.ids)), len(MAIL), f"{box.name}: every id is its own")
    ok(all(m["whole"] for m in run.messages), f"{box.name}: read whole")
    equal(run.end["total"], len(MAIL), f"{box.name}: counts them")
    again = probe.run(*args, password=box.password)
    equal((again.ids, again.open["place"]), (run.ids, run.open["place"]),
          f"{box.name}: the same ids and place at the next scan")
    known = write(work, "known", run.ids[2:])
    some = probe.run("--known", known, *args, password=box.password)
    equal((some.ids, some.end["skipped"]), (run.ids[:2], len(MAIL) - 2),
          f"{box.name}: known messages are passed over")
    probe.run("--apply", "all", *args, password=box.password)
    equal(box.state(), before, f"{box.name}: reading, and applying 'keep', changes nothing")
    stopped = probe.run("--cancel", "2", *args, password=box.password)
    equal((stopped.end["result"], len(stopped.messages)), (130, 2), f"{box.name}: cancelled")
    return run


def check_applying(box, args, work, run):
    """What is named goes, and nothing else."""
    by_digest = {m["digest"]: m["id"] for m in run.messages}
    ids = [by_digest[digest(box.expected(m))] for m in MAIL]
    before = box.state()
    texts = {digest(box.expected(m)): m for m in before}

    def without(state, *numbers):
        gone = [digest(box.expected(MAIL[n])) for n in numbers]
        return {m: f for m, f in state.items() if digest(box.expected(m)) not in gone}

    equal(len(texts), len(MAIL), f"{box.name}: the test sees all messages")
    if box.has_seen:
        seen = probe.run("--after", "seen", "--apply", write(work, "s", [ids[1], ids[3]]), *args,
                         password=box.password)
        equal((seen.result, seen.applies[0]["done"]), (0, 2), f"{box.name}: seen {seen.error}")
        now = box.state()
        flagged = sorted(digest(box.expected(m)) for m, f in now.items() if "S" in f)
        equal(flagged, sorted(digest(box.expected(MAIL[n])) for n in (1, 3)),
              f"{box.name}: seen, and no other")
        equal(sorted(probe.run(*args, password=box.password).ids), sorted(ids),
              f"{box.name}: flags do not change ids")
        before = now
    gone = probe.run("--after", "delete", "--apply", write(work, "d", [ids[0], ids[6]]), *args,
                     password=box.password)
    equal((gone.result, gone.applies[0]["done"]), (0, 2), f"{box.name}: deletes {gone.error}")
    before = without(before, 0, 6)
    equal(box.state(), before, f"{box.name}: deletes these and touches no other")
    left = probe.run(*args, password=box.password)
    equal(sorted(left.ids), sorted(ids[1:6]), f"{box.name}: the others keep their ids")
    twice = probe.run("--after", "delete", "--apply", write(work, "d", [ids[0], ids[6]]), *args,
                      password=box.password)
    equal((twice.result, twice.applies[0]["done"]), (0, 2), f"{box.name}: what is gone is done")
    equal(box.state(), before, f"{box.name}: a second time changes nothing")
    after = "move:" + box.target if box.target else "delete"
    moved = probe.run("--after", after, "--apply", "unread", *args,
                      password=box.password, input=f"{ids[2]}\n{ids[4]}\n".encode())
    equal((moved.result, moved.applies[0]["done"]), (0, 2), f"{box.name}: moves {moved.error}")
    equal(box.state(), without(before, 2, 4), f"{box.name}: moves these and touches no other")
    if box.target:
        equal(sorted(digest(box.expected(m)) for m in box.moved()),
              sorted(digest(box.expected(MAIL[n])) for n in (2, 4)), f"{box.name}: they lie there")
    box.add(message(7))
    fresh = probe.run("--known", write(work, "known", ids), *args, password=box.password)
    equal(fresh.digests, [digest(box.expected(message(7)))], f"{box.name}: then only what is new")
    one = probe.run("--after", "delete", "--apply", "all", "--each", *args, password=box.password)
    equal((one.result, [a["done"] for a in one.applies]), (0, [1] * 4),
          f"{box.name}: one after the other {one.error}")
    equal(box.state(), {}, f"{box.name}: and it is empty")


def contract(box, args, work):
    run = check_reading(box, args, work)
    check_applying(box, args, work, run)


def check_large(box, args):
    large = message(8, b"y" * 79 + b"\n") + (b"z" * 79 + b"\n") * (11 << 20 >> 6)
    box.add(large)
    box.add(message(9))
    run = probe.run("--after", "delete", "--apply", "all", *args, password=box.password)
    part = [m for m in run.messages if not m["whole"]]
    equal((run.result, len(run.messages), len(part)), (0, 2, 1),
          f"{box.name}: a large message is read in part")
    ok(part and 1 << 19 <= part[0]["n"] <= 1 << 20, f"{box.name}: a megabyte of it")
    equal(list(box.state()), [large], f"{box.name}: and stays")


def local_kinds(top):
    for kind in (boxes.Files, boxes.Maildir, boxes.Mbox):
        work = os.path.join(top, kind.name)
        os.mkdir(work)
        box = kind(work)
        contract(box, [box.url], work)
        check_large(box, [box.url])


def files_details(top):
    work = os.path.join(top, "directory2")
    os.mkdir(work)
    box = boxes.Files(work)
    box.add(message(1, b"NUL \0 and CRLF\r\nkept\r\0\n"))
    run = probe.run(box.path)
    equal(run.digests, [digest(m) for m in box.state()], "directory: NULs and CRLF as they lie there")
    os.symlink("/etc/passwd", os.path.join(box.path, "link"))
    os.mkfifo(os.path.join(box.path, "fifo"))
    os.mkdir(os.path.join(box.path, "sub"))
    equal(len(probe.run(box.path).messages), 1, "directory: links, pipes and directories left out")
    single = probe.run(os.path.join(box.path, "m000001.eml"))
    equal((single.ids, single.open["place"]), (run.ids, run.open["place"]),
          "file: the same id as in its directory")
    with open(os.path.join(box.path, "m000001.eml"), "ab") as file:
        file.write(b"more")
    gone = probe.run("--after", "delete", "--apply", write(top, "i", run.ids), box.path)
    ok(gone.applies[0]["done"] == 1 and "m000001.eml" in os.listdir(box.path),
       "directory: a file that changed since it was read is not deleted")
    equal(probe.run(os.path.join(top, "nothing")).open["result"], 66, "a path that is not there")
    old = probe.run("--since", "1795464060", box.path)
    equal(len(old.messages), 0, "directory: --since leaves out what is older")
    equal(len(probe.run("--since", "1795400000", box.path).messages), 1, "directory: and only that")


def stream_details():
    text = message(1, b"NUL \0 CRLF\r\n")
    run = probe.run("-", input=text)
    equal(run.digests, [digest(text)], "standard input: one message")
    run = probe.run("-", input=b"From MAILER-DAEMON Mon Nov 23 21:18:00 2026\n" + text)
    equal(run.digests, [digest(text)], "standard input: without the envelope line")
    run = probe.run("--after", "delete", "--apply", "all", "-", input=b"x" * (30 << 20))
    ok(len(run.messages) == 1 and not run.messages[0]["whole"] and run.code == 0,
       "standard input: too much is read in part, and the pipe emptied")
    child = subprocess.Popen(probe.command("--cancel-ms", "300", "-"), stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, env=probe.environment())
    out = probe.Run(child.stdout.read().decode(), child.wait(), "")
    child.stdin.close()
    ok(out.end["result"] == 130 and out.end["ms"] < 1300, "standard input: cancelled within a second")


def maildir_details(top):
    work = os.path.join(top, "maildir2")
    os.mkdir(work)
    box = boxes.Maildir(work)
    box.add(message(1), flags="F")
    box.add(message(2), flags="FT")
    box.add(message(3), folder="Junk")
    box.add(message(4), folder="Done")
    run = probe.run(box.path)
    equal((len(run.messages), run.open["kind"]), (4, "maildir"), "maildir: found, with its folders")
    seen = probe.run("--after", "seen", "--apply", "all", box.path)
    equal((seen.result, sorted(box.state().values())), (0, ["FS", "FST"]),
          "maildir: S among the other flags, in their order")
    equal(probe.run(box.path).ids, run.ids, "maildir: ids stay")
    equal(len(probe.run("--after", "move:Done", box.path).messages), 3,
          "maildir: the folder that mail is moved to is not read again")
    # Another program changes names between the listing and the reading, and before the marking.
    child = subprocess.Popen(probe.command("--pause", "0", "--after", "seen", "--apply", "all",
                                           box.path),
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=probe.environment())
    child.stdout.readline()
    cur = os.path.join(box.path, "cur")
    for name in os.listdir(cur):
        os.rename(os.path.join(cur, name), os.path.join(cur, name.split(":")[0] + ":2,R"))
    os.unlink(os.path.join(box.path, ".Junk", "cur", os.listdir(
        os.path.join(box.path, ".Junk", "cur"))[0]))
    out = probe.Run(child.communicate(b"\n")[0].decode(), child.returncode, "")
    equal((out.result, len(out.messages)), (0, 3), "maildir: renamed under us, found again")
    equal(sorted(box.state().values()), ["RS", "RS"], "maildir: and marked")
    for path in ("move:../x", "move:a/../../b"):
        equal(probe.run("--after", path, box.path).open["result"], 64,
              f"maildir: {path} does not leave it")


def mbox_details(top):
    work = os.path.join(top, "mbox2")
    os.mkdir(work)
    box = boxes.Mbox(work)
    same = message(1)
    for _ in range(3):
        box.add(same)
    box.add(message(2))
    ids = probe.run(box.path).ids
    ok(len(set(ids)) == 4 and ids[0][:32] == ids[1][:32], "mbox: copies have ids of their own")
    part = probe.run("--after", "delete", "--apply", write(work, "a", [ids[0]]), box.path)
    part = probe.run("--after", "delete", "--apply", write(work, "a", [ids[2]]), box.path)
    equal((part.result, probe.run(box.path).ids), (0, [ids[0], ids[3]]),
          "mbox: one copy, then another: two of three are gone")
    box.close()
    box = boxes.Mbox(work)
    for n in range(3):
        box.add(message(n))
    child = subprocess.Popen(probe.command("--pause", "3", box.path), stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, env=probe.environment())
    for _ in range(4):
        child.stdout.readline()
    box.add(message(3))
    out = probe.Run(child.communicate(b"\n")[0].decode(), child.returncode, "")
    equal(out.digests, [digest(message(3))], "mbox: what comes while it is read is read")
    mbox_edges(work, box)


def mbox_edges(work, box):
    path = os.path.join(work, "edges")
    with open(path, "wb") as file:
        file.write(b"From  Mon Nov 23 21:18:00 2026\r\nSubject: a\r\n\r\nbody\r\n\r\n"
                   b"From x\nSubject: b\n\nFrom the beginning\n\nFrom here: no\n\n"
                   b"From - Mon Nov 23 21:18:00 2026\nStatus: O\nX-UID: 3\nSubject: c\n\n"
                   b"last line without an end")
    run = probe.run(path)
    equal(run.digests,
          [digest(b"Subject: a\r\n\r\nbody\r\n"),
           digest(b"Subject: b\n\nFrom the beginning\n\nFrom here: no\n"),
           digest(b"Status: O\nX-UID: 3\nSubject: c\n\nlast line without an end")],
          "mbox: what is a separator and what is text")
    with open(path, "rb") as file:
        text = file.read()
    with open(path, "wb") as file:
        file.write(text.replace(b"Status: O\n", b"Status: RO\nX-Status: A\n"))
    equal(probe.run(path).ids, run.ids, "mbox: a mail program's Status lines do not change ids")
    os.chmod(path, 0o640)
    os.chown(path, 33, 33)
    probe.run("--after", "delete", "--apply", write(work, "a", run.ids[1:2]), path)
    about = os.stat(path)
    equal((about.st_mode & 0o777, about.st_uid, len(probe.run(path).ids)), (0o640, 33, 2),
          "mbox: owner and mode stay")
    equal(sorted(os.listdir(work)), ["a", "edges", "mbox"], "mbox: nothing is left lying about")
    before = box.state()
    with open(box.path + ".lock", "wb"):
        locked = probe.run("--after", "delete", "--apply", "all", "--timeout", "300", box.path)
    equal((locked.open["result"], box.state()), (75, before), "mbox: locked is busy: " + locked.error)
    os.utime(box.path + ".lock", (0, 0))
    equal(probe.run("--after", "delete", "--apply", "all", "--timeout", "300", box.path).result, 0,
          "mbox: an old lock was left behind by a crash")
    equal(box.state(), {}, "mbox: emptied")
    equal(probe.run(box.path).open["kind"], "mbox", "mbox: an emptied one is still an mbox")
    equal(probe.run("mbox:/etc/passwd").open["result"], 65, "mbox: not an mbox")


def deliver_locked(path, first, count, dot):
    """A mail server's way: an fcntl lock, with or without the dot lock; the file as it is then."""
    for n in range(first, first + count):
        if dot:
            while True:
                try:
                    os.close(os.open(path + ".lock", os.O_CREAT | os.O_EXCL))
                    break
                except FileExistsError:
                    time.sleep(0.001)
        with open(path, "ab") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            file.write(b"From x Mon Nov 23 21:18:00 2026\n" + message(n, b"%d\n" % n) + b"\n")
        if dot:
            os.unlink(path + ".lock")
        time.sleep(0.001)


def mbox_traffic(top):
    """Mail is delivered while we delete: what was deleted had been read, and nothing else is gone."""
    path = os.path.join(top, "traffic")
    open(path, "wb").close()
    every = {digest(message(n, b"%d\n" % n)) for n in range(600)}
    # Processes: threads of one would share its fcntl locks, and a close by one drop the other's.
    fork = multiprocessing.get_context("fork")
    mtas = [fork.Process(target=deliver_locked, args=(path, 300 * k, 300, k == 0))
            for k in range(2)]
    for mta in mtas:
        mta.start()
    seen = []
    while any(mta.is_alive() for mta in mtas):
        run = probe.run("--after", "delete", "--apply", "all", path)
        if not ok(run.result in (0, 75), "mbox: deleting amid deliveries " + run.error):
            break
        if run.applies and not run.applies[0]["result"]:
            seen += run.digests
    for mta in mtas:
        mta.join()
    left = probe.run(path).digests
    equal((len(seen + left), set(seen + left)), (600, every),
          f"mbox: none lost, none twice ({len(seen)} deleted, {len(left)} left)")


def deliver_unlocked(path, messages):
    """One that locks nothing and writes in two pieces."""
    for n in range(messages):
        text = b"From x Mon Nov 23 21:18:00 2026\n" + message(n, b"%d\n" % n) + b"\n"
        with open(path, "ab", buffering=0) as file:
            file.write(text[:80])
            file.write(text[80:])


def mbox_unlocked(top):
    """Read half way through a write, the file is busy, and said to be no mbox by nobody."""
    path = os.path.join(top, "unlocked")
    with open(path, "wb") as file:
        for n in range(50):
            file.write(b"From x Mon Nov 23 21:18:00 2026\n" + message(n, b"%d\n" % n) + b"\n")
    mta = multiprocessing.get_context("fork").Process(target=deliver_unlocked, args=(path, 20000))
    mta.start()
    runs = []
    while mta.is_alive():
        runs.append(probe.run(path))
    mta.join()
    ok(all(run.result in (0, 75) and "no mbox" not in run.error for run in runs),
       f"mbox: written to without a lock, {len(runs)} readings are whole or busy",
       [(run.result, run.error) for run in runs if run.result not in (0, 75)])


def mbox_killed(top):
    """Killed at any moment, the mbox is the old one or the new one, and the next run ends it."""
    path = os.path.join(top, "killed")
    box = boxes.Mbox.__new__(boxes.Mbox)
    whole, good = None, True
    for after, kept in (("delete", 0), ("move:aside", 0)):
        box.path = path
        open(path, "wb").close()
        for n in range(400):
            box.add(message(n, b"%d\n" % n * 500))
        ids = probe.run(path).ids
        named = "\n".join(ids[::2]).encode()
        whole = set(ids)
        for delay in range(1, 13):
            child = subprocess.Popen(probe.command("--after", after, "--apply", "unread",
                                                   "--timeout", "1000", path),
                                     stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                     env=probe.environment())
            child.stdin.write(named)
            child.stdin.close()
            time.sleep(delay / 1500)
            child.kill()
            child.wait()
            now = set(probe.run(path).ids)
            good = good and now in (whole, set(ids[1::2]))
        run = probe.run("--after", after, "--apply", "unread", path, input=named)
        good = good and run.applies[0]["done"] == 200 and set(probe.run(path).ids) == set(ids[1::2])
    aside = probe.run(os.path.join(top, "aside")).ids
    ok(good, "mbox: killed while it is rewritten: the old one or the new one")
    equal(sorted(aside), sorted(ids[::2]), "mbox: killed while moving: each moved once")


def urls():
    table = [
        ("imaps://u:p@host/INBOX", 64), ("imaps://u@/INBOX", 64), ("imaps://u@host:0/", 64),
        ("imaps://u@host:65536/", 64), ("imaps://u@host/%zz", 64), ("imaps://u@host/%0d%0a", 64),
        ("imap:host", 64), ("http://host/", 64), ("maildir:", 64), ("", 64),
    ]
    for url, result in table:
        run = probe.run(url)
        equal(run.open["result"], result, f"address {url!r}: {run.error}")


def server_kinds(top, server):
    for kind in (boxes.Imap, boxes.Starttls, boxes.Pop3, boxes.Stls):
        work = os.path.join(top, kind.name)
        os.mkdir(work)
        box = kind(server)
        contract(box, ["--ca", server.ca, box.url], work)
    for kind in (boxes.Imap, boxes.Pop3):
        box = kind(server)
        check_large(box, ["--ca", server.ca, box.url])


def certificates(server):
    """Each refusal has a sentence of its own."""
    box = boxes.Imap(server)
    box.add(message(1))
    good, url = server.certificates, box.url

    def refused(words, name, *args, result=69, password=server.password):
        run = probe.run(*args, password=password)
        ok(run.open["result"] == result and words in run.error, f"tls: {name}: {run.error}", run.error)

    refused("no authority known", "an authority that nobody knows", url)
    refused("another name", "an address instead of the name", "--ca", server.ca,
            server.url(box.user, host="127.0.0.1"))
    refused(good.pin("good"), "not the pinned certificate", "--pin", good.pin("expired"), url)
    refused("64 hexadecimal", "a pin that is none", "--pin", "sha256:12", url, result=78)
    refused("ca_file", "a file of authorities that is none", "--ca", "/etc/hostname", url, result=78)
    refused("log-in as", "a wrong password", "--ca", server.ca, url, result=77, password="wrong-Zq7")
    equal(len(probe.run("--pin", good.pin("good"), url, password=server.password).messages), 1,
          "tls: the pinned certificate is enough")
    for name, words in (("expired", "has expired"), ("wronghost", "another name"),
                        ("selfsigned", "no authority known")):
        server.use(name)
        refused(words, name, "--ca", server.ca, url)
        refused(words, name + ", after STARTTLS", "--ca", server.ca,
                server.url(box.user, scheme="imap"))
    server.use("good")
    equal(list(box.state().values()), [""], "tls: and the mail is untouched")
    ok(not server.log_has(r"Aborted login.*auth (?!failed)"), "tls: no password went there")


def imap_details(top, server):
    ca = ["--ca", server.ca]
    for n in range(3):
        server.deliver("det", message(n), folder="Zażółć & Co/Wysłane &-", flags="")
    path = os.path.join(server.work, "mail", "det")
    os.rename(os.path.join(path, ".Zażółć & Co.Wysłane &-"),
              os.path.join(path, ".Za&AXwA8wFCAQc- &- Co.Wys&AUI-ane &--"))
    url = server.url("det", folder="Za%C5%BC%C3%B3%C5%82%C4%87%20&%20Co.Wys%C5%82ane%20&-")
    run = probe.run(*ca, url, password=server.password)
    equal((run.result, len(run.messages)), (0, 3), "imap: a folder with Polish letters " + run.error)
    listed = probe.run("--folders", *ca, url, password=server.password)
    equal((listed.result, [f["name"].encode("latin-1").decode() for f in listed.folders]), (0, ["INBOX", "Zażółć & Co.Wysłane &-"]),
          "imap: its folders " + listed.error)
    equal([f["messages"] for f in listed.folders], [0, 3], "imap: and how much lies in them")
    listed = probe.run("--folders", *ca, url, password="wrong")
    equal((listed.result, listed.folders), (77, []), "imap: no folders without a log-in")
    run = probe.run(*ca, server.url("det", folder="Nowhere"), password=server.password)
    equal(run.open["result"], 66, "imap: no such folder: " + run.error)
    refused = probe.run(*ca, f"imaps://localhost:{server.ports['imaps']}/INBOX", password="x")
    equal(refused.open["result"], 64, "imap: no user: " + refused.error)
    port = servers.free_port()
    refused = probe.run(*ca, f"imaps://u@localhost:{port}/INBOX", password="x")
    equal((refused.open["result"], "refused" in refused.error), (69, True), refused.error)
    refused = probe.run(*ca, "imaps://u@does-not-exist.invalid/INBOX", password="x")
    equal((refused.open["result"], "no server called" in refused.error), (69, True), refused.error)
    refused = probe.run(*ca, server.url("det", scheme="imaps").replace(
        str(server.ports["imaps"]), str(server.ports["imap"])), password="x")
    equal((refused.open["result"], "does not speak TLS" in refused.error), (69, True), refused.error)
    imap_numbers(top, server, ca)


def imap_numbers(top, server, ca):
    """UIDVALIDITY, what went away, what others flagged, a server that comes back."""
    box = boxes.Imap(server)
    for n in range(6):
        box.add(message(n))
    run = probe.run(*ca, box.url, password=box.password)
    validity = int(run.ids[0].split(".")[0])
    new = os.path.join(server.home(box.user), "new")
    for name in os.listdir(new)[:2]:
        os.unlink(os.path.join(new, name))
    gap = probe.run("--gap", f"{validity}.1", *ca, box.url, password=box.password)
    equal((gap.result, len(gap.messages), gap.end["lost"]), (0, 4, 2),
          "imap: messages that went away before we came are counted")
    server.renumber(box.user)
    before = box.state()
    stale = probe.run("--after", "delete", "--apply", "unread", *ca, box.url,
                      password=box.password, input="\n".join(run.ids).encode())
    equal((stale.result, stale.applies[0]["done"], box.state()), (0, 6, before),
          "imap: ids of an old UIDVALIDITY name nobody's mail any more")
    fresh = probe.run(*ca, box.url, password=box.password)
    ok(fresh.ids and fresh.ids[0].split(".")[0] != str(validity), "imap: a new UIDVALIDITY, new ids")
    many = boxes.Imap(server)
    for n in range(1200):
        many.add(message(n, b"%d\n" % n))
    first = probe.run("--quit", "700", "--after", "delete", "--apply", "all", *ca, many.url,
                      password=many.password)
    equal((first.result, first.applies[0]["done"], len(many.state())), (0, 700, 500),
          "imap: stopped in the middle of an answer, applied in batches")
    child = subprocess.Popen(probe.command("--pause", "100", *ca, many.url), stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, env=probe.environment(many.password))
    for _ in range(101):
        child.stdout.readline()
    server.use("good")
    out = probe.Run(child.communicate(b"\n")[0].decode(), child.returncode, "")
    equal((out.end["result"], out.end["messages"]), (1, 500),
          "imap: the server died in the middle: taken up where it was " + out.error)


def mtastests(top):
    trouble = servers.missing()
    if trouble:
        tap.note("no servers: " + trouble)
        return
    with servers.Dovecot() as server:
        server_kinds(top, server)
        certificates(server)
        imap_details(top, server)
    old = "imap_capability = CAPABILITY IMAP4rev1 LITERAL+ SASL-IR"
    with servers.Dovecot(extra="protocol imap {\n " + old + "\n}") as server:
        work = os.path.join(top, "old")
        os.mkdir(work)
        box = boxes.Imap(server)
        box.name = "imap without UIDPLUS and MOVE"
        contract(box, ["--ca", server.ca, box.url], work)
        without_uidplus(work, server)


def without_uidplus(work, server):
    box = boxes.Imap(server)
    box.add(message(1))
    server.deliver(box.user, message(2), flags="T")  # flagged \\Deleted by a person
    run = probe.run("--ca", server.ca, box.url, password=box.password)
    before = box.state()
    mine = [m["id"] for m in run.messages if m["digest"] == digest(box.expected(message(1)))]
    for after in ("delete", "move:Done"):
        gone = probe.run("--after", after, "--apply", write(work, "x", mine), "--ca", server.ca,
                         box.url, password=box.password)
        equal((gone.result, gone.applies[0]["done"], box.state()), (75, 0, before),
              f"imap without UIDPLUS: {after} does not take others' mail along: {gone.error}")


with tempfile.TemporaryDirectory() as top_dir:
    mtastests(top_dir)
    local_kinds(top_dir)
    files_details(top_dir)
    stream_details()
    maildir_details(top_dir)
    mbox_details(top_dir)
    mbox_traffic(top_dir)
    mbox_unlocked(top_dir)
    mbox_killed(top_dir)
    urls()
tap.done()
