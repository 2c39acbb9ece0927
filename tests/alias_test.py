#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`scan -`, as a mail server's alias calls it: one message on standard input, nothing lost, nothing
twice, and never a code that would make the mail server return the bounce."""
import fcntl
import json
import os
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from bounces import hard  # noqa: E402
from tap import done, equal, ok  # noqa: E402
from work import PROGRAM, begin, environment, path  # noqa: E402

WORK = begin('alias')
ENV = environment()


def command(*words, store='store'):
    return [PROGRAM, '--store', path(store), '--config', path('config'), *words]


def run(*words, stdin=b'', store='store'):
    return subprocess.run(command(*words, store=store), input=stdin, capture_output=True, timeout=60, env=ENV,
                          check=False)


def sums(result):
    ends = [json.loads(line) for line in result.stdout.splitlines() if b'"end"' in line]
    return ends[0] if ends else {}


def state(address):
    return json.loads(run('check', '--json', address).stdout)['state']


def busy_store():
    """Another program writes, as long as the descriptor returned is open."""
    fd = os.open(path('busy/writer'), os.O_RDWR)
    fcntl.fcntl(fd, 37, struct.pack('hhqqi4x', fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))  # F_OFD_SETLK
    return fd


def main():
    with open(path('config'), 'w', encoding='utf-8') as file:
        file.write('[policy]\nwave = off\n')
    os.chmod(path('config'), 0o600)
    contacts = ''.join(f'{name}@firma.example\n' for name in 'abcdefghij')
    for store in ('store', 'busy'):
        equal(run('import', '--quiet', '-', stdin=b'email\n' + contacts.encode(), store=store).returncode, 0,
              f'{store}: contacts')
    lock = busy_store()
    waiting = subprocess.Popen(command('scan', '-', store='busy'), stdin=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=ENV)
    waiting.stdin.write(hard('a@firma.example'))
    waiting.stdin.close()
    first = run('scan', '--json', '-', stdin=hard('a@firma.example'))
    ok(first.returncode == 0 and sums(first).get('invalidated') == 1, 'a bounce takes effect', first)
    equal(state('a@firma.example'), 'invalid', 'and its contact is invalid')
    again = run('scan', '--json', '-', stdin=hard('a@firma.example'))
    ok(again.returncode == 0 and sums(again)['skipped'] + sums(again)['duplicates'] == 1 and
       sums(again)['recipients'] == 0, 'tried again by the mail server: no second effect', again)
    moved = run('scan', '--json', '-', stdin=b'Received: by other.example; Mon, 23 Nov 2026 11:00:00 +0100\n'
                b'Delivered-To: x@example.com\n' + hard('a@firma.example'))
    equal((moved.returncode, sums(moved)['duplicates']), (0, 1), 'the same by another way is a duplicate')
    mbox = run('scan', '--json', '-', stdin=b'From MAILER-DAEMON Mon Nov 23 21:18:00 2026\n' +
               hard('b@firma.example'))
    equal((mbox.returncode, state('b@firma.example')), (0, 'invalid'), 'with the envelope that Postfix adds')
    crlf = run('scan', '-', stdin=hard('c@firma.example').replace(b'\n', b'\r\n'))
    equal((crlf.returncode, state('c@firma.example')), (0, 'invalid'), 'with CRLF')
    for name, text in (('nothing at all', b''), ('a letter', b'From: jan@x.example\nSubject: hello\n\nhi\n'),
                       ('rubbish', bytes(range(256)) * 50), ('a header alone', b'Subject: x'),
                       ('no line end', hard('d@firma.example').rstrip(b'\n'))):
        result = run('scan', '--json', '-', stdin=text)
        ok(result.returncode == 0, f'{name}: taken, so that nobody returns it', result)
    large = run('scan', '--json', '-', stdin=hard('e@firma.example') + b'x' * 76 * 300000)
    ok(large.returncode == 0 and sums(large)['read'] == 1, 'over 20 MB: read to its end, the mail server '
       'is not broken off', large)
    both = [subprocess.Popen(command('scan', '--json', '-'), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             env=ENV) for _ in range(4)]
    for child in both:
        child.stdin.write(hard('f@firma.example'))
        child.stdin.close()
    outs = [(child.stdout.read(), child.wait(timeout=60)) for child in both]
    ends = [json.loads(out.splitlines()[-1]) for out, _ in outs]
    equal(([code for _, code in outs], sum(e['invalidated'] for e in ends)), ([0] * 4, 1),
          'four at once: one effect')
    dry = run('scan', '--dry-run', '-', stdin=hard('g@firma.example'))
    equal((dry.returncode, state('g@firma.example')), (0, 'active'), '--dry-run changes nobody')
    equal(run('scan', '-', stdin=hard('g@firma.example')).returncode, 0, 'and the bounce counts afterwards')
    equal(state('g@firma.example'), 'invalid', 'for all that')
    equal(run('scan', '-', stdin=b'x', store='none').returncode, 66, 'no store: 66')
    closed = subprocess.run(command('scan', '-') , stdin=subprocess.DEVNULL, capture_output=True, env=ENV,
                            timeout=60, check=False)
    equal(closed.returncode, 0, 'an empty standard input is no failure')
    equal(run('verify', '--replay').returncode, 0, 'verify agrees')
    said = waiting.stderr.read()
    ok(waiting.wait(timeout=60) == 75 and b'busy' in said, 'a busy store: 75, and who is at it', said)
    os.close(lock)
    later = run('scan', '--json', '-', stdin=hard('a@firma.example'), store='busy')
    equal((later.returncode, sums(later)['invalidated']), (0, 1), 'tried again it takes effect')
    done()


if __name__ == '__main__':
    main()
