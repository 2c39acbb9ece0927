#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The whole circle with real servers: a Postfix of ours sends to a Postfix of theirs that refuses some, the bounces
come into a Dovecot's mailbox, a scan over IMAP marks exactly the dead ones, and the running Postfix of ours refuses
the next send to those and nobody else, until one is mended on the screen."""
import json
import os
import smtplib
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import postfix  # noqa: E402
import servers  # noqa: E402
import tmux  # noqa: E402
from tap import done, equal, ok  # noqa: E402
from work import PROGRAM, begin, write  # noqa: E402

WORK = begin('circle')

# recipient → what their server says
THEIRS = {
    'gone@there.example': '550 5.1.1 <gone@there.example>: Recipient address rejected: User unknown',
    'left@there.example': '550 5.1.1 no mailbox here by that name',
    'wrong@there.example': '550 5.1.1 User unknown in virtual mailbox table',
    'full@there.example': '552 5.2.2 Mailbox full',
    'later@there.example': '450 4.2.0 Greylisted, please try again',
    'busy@there.example': '451 4.3.0 Temporary server trouble',
    'anna@there.example': 'OK',
    'jan@there.example': 'OK',
    'ola@there.example': 'OK',
    'piotr@there.example': 'OK',
    'right@there.example': 'OK',  # whom the mended one was meant to be
}
TEN = list(THEIRS)[:10]
DEAD = ['gone@there.example', 'left@there.example', 'wrong@there.example']
REFUSED = [a for a in TEN if THEIRS[a] != 'OK']
MESSAGE = ('From: Newsletter <news@here.example>\r\nTo: {to}\r\nSubject: November\r\n'
           'Message-ID: <{id}@here.example>\r\n\r\nHello\r\n')
OURS = '''virtual_mailbox_domains = here.example
virtual_mailbox_base = {mail}
virtual_mailbox_maps = static:bounces/
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
transport_maps = pipemap:{{lmdb:{map}, static:{{error:5.7.1 zwrotka: suppressed}}}},
    inline:{{ {{ there.example = smtp:[127.0.0.1]:{theirs} }} }}
smtpd_recipient_restrictions = check_recipient_access lmdb:{map}, permit_mynetworks, reject
maximal_queue_lifetime = 0
bounce_queue_lifetime = 0
minimal_backoff_time = 1s
smtpd_delay_reject = no
'''
# Two more doors, neither asks the access map: mail of scripts, which the transport map catches in the queue, and
# mail that a server in between sends on to the first door.
DOORS = '''127.0.0.1:{queue} inet n - n - - smtpd
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o smtpd_reject_unlisted_recipient=no
127.0.0.1:{relay} inet n - n - - smtpd
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o smtpd_reject_unlisted_recipient=no
  -o content_filter=smtp:[127.0.0.1]:{{port}}
'''


def run(*words):
    return subprocess.run([PROGRAM, '--store', os.path.join(WORK, 'store'), '--config',
                           os.path.join(WORK, 'config'), *words], capture_output=True, timeout=60)


def listed(*query):
    return sorted(line.split('\t')[0] for line in run('list', *query).stdout.decode().splitlines())


class Circle:
    def __init__(self, ours, dovecot):
        self.ours, self.dovecot, self.sent = ours, dovecot, 0

    def send(self, address, port=None):
        """What the server of ours says to one mail: '' for taken."""
        self.sent += 1
        refused = self.ours.send('bounces@here.example', [address], MESSAGE.format(to=address, id=self.sent), port)
        return refused[address][1].decode() if refused else ''

    def bounces(self):
        return len(self.dovecot.folder('bounces'))

    def wait_bounces(self, n):
        servers.wait_until(lambda: self.bounces() >= n, f'{n} bounces', 60)

    def scan(self):
        result = run('scan', '--json')
        return json.loads(result.stdout.decode().splitlines()[-1])


def mend_on_screen(old, new):
    env = {'PATH': os.environ['PATH'], 'HOME': WORK, 'LC_ALL': 'C.UTF-8'}
    with tmux.Terminal([PROGRAM, '--store', os.path.join(WORK, 'store'), '--config', os.path.join(WORK, 'config')],
                       env, 100, 30) as terminal:
        steps = ((['/'], old, '1–1 of 1'), (['Enter', 'e'], None, f'Edit {old}'), (['C-u'], new, f'* {new}'),
                 (['F2'], None, f'Saved {new}'))
        for keys, text, seen in steps:
            terminal.keys(*keys)
            if text:
                terminal.type(text)
            if not ok(terminal.wait(lambda screen: seen in screen or seen.replace('* ', '') in screen, 10),
                      f'screen: {seen}', terminal.screen()):
                return


def circle(ours, theirs, dovecot, doors):
    it = Circle(ours, dovecot)
    equal([it.send(a) for a in TEN], [''] * 10, 'ten mails go out')
    it.wait_bounces(len(REFUSED))
    run('import', write('contacts.csv', 'email\n' + '\n'.join(TEN) + '\n'))
    end = it.scan()
    equal((end['code'], end['bounces'], end['invalidated'], end['soft']), (0, 6, 3, 3), 'a scan over IMAP reads six bounces')
    equal(listed('state:invalid'), DEAD, 'exactly three are marked')
    equal(it.bounces(), 0, 'decided bounces are deleted from the server')
    said = {a: it.send(a) for a in TEN}
    equal(sorted(a for a, text in said.items() if text), DEAD, 'the running Postfix refuses the next send to those three')
    ok(all('zwrotka: suppressed since 2' in said[a] for a in DEAD), 'by our own wording', said)
    it.wait_bounces(3)  # of the soft ones, once more
    it.scan()
    state = run('export', '--suppressed').stdout
    # our refusals, bounced back: by the access map and by the transport map
    for door in doors:
        equal(it.send('gone@there.example', door), '', 'a mail that comes another way')
    it.wait_bounces(2)
    texts = b''.join(dovecot.folder('bounces'))
    ok(texts.count(b'zwrotka: suppressed') >= 2, 'its refusal is bounced back', texts.decode()[-3000:])
    end = it.scan()
    equal((end['bounces'], end['invalidated'], end['held']), (2, 0, 0), 'they are read')
    own = [b for b in json.loads(run('show', '--json', 'gone@there.example').stdout)['bounces'] if 'suppressed' in b.get('diagnostic', '')]
    equal(len(own), 2, 'and are evidence of nothing')
    equal(run('export', '--suppressed').stdout, state, 'they change nothing')
    # one is mended on the screen
    mend_on_screen('wrong@there.example', 'right@there.example')
    equal(it.send('right@there.example'), '', 'mail to the new address is taken')
    servers.wait_until(lambda: 'to=<right@there.example>' in ours.log(), 'the next send', 30)
    ok('status=sent' in ours.log().split('to=<right@there.example>')[1].splitlines()[0], 'and comes through')
    ok(it.send('wrong@there.example'), 'the old one is refused as before')
    # a late bounce of the old address: it was in the queue while all that happened
    late = MESSAGE.format(to='wrong@there.example', id='late')
    with smtplib.SMTP('127.0.0.1', theirs.port) as smtp:
        smtp.helo('mail.here.example')
        smtp.mail('bounces@here.example')
        code, text = smtp.rcpt('wrong@there.example')
    dovecot.deliver('bounces', late_bounce(code, text.decode(), late))
    end = it.scan()
    equal((end['bounces'], end['corrected']), (1, 1), 'the late bounce of the old address')
    equal(listed('right@there.example', 'state:active'), ['right@there.example'], 'changes nothing')
    equal(run('publish', '--check').returncode, 0, 'the map is as the store')
    equal(run('verify', '--replay').returncode, 0, 'verify agrees')
    ok('reload' not in ours.log(), 'nothing was reloaded')


def late_bounce(code, text, message):
    return (f'Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.here.example\r\nTo: bounces@here.example\r\nSubject: Undelivered Mail Returned '
            'to Sender\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n'
            '--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n'
            'Reporting-MTA: dns; mail.here.example\r\n\r\nFinal-Recipient: rfc822; wrong@there.example\r\nAction: failed\r\n'
            f'Status: {text.split()[0]}\r\nRemote-MTA: dns; mx.there.example\r\nDiagnostic-Code: smtp; {code} {text}\r\n\r\n'
            f'--b\r\nContent-Type: message/rfc822\r\n\r\n{message}\r\n--b--\r\n').encode()


def main():
    access = write('access', ''.join(f'{a} {v}\n' for a, v in THEIRS.items()), 0o644)
    os.mkdir(os.path.join(WORK, 'map'), 0o755)
    name = os.path.join(WORK, 'map', 'suppressed')
    queue, relay = servers.free_port(), servers.free_port()
    with servers.Dovecot() as dovecot:
        dovecot.make_folder('bounces')
        write('password', dovecot.password + '\n')
        write('config', f'[account main]\nsource = {dovecot.url("bounces")}\npassword_file = {WORK}/password\n'
                        f'ca_file = {dovecot.ca}\nafter = delete\n[postfix]\nmap = {name}\nown_domains = here.example\n')
        run('import', write('none.csv', 'email\nnobody@else.example\n'))
        equal(run('publish').returncode, 0, 'publish makes the map before Postfix starts')
        with postfix.Postfix('mx.there.example', f'''relay_domains = there.example
relay_transport = discard
smtpd_recipient_restrictions = check_recipient_access texthash:{access}, reject
''') as theirs, postfix.Postfix('mail.here.example', OURS.format(
                mail=os.path.join(dovecot.work, 'mail'), uid=servers.UID, gid=servers.GID, map=name, theirs=theirs.port),
                DOORS.format(queue=queue, relay=relay)) as ours:
            circle(ours, theirs, dovecot, [relay, queue])
    done()


main()
