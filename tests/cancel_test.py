#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ctrl-C and SIGTERM end a scan within a second wherever it is: while connecting, in the handshake,
at a server that drips a byte a second, at a command that does not come back. What was read stays, and
the next scan goes on."""
import json
import os
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import hostile  # noqa: E402
import servers  # noqa: E402
from bounces import hard  # noqa: E402
from servers import wait_until  # noqa: E402
from tap import done, equal, ok  # noqa: E402
from work import PROGRAM, begin, environment, path  # noqa: E402

WORK = begin('cancel')
ENV = environment()


def configure(url, ca, *lines):
    with open(path('config'), 'w', encoding='utf-8') as file:
        file.write('\n'.join(['[account box]', f'source = {url}', f'ca_file = {ca}',
                              *(lines or [f'password_file = {path("password")}']), '']))
    os.chmod(path('config'), 0o600)


def command(*words):
    return [PROGRAM, '--store', path('store'), '--config', path('config'), *words]


def run(*words, stdin=b''):
    return subprocess.run(command(*words), input=stdin, capture_output=True, timeout=60, env=ENV, check=False)


def cancelled(name, reached, number=signal.SIGINT):
    """A scan is begun; once `reached` says that it is where it is to be, the signal."""
    child = subprocess.Popen(command('scan', '--json'), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV,
                             stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_until(reached, name)
        os.killpg(child.pid, number)  # as a terminal sends it, to all of them
        began = time.monotonic()
        out, err = child.communicate(timeout=20)
        seconds = time.monotonic() - began
        ok(child.returncode == 128 + number and seconds < 1.2,
           f'{name}: {child.returncode} after {seconds:.2f} s', err.decode())
        return [json.loads(line) for line in out.splitlines()]
    finally:
        if child.poll() is None:
            child.kill()


class Here(hostile.Imap):
    """Tells the test where the client is."""
    at = ''

    def mark(self, name):
        Here.at = name


def of(**methods):
    return type('Spoilt', (Here,), methods)


def arrived(name):
    return lambda: Here.at == name


def silent(name):
    def method(self, *_):
        self.mark(name)
        self.wait()
    return method


def dripping(name, data):
    def method(self, *_):
        self.mark(name)
        self.drip(data, 1.0)
    return method


def test_connect():
    """A listener whose queue is full answers nobody."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(('127.0.0.1', port))
            fillers.append(filler)
        configure(f'imaps://anna@127.0.0.1:{port}/INBOX', '/etc/hostname')

        def asking():
            with open('/proc/net/tcp', encoding='ascii') as file:
                wanted = f'0100007F:{port:04X}'
                return sum(line.split()[2] == wanted and line.split()[3] == '02' for line in file)
        before = asking()
        cancelled('while connecting', lambda: asking() > before)
        for filler in fillers:
            filler.close()


def test_stages(certificates):
    stages = {
        'in the handshake': of(run=silent('x')),
        'at a greeting by a byte a second': of(greet=dripping('x', b'* OK ' + b'slowly ' * 20)),
        'while logging in': of(authenticate=silent('x')),
        'at a list by a byte a second': of(uid_search=dripping('x', b'* SEARCH ' + b'11 ' * 20)),
        'at a message by a byte a second':
            of(uid_fetch=dripping('x', b'* 1 FETCH (UID 11 BODY[]<0> {500}\r\n' + b'x' * 500)),
    }
    for name, script in stages.items():
        Here.at = ''
        with hostile.Server(script, certificates) as server:
            configure(server.url(), certificates.ca)
            cancelled(name, arrived('x'), signal.SIGTERM if 'log' in name else signal.SIGINT)


def test_command(certificates):
    configure('imaps://anna@localhost:1/INBOX', certificates.ca,
              f'password_command = touch {path("asked")}; sleep 60')
    cancelled('at a password_command that does not come back', lambda: os.path.exists(path('asked')))


def test_resumed(certificates):
    """Three of five come, then nothing more."""
    def fetch(self, tag, args):
        for n, uid in enumerate(self.wanted(args)):
            if self.number == 0 and n == 3:
                self.mark('three')
                self.wait()
            self.message(uid, hard(f'{uid}@firma.example'))
        self.ok(tag)

    Here.at = ''
    with hostile.Server(of(uid_fetch=fetch), certificates) as server:
        configure(server.url(), certificates.ca)
        before = run('stats', '--json')
        equal(json.loads(before.stdout)['invalid'], 0, 'resumed: nobody is invalid yet')
        since = []

        def read():
            if Here.at == 'three' and not since:
                since.append(time.monotonic())
            return since and time.monotonic() > since[0] + 0.3  # sent, and on the way for a while

        cancelled('in the middle', read)
        kept = json.loads(run('stats', '--json').stdout)['invalid']
        ok(1 <= kept <= 3, f'resumed: what was read stays, {kept} of 3 that were sent')
        rest = run('scan', '--json')
        end = json.loads(rest.stdout.splitlines()[-1])
        equal((rest.returncode, end['read'], end['skipped'], end['invalidated']), (0, 5 - kept, kept, 5 - kept),
              'resumed: the next scan reads the rest')
    equal(run('verify', '--replay').returncode, 0, 'resumed: verify agrees')


def main():
    trouble = servers.missing()
    if trouble:
        ok(False, trouble)
        done()
    with open(path('password'), 'w', encoding='ascii') as file:
        file.write('sekret\n')
    os.chmod(path('password'), 0o600)
    with open(path('config'), 'w', encoding='ascii') as file:
        file.write('')
    os.chmod(path('config'), 0o600)
    run('import', '--quiet', '-', stdin=b'email\n' + b''.join(b'%d@firma.example\n' % n for n in range(11, 16)))
    os.mkdir(path('tls'))
    certificates = servers.Certificates(path('tls'))
    test_connect()
    test_stages(certificates)
    test_command(certificates)
    test_resumed(certificates)
    done()


if __name__ == '__main__':
    main()
