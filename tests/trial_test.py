#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`scan --test`: each step is said, nothing stays in store or mailbox, killed or not; people's mail and
its flags are as they were."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import servers  # noqa: E402
from bounces import hard  # noqa: E402
from tap import done, equal, ok  # noqa: E402
from work import PROGRAM, begin, environment, path, write  # noqa: E402

WORK = begin('trial')
PLAIN = b'From: a@firma.example\nTo: b@firma.example\nSubject: Hello\n\nHow are you?\n'
WAY = ['opened', 'put', 'read', 'decoded', 'matched', 'removed']
ONLINE = ['connected', 'secured', 'logged in']


def run(*words, **more):
    return subprocess.run([PROGRAM, '--store', path('store'), '--config', path('config'), *words], text=True,
                          capture_output=True, timeout=60, check=False, env=environment(**more))


def steps(result):
    return [event['step'] for line in result.stdout.splitlines()
            for event in [json.loads(line)] if event['event'] == 'test']


def counted():
    """What the store knows, but for the figures of scans."""
    stats = json.loads(run('stats', '--json').stdout)
    return {key: value for key, value in stats.items() if key != 'scans'}, run('log').stdout


class Box:
    """A mailbox with a person's read mail and mail that nobody has read; `all` is what lies there."""

    def __init__(self, server, kind):
        self.server, self.kind, self.name = server, kind, 'user-' + kind
        if kind in ('imap', 'pop3'):
            server.deliver(self.name, PLAIN, flags='S')
            server.deliver(self.name, hard('x@firma.example'))
            self.source = server.url(self.name, scheme=kind + 's')
        elif kind == 'maildir':
            for sub in ('tmp', 'new', 'cur'):
                os.makedirs(path(f'box/{sub}'))
            for name, text in (('cur/1.a:2,S', PLAIN), ('new/2.b', hard('x@firma.example'))):
                with open(path('box/' + name), 'wb') as file:
                    file.write(text)
            self.source = 'maildir:' + path('box')
        else:
            with open(path('mbox'), 'wb') as file:
                for text in (PLAIN, hard('x@firma.example')):
                    file.write(b'From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n' + text + b'\n')
            self.source = 'mbox:' + path('mbox')

    def all(self):
        if self.kind in ('imap', 'pop3'):
            return self.server.folder(self.name)
        if self.kind == 'mbox':
            with open(path('mbox'), 'rb') as file:
                return file.read()
        found = {}
        for folder, _, names in os.walk(path('box')):
            for name in names:
                with open(os.path.join(folder, name), 'rb') as file:
                    found[os.path.join(folder, name)] = file.read()
        return found


def test_kind(server, kind, way):
    box = Box(server, kind)
    write('config', f'[account a]\nsource = {box.source}\npassword_file = {path("password")}\nca_file = {server.ca}\n')
    run('scan')
    before, known = box.all(), counted()
    result = run('scan', '--test', '--json')
    equal((result.returncode, steps(result)), (0, way), f'{kind}: each step is said')
    equal((box.all() == before, counted() == known), (True, True), f'{kind}: nothing stays')
    equal(run('scan', '--json').stdout.count('"read":0'), 1, f'{kind}: a scan finds nothing new')
    if kind == 'pop3':
        return
    for point in ('noted', 'put', 'removed'):
        killed = run('scan', '--test', ZWROTKA_KILL_AT=point)
        ok(killed.returncode == -9, f'{kind}: killed at {point}', killed)
        if point == 'put':
            equal(len(box.all()) != len(before), True, f'{kind}: left over')
        run('scan', '--dry-run')
        last = json.loads(run('scan', '--json').stdout.splitlines()[-1])
        equal((last['read'], last['recipients'], last['code']), (0, 0, 0),
              f'{kind}: killed at {point}: the next scan takes no notice')
        equal((box.all() == before, counted() == known), (True, True),
              f'{kind}: killed at {point}: and removes what was left')


def test_words(server):
    box = Box(server, 'imap')
    config = f'[account a]\nsource = {box.source}\npassword_file = {path("password")}\nca_file = {server.ca}\n'
    write('config', config + '[policy]\ntrust = verp\n')
    result = run('scan', '--test')
    ok(result.returncode == 0 and 'would wait in review' in result.stdout, 'words: a policy that holds it', result)
    write('config', config + '[senders]\naddresses = *@firma.example\n')
    result = run('scan', '--test')
    ok(result.returncode == 0 and 'would become invalid' in result.stdout, 'words: senders', result)
    write('config', config.replace('/INBOX', '/Nowhere'))
    equal(run('scan', '--test').returncode, 66, 'words: a folder that is not there')
    write('config', config.replace(path('password'), path('wrong')))
    result = run('scan', '--test', '--json')
    equal((result.returncode, steps(result)), (77, ONLINE[:2]), 'words: as far as it went')


def main():
    trouble = servers.missing()
    if trouble:
        ok(False, trouble)
        done()
    with servers.Dovecot() as server:
        write('password', server.password + '\n')
        write('wrong', 'wrong\n')
        write('config', '')
        run('add', 'x@firma.example')
        test_kind(server, 'imap', ONLINE + WAY)
        test_kind(server, 'pop3', ONLINE + ['opened', 'put'])
        test_kind(server, 'maildir', WAY)
        test_kind(server, 'mbox', WAY)
        test_words(server)
    equal(run('verify', '--replay').returncode, 0, 'verify agrees')
    done()


if __name__ == '__main__':
    main()
