#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The way of real mail: a Postfix of ours sends to a Postfix of theirs that refuses some, the bounces
return into a mailbox, a Dovecot shows it, and a scan over IMAP marks exactly the dead ones."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import postfix  # noqa: E402
import servers  # noqa: E402
from tap import done, equal, ok  # noqa: E402

ROOT = os.environ.get('abs_top_srcdir') or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(os.environ.get('abs_top_builddir') or os.path.join(ROOT, 'build'), 'zwrotka')
WORK = tempfile.mkdtemp(prefix='zwrotka-circle-')
os.chmod(WORK, 0o755)

# recipient → what their server says; {} for what it takes
THEIRS = {
    'gone@there.example': '550 5.1.1 <gone@there.example>: Recipient address rejected: User unknown',
    'left@there.example': '550 5.1.1 no mailbox here by that name',
    'closed@there.example': '550 5.2.1 This account has been disabled',
    'full@there.example': '552 5.2.2 Mailbox full',
    'spam@there.example': '554 5.7.1 Message rejected as spam',
    'later@there.example': '450 4.2.0 Greylisted, please try again',
    'busy@there.example': '451 4.3.0 Temporary server trouble',
    'anna@there.example': 'OK',
    'jan@there.example': 'OK',
    'ola@there.example': 'OK',
}
DEAD = ['closed@there.example', 'gone@there.example', 'left@there.example']
MESSAGE = ('From: Newsletter <news@here.example>\r\nTo: {to}\r\nSubject: November\r\n'
           'Message-ID: <{id}@here.example>\r\n\r\nHello\r\n')


def run(*words):
    return subprocess.run([PROGRAM, '--store', os.path.join(WORK, 'store'), '--config',
                           os.path.join(WORK, 'config'), *words], capture_output=True, timeout=60)


def listed(*query):
    return [line.split('\t')[0] for line in run('list', *query).stdout.decode().splitlines()]


def write(name, text):
    with open(os.path.join(WORK, name), 'w', encoding='utf-8') as file:
        file.write(text)
    os.chmod(os.path.join(WORK, name), 0o600)
    return os.path.join(WORK, name)


def send_all(ours, addresses):
    for i, address in enumerate(addresses):
        ours.send('bounces@here.example', [address], MESSAGE.format(to=address, id=f'{i}.{len(addresses)}'))


def main():
    access = write('access', ''.join(f'{a} {v}\n' for a, v in THEIRS.items()))
    os.chmod(access, 0o644)
    with postfix.Postfix('mx.there.example', f'''relay_domains = there.example
relay_transport = discard
smtpd_recipient_restrictions = check_recipient_access texthash:{access}, reject
''') as theirs, postfix.Postfix('mail.here.example', f'''virtual_mailbox_domains = here.example
virtual_mailbox_base = {{work}}/mail
virtual_mailbox_maps = static:bounces/
virtual_minimum_uid = 1
virtual_uid_maps = static:{servers.UID}
virtual_gid_maps = static:{servers.GID}
transport_maps = inline:{{ {{ there.example = smtp:[127.0.0.1]:{theirs.port} }} }}
maximal_queue_lifetime = 0
bounce_queue_lifetime = 0
minimal_backoff_time = 1s
''') as ours, servers.Dovecot() as dovecot:
        send_all(ours, THEIRS)
        box = os.path.join(ours.work, 'mail', 'bounces', 'new')
        refused = [a for a, v in THEIRS.items() if v != 'OK']
        servers.wait_until(lambda: os.path.isdir(box) and len(os.listdir(box)) >= len(refused),
                           'the bounces', 60)
        equal(len(os.listdir(box)), len(refused), 'each refusal returns once')
        dovecot.make_folder('bounces')
        for name in os.listdir(box):
            with open(os.path.join(box, name), 'rb') as file:
                dovecot.deliver('bounces', file.read())
        write('password', dovecot.password + '\n')
        write('config', f'[account main]\nsource = {dovecot.url("bounces")}\n'
                        f'password_file = {WORK}/password\nca_file = {dovecot.ca}\nafter = delete\n')
        run('import', write('contacts.csv', 'email\n' + '\n'.join(THEIRS) + '\n'))
        scan = run('scan', '--json')
        end = json.loads(scan.stdout.decode().splitlines()[-1])
        ok(scan.returncode == 0 and end['bounces'] == len(refused), 'the scan reads them over IMAP', scan)
        equal(sorted(listed('state:invalid')), DEAD, 'exactly the dead ones are invalid')
        equal((end['invalidated'], end['soft']), (3, 4), 'the others are soft')
        equal(len(dovecot.folder('bounces')), 0, 'decided bounces are deleted from the server')
        sendable = run('export', '--sendable', '--format', 'plain').stdout.decode().split()
        equal(sorted(sendable), sorted(set(THEIRS) - set(DEAD)), 'the next send leaves out exactly those')
        # one is mended: the next mail goes to the new address and comes through
        equal(run('edit', 'gone@there.example', '--address', 'ola2@there.example').returncode, 0, 'one is mended')
        with open(access, 'a', encoding='utf-8') as file:
            file.write('ola2@there.example OK\n')
        theirs._postfix('reload')
        ours.send('bounces@here.example', ['ola2@there.example'], MESSAGE.format(to='ola2', id='again'))
        servers.wait_until(lambda: 'to=<ola2@there.example>' in ours.log(), 'the next send', 30)
        ok('to=<ola2@there.example>, relay=127.0.0.1' in ours.log() and
           'status=sent' in ours.log().split('to=<ola2@there.example>')[1].splitlines()[0],
           'mail to the mended address is taken')
        # a late bounce of the old one
        ours.send('bounces@here.example', ['gone@there.example'], MESSAGE.format(to='gone', id='late'))
        servers.wait_until(lambda: len(os.listdir(box)) > len(refused), 'the late bounce', 60)
        newest = max((os.path.join(box, n) for n in os.listdir(box)), key=os.path.getmtime)
        late = run('scan', '--json', newest).stdout.decode()
        equal(json.loads(late.splitlines()[-1])['corrected'], 1,
              'a late bounce of the old address counts as corrected')
        equal(listed('ola2@there.example', 'state:active'), ['ola2@there.example'],
              'and leaves the mended contact alone')
        equal(run('verify', '--replay').returncode, 0, 'verify agrees')
    done()


try:
    main()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
