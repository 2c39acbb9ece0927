#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The suppression map as Postfix's own postmap reads it: what is in it, that it follows every change, and that a
reader never meets it half written. LOOKUPS (8,000) says how often the last test asks; `make soak` asks more."""
import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from tap import done, equal, ok  # noqa: E402
from work import PROGRAM, begin, environment, write  # noqa: E402

WORK = begin('publish', memory=True)
LOOKUPS = int(os.environ.get('LOOKUPS', '8000'))
NOW = 1795000000
DATE = '2026-11-18'
REFUSAL = f'550 5.7.1 zwrotka: suppressed since {DATE}'
BOUNCE = '''Received: from a.example by mx.example; Wed, 18 Nov 2026 10:00:00 +0000
From: MAILER-DAEMON@mx.example
To: news@ours.example
Message-ID: <{0}@mx.example>
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {0}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b--
'''


class Place:
    """A store, and a map that lies in a folder of its own."""

    def __init__(self, name, contacts='', policy='', own=''):
        self.path = os.path.join(WORK, name)
        os.mkdir(self.path)
        self.map = os.path.join(self.path, 'map')
        self.config = write(name + '.conf', f'{policy}\n[postfix]\nmap = {self.map}\n' + (f'own_domains = {own}\n' if own else ''))
        self.other = write(name + '.other', policy)  # somebody's who does not know of the map
        self.run('import', '--quiet', '-', stdin='email\n' + contacts)

    def run(self, *words, stdin='', config=None, now=NOW):
        return subprocess.run([PROGRAM, '--store', os.path.join(self.path, 'store'), '--config',
                               config or self.config, *words], input=stdin.encode(), capture_output=True,
                              timeout=120, env=environment(ZWROTKA_NOW=str(now)))

    def postmap(self, *words, stdin=b''):
        return subprocess.run(['/usr/sbin/postmap', '-c', WORK, *words, f'lmdb:{self.map}'], input=stdin,
                              capture_output=True, timeout=120)

    def rows(self):
        """The map as postmap prints it."""
        lines = self.postmap('-s').stdout.decode().splitlines()
        return dict(line.split('\t', 1) for line in lines)

    def agrees(self):
        """Is in the map what --suppressed names?"""
        dead = self.run('export', '--suppressed', '--format', 'plain').stdout.decode().split('\n')[:-1]
        same = self.run('publish', '--check').returncode == 0
        return same and {d for d in dead if '"' not in d} <= set(self.rows())


def test_keys():
    place = Place('keys', 'jan@wp.example\nx@żółw.example.pl\n"""jan k"""@wp.example\n"a\\""@b"@wp.example\n', own='own.example, .x')
    equal(place.rows(), {}, 'keys: a map is made as soon as one is configured')
    equal(place.run('publish').returncode, 0, 'keys: publish')
    place.run('mark', 'invalid', '--yes', '--all')
    place.run('mark', 'blocked', '--yes', '--stdin', stdin='Boss@own.example\nż@x.example\n')
    found = place.rows()
    equal(set(found), {'jan@wp.example', 'x@żółw.example.pl', 'x@xn--w-uga1v8h.example.pl', 'jan k@wp.example',
                       'ż@x.example'} | {k for k in found if k.startswith('a"')},
          'keys: both forms of a domain, no quotes, none of our own domains')
    equal(set(found.values()), {REFUSAL}, 'keys: a refusal of our own wording')
    equal(place.postmap('-q', 'JAN@wp.example').stdout.decode().strip(), REFUSAL, 'keys: postmap -q finds one')
    equal(place.run('publish', '--check').returncode, 0, 'keys: --check agrees')
    raw = open(place.map + '.lmdb', 'rb').read()
    ok(b'jan@wp.example\0' in raw and REFUSAL.encode() + b'\0' in raw, 'keys: all end in a NUL')
    place.run('import', '--suppressed', '-', stdin='nobody\nat.example\n')
    ok(all('@' in key for key in place.rows()), 'keys: none without an @')


def test_follows():
    place = Place('follows', 'a@x.example\nb@x.example\nc@x.example\n')
    seen = lambda: sorted(place.rows())
    bounce = write('bounce.eml', BOUNCE.format('a@x.example'))
    place.run('scan', bounce)
    equal(seen(), ['a@x.example'], 'follows: a scan')
    place.run('edit', 'a@x.example', '--address', 'new@x.example')
    equal(seen(), ['a@x.example'], 'follows: the old address of a corrected contact stays')
    place.run('mark', 'active', '--yes', '--stdin', stdin='a@x.example\n')
    equal(seen(), [], 'follows: mark active')
    place.run('undo')
    equal(seen(), ['a@x.example'], 'follows: undo')
    place.run('import', '--suppressed', '-', stdin='d@x.example\ne@x.example\n')
    equal(seen(), ['a@x.example', 'd@x.example', 'e@x.example'], 'follows: import --suppressed')
    place.run('undo')
    equal(seen(), ['a@x.example'], 'follows: its undo')
    place.run('scan', '--dry-run', write('bounce2.eml', BOUNCE.format('b@x.example')))
    equal(seen(), ['a@x.example'], 'follows: a dry run changes nothing')
    # one who does not know of the map, or may not write it: the next one who does catches up
    place.run('mark', 'blocked', '--yes', 'b@x.example', config=place.other)
    equal(seen(), ['a@x.example'], 'pending: not in the map')
    ok(b'publish pending: 1 address' in place.run('status').stdout, 'pending: status says so')
    equal(place.run('publish', '--check').returncode, 1, 'pending: --check sees it')
    place.run('tag', '--tag', '+x', 'c@x.example')
    equal(seen(), ['a@x.example', 'b@x.example'], 'pending: the next change brings it along')
    ok(b'pending' not in place.run('status').stdout and place.agrees(), 'pending: nothing is')
    os.rename(place.map + '.lmdb', place.map + '.away')
    os.mkdir(place.map + '.lmdb')
    result = place.run('mark', 'invalid', '--yes', 'c@x.example')
    ok(result.returncode == 0 and b'publish pending' in result.stderr, 'pending: a map that cannot be written fails no change')
    os.rmdir(place.map + '.lmdb')
    os.rename(place.map + '.away', place.map + '.lmdb')
    equal(place.run('publish').returncode, 0, 'pending: publish')
    equal(seen(), ['a@x.example', 'b@x.example', 'c@x.example'], 'pending: all there')


def wait_for(condition, what, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return ok(False, what)
        time.sleep(0.02)
    return ok(True, what)


def test_killed():
    """Killed between its commit and the map: the next one brings both along."""
    place = Place('killed', 'a@x.example\nb@x.example\n')
    with open(place.map + '.lmdb', 'r+b') as file:
        fcntl.lockf(file, fcntl.LOCK_EX)  # as a reader that stands still
        changing = subprocess.Popen([PROGRAM, '--store', os.path.join(place.path, 'store'), '--config', place.config,
                                     'mark', 'invalid', '--yes', 'a@x.example'], stdout=subprocess.DEVNULL)
        wait_for(lambda: place.run('check', 'a@x.example').returncode == 1, 'killed: it is committed')
        ok(changing.poll() is None, 'killed: and waits for the map')
        changing.kill()
        changing.wait()
    equal(place.rows(), {}, 'killed: nothing is in the map')
    ok(b'publish pending' in place.run('status').stdout, 'killed: status says so')
    place.run('mark', 'invalid', '--yes', 'b@x.example')
    equal(sorted(place.rows()), ['a@x.example', 'b@x.example'], 'killed: both are there after the next change')
    ok(place.agrees() and place.run('verify', '--replay').returncode == 0, 'killed: all is well')


def test_watch():
    """Who may not write the map leaves it to watch."""
    place = Place('watched', 'a@x.example\nb@x.example\n')
    box = os.path.join(place.path, 'Maildir')
    for part in ('cur', 'new', 'tmp'):
        os.makedirs(os.path.join(box, part))
    watch = subprocess.Popen([PROGRAM, '--store', os.path.join(place.path, 'store'), '--config', place.config, '--quiet',
                              'watch', f'maildir:{box}'], stdout=subprocess.DEVNULL)
    try:
        place.run('mark', 'invalid', '--yes', 'a@x.example', config=place.other)
        wait_for(lambda: list(place.rows()) == ['a@x.example'], 'watch: catches up for others')
        shutil.copy(write('dead.eml', BOUNCE.format('b@x.example')), os.path.join(box, 'new', '1.m'))
        wait_for(lambda: len(place.rows()) == 2, 'watch: and publishes what it scans')
    finally:
        watch.terminate()
        watch.wait()


def test_suspects():
    policy = '[policy]\nsoft_limit = 1 in 14d\nsuspects = skip\n'
    place = Place('suspects', 'a@x.example\n', policy)
    soft = BOUNCE.replace('5.1.1', '4.2.2').replace('550', '452').replace('no such user', 'mailbox full')
    for n in range(2):
        place.run('scan', write(f'soft{n}.eml', soft.format('a@x.example').replace('<a@', f'<{n}a@')))
    equal(list(place.rows()), ['a@x.example'], 'suspects: are skipped')
    later = NOW + 40 * 86400
    place.run('import', '-', stdin='email\nq@x.example\n', now=later)
    equal(place.rows(), {}, 'suspects: no more when their quiet days are over')


def test_publish():
    place = Place('whole', '')
    many = ''.join(f'u{i}@x.example\n' for i in range(100))
    place.run('import', '--suppressed', '-', stdin=many)
    equal(len(place.rows()), 100, 'publish: a hundred')
    inode = os.stat(place.map + '.lmdb').st_ino
    other = Place('other', '')
    other.run('import', '--suppressed', '-', stdin=''.join(f'u{i}@x.example\n' for i in range(3, 103)))
    other.config = place.config
    other.map = place.map
    equal(other.run('publish', '--check').returncode, 1, 'publish: --check of another store differs')
    ok(len(other.rows()) == 100 and b'pending' in other.run('status').stdout, 'publish: a map is not taken over by itself')
    equal(other.run('publish').returncode, 0, 'publish: 3 % less is no matter')
    equal(sorted(other.rows()), sorted(f'u{i}@x.example' for i in range(3, 103)), 'publish: the map is as the store')
    third = Place('third', '')
    third.run('import', '--suppressed', '-', stdin=''.join(f'u{i}@x.example\n' for i in range(60)))
    third.config, third.map = place.config, place.map
    refused = third.run('publish')
    ok(refused.returncode == 75 and b'more than 5 %' in refused.stderr, 'publish: refuses to lose much', refused)
    equal(len(third.rows()), 100, 'publish: and changes nothing')
    equal(third.run('publish', '--yes').returncode, 0, 'publish: --yes')
    equal(len(third.rows()), 60, 'publish: does')
    equal(os.stat(place.map + '.lmdb').st_ino, inode, 'publish: in place')
    place.config = write('none.conf', '')
    equal(place.run('publish').returncode, 78, 'publish: without a map configured')
    place.config = write('nowhere.conf', f'[postfix]\nmap = {WORK}/nowhere/map\n')
    equal(place.run('publish').returncode, 73, 'publish: into a folder that is not there')
    write('text.lmdb', 'this is no map ' * 1000)
    place.config = write('text.conf', f'[postfix]\nmap = {WORK}/text\n')
    equal(place.run('publish').returncode, 65, 'publish: into what is no map')


def test_readers():
    """postmap reads, as an smtpd would, while changes are written."""
    place = Place('readers', ''.join(f'c{i}@x.example\n' for i in range(3000)))
    place.run('import', '--suppressed', '-', stdin=''.join(f'u{i}@y.example\n' for i in range(3000)))
    keys = ''.join(f'u{i % 3000}@y.example\n' for i in range(LOOKUPS)).encode()
    readers = [subprocess.Popen(['/usr/sbin/postmap', '-c', WORK, '-q', '-', f'lmdb:{place.map}'],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)]
    changes = 0
    reader = readers[0]
    piece = max(len(keys) // 12, 1)
    out = open(os.path.join(WORK, 'answers'), 'wb')
    pump = threading.Thread(target=lambda: shutil.copyfileobj(reader.stdout, out))
    pump.start()
    for start in range(0, len(keys), piece):
        reader.stdin.write(keys[start:start + piece])
        reader.stdin.flush()
        place.run('mark', 'active' if changes % 2 else 'invalid', '--yes', 'domain:x.example')
        changes += 1
    reader.stdin.close()
    pump.join()
    out.close()
    code, complaints = reader.wait(), reader.stderr.read()
    answers = open(os.path.join(WORK, 'answers'), 'rb').read().count(b'\n')
    equal((code, answers, complaints), (0, LOOKUPS, b''),
          f'readers: {LOOKUPS} look-ups beside {changes} changes of 3000 addresses each')
    equal(len(place.rows()), 3000 if changes % 2 == 0 else 6000, 'readers: and the map is right')


def main():
    write('main.cf', 'compatibility_level = 3.6\nmeta_directory = /etc/postfix\nshlib_directory = /usr/lib/postfix\n', 0o644)
    test_keys()
    test_follows()
    test_killed()
    test_watch()
    test_suspects()
    test_publish()
    test_readers()
    done()


main()
