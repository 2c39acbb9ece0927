#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Exactly once, where the mailbox itself is not what it was: kills over POP3 and mbox, a server that dies
instead, UIDVALIDITY changed, messages moved, gone before they were read, or older than --since."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import scan_test as scan  # noqa: E402
import servers  # noqa: E402
from bounces import hard  # noqa: E402
from tap import done, equal, ok  # noqa: E402

ROUNDS = 2


class Pop3(scan.Imap):
    name = 'POP3'

    def __init__(self):
        super().__init__()
        with open(self.config, encoding='utf-8') as file:
            text = file.read()
        self.config = scan.write('pop3.conf', text.replace(self.server.url('anna'),
                                                           self.server.url('anna', scheme='pop3s')))


class Mbox(scan.Maildir):
    name = 'mbox'

    def __init__(self):
        super().__init__()
        self.mbox = scan.path('kill.mbox')
        self.fill()
        self.config = scan.write('mbox.conf', f'[account box]\nsource = mbox:{self.mbox}\nafter = delete\n')

    def fill(self):
        super().fill()
        if not hasattr(self, 'mbox'):
            return
        with open(self.mbox, 'wb') as file:
            for text, _ in scan.Maildir.lies(self):
                status = b'Status: RO\n' if len(text) % 2 else b''
                text = text.replace(b'\r\n', b'\n').replace(b'\nFrom ', b'\n>From ')
                file.write(b'From a@firma.example Mon Nov 23 10:00:00 2026\n' + status + text +
                           (b'\n' if text.endswith(b'\n') else b'\n\n'))

    def lies(self):
        with open(self.mbox, 'rb') as file:
            parts = (b'\n' + file.read()).split(b'\nFrom a@firma.example ')
        return sorted((part, '') for part in parts[1:])


def test_server_dies(box):
    """The server's end at any moment instead of ours."""
    whole, wanted, left = scan.undisturbed(box)
    for i in range(ROUNDS):
        scan.fresh_store('killed')
        box.fill()
        process = subprocess.Popen([scan.PROGRAM, '--store', scan.path('killed'), '--config', box.config, 'scan',
                                    '--quiet'], stderr=subprocess.DEVNULL)
        time.sleep(whole * (i + 1) / (ROUNDS + 1))
        box.server.stop()
        box.server.use('good')
        process.wait(60)
        again = scan.run('scan', store='killed', config=box.config)
        ok(again.returncode == 0 and scan.snapshot('killed') == wanted and box.lies() == left,
           f'{box.name}: the server died, round {i}', again.stderr.decode()[-300:])


def test_changes(server):
    """What happens to a folder between two scans."""
    scan.run('import', scan.write('c.csv', 'email\n' + ''.join(f'{c}@firma.example\n' for c in 'abcdefg')),
             store='changes')
    scan.write('password', server.password + '\n')
    account = f'password_file = {scan.path("password")}\nca_file = {server.ca}\n'
    config = scan.write('changes.conf', ''.join(
        f'[account {name}]\nsource = {server.url("ola", folder)}\n{account}'
        for name, folder in (('in', 'INBOX'), ('junk', 'Junk'))))

    def sums(*words):
        return scan.end(scan.run('scan', '--json', *words, store='changes', config=config))

    server.deliver('ola', hard('a@firma.example'))
    server.deliver('ola', hard('b@firma.example'), folder='Junk')
    equal(sums()['invalidated'], 2, 'changes: two folders are read')
    server.renumber('ola')
    found = sums()
    equal((found['duplicates'], found['recipients']), (1, 0), 'changes: UIDVALIDITY: known by what they say')
    new = os.path.join(server.home('ola', 'Junk'), 'new')
    folder = new if os.listdir(new) else os.path.join(server.home('ola', 'Junk'), 'cur')
    name = os.listdir(folder)[0]
    os.rename(os.path.join(folder, name), os.path.join(server.home('ola'), 'new', 'moved.' + name.split(':')[0]))
    found = sums()
    equal((found['duplicates'], found['recipients']), (1, 0), 'changes: a message that was moved')
    server.deliver('ola', b'Received: from x by y; Mon, 23 Nov 2026 11:00:00 +0100\nDelivered-To: c@d.example\n' +
                   hard('a@firma.example'))
    found = sums()
    equal((found['duplicates'], found['recipients']), (1, 0), 'changes: the same by another way')
    server.deliver('ola', hard('c@firma.example'))
    server.lose('ola', b'c@firma.example')
    result = scan.run('scan', '--json', 'in', store='changes', config=config)
    ok(b'1 message went away before we could read it' in result.stdout, 'changes: what went away is said',
       result.stdout)
    old = hard('d@firma.example').replace(b'23 Nov 2026', b'23 Nov 2020')
    maildir = scan.path('since')
    for sub in ('new', 'cur', 'tmp'):
        os.makedirs(os.path.join(maildir, sub))
    for entry, text in (('1.old', old), ('2.young', hard('e@firma.example'))):
        with open(os.path.join(maildir, 'new', entry), 'wb') as file:
            file.write(text)
    equal(sums('--since', '2026-01-01', 'maildir:' + maildir)['read'], 1, 'since: older ones are left alone')
    equal(sums('maildir:' + maildir)['read'], 1, 'since: and read when nobody says so any more')
    equal(scan.run('verify', '--replay', store='changes').returncode, 0, 'changes: verify agrees')


def age(folder):
    """What lies in a Maildir came in 2020, as its server says."""
    for sub in ('new', 'cur'):
        for entry in os.listdir(os.path.join(folder, sub)):
            os.utime(os.path.join(folder, sub, entry), (1600000000, 1600000000))


def test_since(server):
    """An account's `since`: what is older is left alone for good, and read at most once to tell."""
    scan.run('import', scan.write('s.csv', 'email\nold@firma.example\n' +
                                  ''.join(f'{c}{k}@firma.example\n' for c in 'ab' for k in 'imp')), store='since')
    scan.write('password', server.password + '\n')
    login = f'password_file = {scan.path("password")}\nca_file = {server.ca}\nsince = 2026-01-01\n'
    old = hard('old@firma.example').replace(b'23 Nov 2026', b'23 Nov 2020')
    for user in ('iga', 'pola'):
        server.deliver(user, old)
        age(server.home(user))
        server.deliver(user, hard(f'a{user[0]}@firma.example'))
    mbox = scan.path('since.mbox')
    with open(mbox, 'wb') as file:
        file.write(b'From a Mon Nov 23 10:00:00 2020\n' + old + b'\nFrom a Mon Nov 23 10:00:00 2026\n' +
                   hard('am@firma.example') + b'\n')
    config = scan.write('since.conf', ''.join(
        f'[account {name}]\nsource = {source}\n{more}' for name, source, more in (
            ('i', server.url('iga'), login), ('p', server.url('pola', scheme='pop3s'), login),
            ('m', 'mbox:' + mbox, 'since = 2026-01-01\n'))))

    def sums(*words):
        found = scan.end(scan.run('scan', '--json', *words, store='since', config=config))
        return found['read'], found['invalidated'], found['skipped']

    for name, skipped in (('i', 0), ('p', 1), ('m', 1)):
        equal(sums(name), (1, 1, skipped), f'since {name}: what is older is left alone')
        equal(sums(name), (0, 0, 1 + skipped), f'since {name}: and not read again')
    server.deliver('iga', old.replace(b'Sorry', b'So sorry'))  # late, but no younger for it
    equal(sums('i'), (0, 0, 2), 'since: an old one that comes late is no younger')
    server.deliver('iga', hard('bi@firma.example'))
    server.lose('iga', b'bi@firma.example')
    result = scan.run('scan', '--json', 'i', store='since', config=config)
    ok(b'1 message went away before we could read it' in result.stdout, 'since: what went away is said all the same',
       result.stdout)
    equal(sums('--since', '2019-01-01', 'i')[:2], (1, 1), 'since: who asks for more gets it')
    equal(scan.run('verify', '--replay', store='since').returncode, 0, 'since: verify agrees')


def main():
    for kind in (Mbox, Pop3):
        box = kind()
        try:
            scan.test_kills(box)
            if kind is Pop3:
                test_server_dies(box)
        finally:
            box.close()
    box = scan.Imap()
    try:
        test_server_dies(box)
    finally:
        box.close()
    with servers.Dovecot() as server:
        test_changes(server)
        test_since(server)
    done()


if __name__ == '__main__':
    main()
