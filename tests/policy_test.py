#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a bounce does, row by row: the states and the outcomes that interface.md promises, with small
reports made here and a clock that stands where a test puts it."""
import itertools
import json
import os
import subprocess
import sys
import tempfile
from email.utils import formatdate

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from tap import done, equal, ok  # noqa: E402
from work import PROGRAM, begin, environment  # noqa: E402

WORK = begin('policy', memory=True)
DAY = 86400
T0 = 1795000000
NUMBER = itertools.count(1)

VERDICTS = {
    'hard': ('failed', '5.1.1', '550 5.1.1 no such user'),
    'soft': ('failed', '4.2.2', '452 4.2.2 mailbox full'),
    'delayed': ('delayed', '4.4.1', 'connect to mx.example: timed out'),
    'own': ('failed', '5.7.1', '550 5.7.1 zwrotka: suppressed since 2026-01-01: user unknown'),
}


def report(address, verdict='hard', time=T0, original=None, others=()):
    """A delivery report as bytes; time None: it does not say when."""
    n = next(NUMBER)

    def group(address, action, status, text, original=None):
        return ((f'Original-Recipient: rfc822; {original}\n' if original else '') +
                f'Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n' +
                (f'Diagnostic-Code: smtp; {text}\n' if text else '') + '\n')
    when = '' if time is None else (
        f'Received: from a.example by mx.example; {formatdate(time)}\nDate: {formatdate(time)}\n')
    return (when + f'From: MAILER-DAEMON@mx.example\nTo: news@ours.example\nMessage-ID: <{n}@mx.example>\n'
            'Subject: Undelivered\nMIME-Version: 1.0\n'
            'Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n'
            'Content-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n'
            'Reporting-MTA: dns; mx.example\n\n' + group(address, *VERDICTS[verdict], original) +
            ''.join(group(a, 'relayed', '2.1.9', '', o) for a, o in others) + '--b--\n').encode()


def complaint(address, time=T0):
    n = next(NUMBER)
    return (f'Received: from a.example by mx.example; {formatdate(time)}\nDate: {formatdate(time)}\n'
            f'From: fbl@mx.example\nTo: news@ours.example\nMessage-ID: <{n}@mx.example>\nSubject: abuse\n'
            'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n'
            '--b\nContent-Type: text/plain\n\nThis is an abuse report.\n--b\n'
            'Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n'
            f'Original-Rcpt-To: <{address}>\n\n--b\nContent-Type: message/rfc822\n\n'
            f'From: news@ours.example\nTo: {address}\nSubject: hello\n\nhello\n\n--b--\n').encode()


class Store:
    """A store of its own, with a configuration and a clock."""
    count = itertools.count(1)

    def __init__(self, contacts='email\n', config=''):
        self.path = os.path.join(WORK, f'store{next(self.count)}')
        self.config = self.path + '.conf'
        self.now = T0 + 100 * DAY
        self.configure(config)
        self.put(contacts)

    def configure(self, text):
        with open(self.config, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(self.config, 0o600)

    def run(self, *words, stdin=None):
        return subprocess.run(
            [PROGRAM, '--store', self.path, '--config', self.config, *words], timeout=120,
            input=stdin.encode() if isinstance(stdin, str) else stdin, capture_output=True,
            env=environment(ZWROTKA_NOW=str(self.now)))

    def put(self, csv, *words):
        return self.run('import', '--quiet', *words, '-', stdin=csv)

    def scan(self, *messages):
        """Scans them in this order; the outcomes."""
        folder = tempfile.mkdtemp(dir=WORK)
        for i, message in enumerate(messages):
            with open(os.path.join(folder, f'{i:06}.eml'), 'wb') as file:
                file.write(message)
        result = self.run('scan', '--json', folder)
        found = [json.loads(line) for line in result.stdout.decode().splitlines()]
        return [o['outcome'] for o in found if o['event'] == 'recipient']

    def check(self, address):
        return json.loads(self.run('check', '--json', address).stdout or b'{}')

    def state(self, address):
        return self.check(address).get('state')

    def truth(self):
        """Do check, --suppressed and --sendable say the same of everybody?"""
        sendable = {line.split(b',')[0] for line in self.run('export', '--sendable').stdout.splitlines()[1:]}
        dead = {line.split(b',')[0] for line in self.run('export', '--suppressed').stdout.splitlines()[1:]}
        everybody = {line.split(b',')[0] for line in self.run('export').stdout.splitlines()[1:]}
        everybody |= dead
        asked = self.run('check', '--stdin', stdin=b'\n'.join(everybody)).stdout.splitlines()
        no = {line.split(b'\t')[1].lower() for line in asked if line.startswith(b'no')}
        return no == dead and not (sendable & dead) and sendable == {
            line.split(b',')[0] for line in self.run('export').stdout.splitlines()[1:]} - dead

    def well(self):
        return self.run('verify', '--replay').returncode == 0


JAN = 'jan@x.example'


def test_states():
    def after(*steps, config=''):
        """Steps: a message, or a command as a list; the clock stands behind what came before."""
        store = Store(f'email\n{JAN}\n', config)
        for step in steps:
            store.scan(step) if isinstance(step, bytes) else store.run(*step)
        return store.state(JAN) if store.well() and store.truth() else 'not well'
    late = T0 + 200 * DAY  # in the future of the store's clock
    mark = lambda state: ['mark', state, '--yes', JAN]
    for what, wanted, steps in (
            ('a hard bounce', 'invalid', [report(JAN)]),
            ('fifty soft bounces', 'active', [report(JAN, 'soft', T0 + i) for i in range(50)]),
            ('a delay', 'active', [report(JAN, 'delayed')]),
            ('our own refusal', 'active', [report(JAN, 'own')]),
            ('a complaint', 'complained', [complaint(JAN)]),
            ('a complaint, then a hard bounce', 'complained', [complaint(JAN), report(JAN, time=T0 + 9)]),
            ('a hard bounce, then a complaint', 'complained', [report(JAN), complaint(JAN, T0 + 9)]),
            ('both in the wrong order', 'complained', [report(JAN, time=T0 + 9), complaint(JAN)]),
            ('blocked, then a complaint', 'blocked', [mark('blocked'), complaint(JAN, late)]),
            ('blocked, then a hard bounce', 'blocked', [mark('blocked'), report(JAN, time=late)]),
            ('blocked after it bounced', 'blocked', [report(JAN), mark('blocked')]),
            ('mark active clears a bounce', 'active', [report(JAN), mark('active')]),
            ('mark active clears a complaint', 'active', [complaint(JAN), mark('active')]),
            ('mark active, then an older bounce', 'active', [report(JAN), mark('active'), report(JAN)]),
            ('mark active, then a newer bounce', 'invalid', [report(JAN), mark('active'), report(JAN, time=late)]),
            ('a bounce dated in the future', 'invalid', [report(JAN, time=late)]),
            ('a bounce without a date', 'invalid', [mark('active'), report(JAN, time=None)]),
            ('marked invalid by hand', 'invalid', [mark('invalid')]),
            ('marked invalid, then active', 'active', [mark('invalid'), mark('active')])):
        equal(after(*steps), wanted, f'state: {what}')


def test_outcomes():
    store = Store('email,external_id\n' + ''.join(f'c{i}@x.example,{i}\n' for i in range(9)),
                  '[policy]\nmax_age = 60d\n')
    now = store.now - DAY
    equal(store.scan(report('c0@x.example', time=now)), ['invalidated'], 'outcome: invalidated')
    equal(store.scan(report('c0@x.example', time=now)), ['known'], 'outcome: known')
    equal(store.scan(report('c1@x.example', 'soft', now)), ['soft'], 'outcome: soft')
    equal(store.scan(report('nobody@x.example', time=now)), ['unmatched'], 'outcome: unmatched')
    equal(store.scan(report('nobody@x.example', time=now)), ['known'], 'outcome: unmatched, and dead already')
    equal(store.scan(complaint('c2@x.example', now)), ['complained'], 'outcome: complained')
    equal(store.scan(complaint('c2@x.example', store.now - 70 * DAY)), ['old'], 'outcome: old before complained')
    equal(store.scan(report('c3@x.example', time=store.now - 61 * DAY)), ['old'], 'outcome: old by max_age')
    equal(store.state('c3@x.example'), 'active', 'outcome: and without effect')
    store.run('mark', 'active', '--yes', 'c4@x.example')
    store.run('mark', 'invalid', '--yes', 'c4@x.example')
    equal(store.scan(report('c4@x.example', time=now)), ['old'], 'outcome: old by a decision by hand')
    equal(store.run('edit', 'c0@x.example', '--address', 'mended@x.example').returncode, 0, 'outcome: mended')
    equal(store.scan(report('c0@x.example', time=now)), ['corrected'], "outcome: a mended contact's old address")
    equal(store.scan(report('c0@x.example', 'soft', now)), ['soft'], 'outcome: soft before corrected')
    equal(store.scan(report('x@isp.example', time=now, original='c0@x.example')), ['corrected'],
          'outcome: corrected by the original address')
    equal(store.state('mended@x.example'), 'active', 'outcome: the new address is untouched')
    alias = report('member1@y.example', time=now, original='c5@x.example',
                   others=[('member2@y.example', 'c5@x.example')])
    equal(store.scan(alias), ['held'], 'outcome: a member of an alias is held')
    equal(store.state('c5@x.example'), 'active', 'outcome: and not invalid')
    equal(store.scan(report('c6@x.example', time=now, original='someone@old.example')), ['invalidated'],
          'outcome: the final address, where only that is a contact')
    equal(store.state('c6@x.example'), 'invalid', 'outcome: so it is')
    equal(store.scan(report('c7@x.example', time=now, original='c8@x.example')), ['invalidated'],
          'outcome: the original address, where both are')
    equal((store.state('c7@x.example'), store.state('c8@x.example')), ('active', 'invalid'), 'outcome: so it is')
    ok(store.well() and store.truth(), 'outcome: all is well, and check, --suppressed, --sendable agree')
    store = Store('email\na@x.example\n', '[policy]\ntrust = ours\n[senders]\naddresses = nobody@else.example\n')
    equal(store.scan(report('a@x.example')), ['held'], 'outcome: held as forged')
    equal(store.state('a@x.example'), 'active', 'outcome: and without effect')


def test_soft_limit():
    limit = '[policy]\nsoft_limit = 5 in 14d\n'
    softs = lambda n, start=0, step=DAY: [report(JAN, 'soft', T0 + start + i * step) for i in range(n)]
    for what, messages, wanted in (
            ('five in 14 days', softs(5), 'active'),
            ('six in 14 days', softs(6), 'suspect'),
            ('six in 14 days, newest first', softs(6)[::-1], 'suspect'),
            ('six in 16 days', softs(6, step=16 * DAY // 5), 'active'),
            ('five now, one long before, read last', softs(5, 20 * DAY) + softs(1), 'active'),
            ('five now, one long before, read first', softs(1) + softs(5, 20 * DAY), 'active'),
            ('one of six in the middle read last', (lambda s: s[:3] + s[4:] + s[3:4])(softs(6)), 'suspect'),
            ('fifty', softs(50, step=3600), 'suspect')):
        store = Store(f'email\n{JAN}\n', limit)
        store.now = T0 + 21 * DAY
        store.scan(*messages)
        equal(store.state(JAN), wanted, f'soft_limit: {what}')
        ok(store.well(), f'soft_limit: {what}: verify agrees')
    store = Store(f'email\n{JAN}\n', limit)
    store.now = T0 + 8 * DAY
    store.scan(*softs(5))
    equal(store.run('rejudge').stdout.count(b'\t'), 0, 'soft_limit: rejudge counts none twice')
    store.scan(*softs(1, 6 * DAY))
    ok(store.check(JAN)['sendable'], 'soft_limit: a suspect may be mailed')
    store.configure(limit + 'suspects = skip\n')
    ok(not store.check(JAN)['sendable'], 'soft_limit: not with suspects = skip')
    ok(JAN.encode() in store.run('export', '--suppressed').stdout and
       JAN.encode() not in store.run('export', '--sendable').stdout, 'soft_limit: nor exported')
    for days, wanted in ((35, 'suspect'), (37, 'active')):
        store.now = T0 + days * DAY
        equal(store.state(JAN), wanted, f'soft_limit: {days - 6} quiet days')
        equal(store.run('list', '--count', f'state:{wanted}').stdout.strip(), b'1', 'soft_limit: list agrees')
    store.run('tag', '--tag', '+x', JAN)
    ok(store.well(), 'soft_limit: verify agrees after the quiet days')


def test_brought_along():
    store = Store()
    store.put(f'email\n{JAN}\ngone@x.example\n', '--suppressed')
    equal((store.state(JAN), store.check(JAN)['reason']), ('invalid', 'imported'), 'imported: dead addresses')
    ok(store.well() and store.truth(), 'imported: they are nobody\'s contacts, and in --suppressed')
    equal(store.run('list', '--count').stdout.strip(), b'0', 'imported: and make no contact')
    store.put(f'email\n{JAN}\n')
    equal(store.state(JAN), 'invalid', 'imported: a contact that comes later is dead')
    store.put(f'email,state\n{JAN},active\n', '--with-state')
    equal(store.state(JAN), 'invalid', 'imported: no active brought along revives it')
    store.put(f'email,state\n{JAN},suspect\n', '--with-state')
    equal(store.state(JAN), 'invalid', 'imported: nor a suspect')
    store.run('mark', 'active', '--yes', JAN)
    old = f'email,state,since\n{JAN},invalid,2020-01-01T00:00:00Z\n'
    store.put(old, '--with-state')
    equal(store.state(JAN), 'active', 'imported: a state older than a decision by hand is not taken')
    steps = store.run('log').stdout.count(b'\n')
    store.put(old, '--with-state')
    equal(store.run('log').stdout.count(b'\n'), steps, 'imported: the same again is no step')
    ok(store.well() and store.truth(), 'imported: all is well')


def test_lists_of_others():
    """Lists of dead addresses as other systems write them."""
    for what, text, dead in (
            ('listmonk, blocklisted subscribers',
             'uuid,email,name,attributes,status,created_at,updated_at\n'
             '5e1f,a@x.example,Anna,"{""city"": ""Gda, sk""}",blocklisted,2026-01-02T10:00:00Z,2026-01-03T10:00:00Z\n'
             '5e20,b@x.example,Bo,{},enabled,2026-01-02T10:00:00Z,2026-01-03T10:00:00Z\n', ['a@x.example']),
            ('listmonk, bounces', 'id,type,source,email,campaign,created_at\n7,hard,pop,a@x.example,November,2026-01-02\n', ['a@x.example']),
            ('Mautic, contacts of a segment',
             '"id","Title","First name","Last name","Email","Company","Points"\n"12","","Anna","","A@x.example","","0"\n', ['a@x.example']),
            ('SES console', 'Email address,Suppression reason,Last update time\na@x.example,BOUNCE,2026-01-02T10:00:00Z\n'
             'b@x.example,COMPLAINT,2026-01-02T10:00:00Z\n', ['a@x.example', 'b@x.example']),
            ('SES, as it is uploaded, without headings', 'a@x.example,BOUNCE\nb@x.example,COMPLAINT\n', ['a@x.example', 'b@x.example']),
            ('SES, EmailAddress', 'EmailAddress;Reason\r\na@x.example;BOUNCE\r\n', ['a@x.example']),
            ('one a line', 'a@x.example\nb@x.example\n', ['a@x.example', 'b@x.example'])):
        store = Store()
        result = store.put(text, '--suppressed')
        equal(result.returncode, 0, f'others: {what}: taken {result.stderr[-200:]}')
        equal(store.run('export', '--suppressed', '--format', 'plain').stdout.decode().split(), dead, f'others: {what}')
    equal(Store().put('x,y\n1,2\n', '--suppressed').returncode, 65, 'others: a file without addresses is none')
    equal(Store().put('a@x.example,BOUNCE\n').returncode, 65, 'others: contacts need headings')


def test_corrections():
    """Chains and rings of corrections: each old address leads to where the contact is now."""
    store = Store('email,name\na@x.example,A\n')
    edit = lambda old, new, *more: store.run('edit', old, '--address', new, *more).returncode
    equal([edit('a@x.example', 'b@x.example'), edit('b@x.example', 'c@x.example'),
           edit('c@x.example', 'a@x.example')], [0, 0, 0], 'corrections: round in a ring')
    store.put('email,name\nb@x.example,B\n')
    equal(store.run('list').stdout.count(b'\n'), 1, 'corrections: an old address is the same contact')
    edit('a@x.example', 'd@x.example')
    store.run('add', 'a@x.example', '--force')
    store.run('merge', 'a@x.example', 'd@x.example')
    equal(store.run('list').stdout.split(b'\t')[0], b'a@x.example', 'corrections: merged back')
    store.put('email,name\nd@x.example,D\nc@x.example,C\n')
    equal(store.run('list').stdout.count(b'\n'), 1, 'corrections: the other address is the same contact')
    ok(store.well(), 'corrections: verify agrees')
    while store.run('undo').returncode == 0:
        pass
    equal(store.run('list').stdout.count(b'\n'), 0, 'corrections: all undone')
    ok(store.well(), 'corrections: verify agrees')


def test_shared():
    """Many contacts with one address, as of a company's info@."""
    store = Store()
    again = store.put('email,external_id,name\n' + ''.join(f'info@x.example,{i},N\n' for i in range(1000)),
                      '--key', 'external_id')
    equal(again.returncode, 0, f'shared: imported {again.stderr[-200:]}')
    equal(store.run('list', '--count').stdout.strip(), b'1000', 'shared: a thousand contacts at one address')
    equal(store.scan(report('info@x.example')), ['invalidated'], 'shared: one bounce')
    equal(store.run('list', '--count', 'state:invalid').stdout.strip(), b'1000', 'shared: all are dead')
    ok(store.well() and store.truth(), 'shared: verify, check, --suppressed, --sendable agree')
    store.run('undo')
    equal(store.run('list', '--count', 'state:active').stdout.strip(), b'1000', 'shared: undone')
    ok(store.well(), 'shared: verify agrees')


def test_same_external_id():
    """An id that two contacts have by mistake stays findable whoever of them loses it."""
    store = Store('email,external_id\na@x.example,7\nb@x.example,7\nc@x.example,7\n')
    for address in ('c@x.example', 'a@x.example'):
        store.run('edit', address, '--external-id', f'own-{address}')
        ok(store.well(), f'external id: verify agrees after {address} lost it')
    store.put('email,external_id,name\nb@x.example,7,Bolek\n', '--key', 'external_id')
    ok(b'b@x.example\tBolek' in store.run('list').stdout, 'external id: found by it')
    while store.run('undo').returncode == 0:
        ok(store.well(), 'external id: verify agrees after an undo')


def name_of(store, address):
    return json.loads(store.run('list', '--json', address).stdout or b'{}').get('name')


def test_undo():
    store = Store('email,name\na@x.example,A\nb@x.example,B\n')
    store.run('edit', 'a@x.example', '--name', 'second')
    store.run('edit', 'a@x.example', '--name', 'third')
    store.run('undo')
    store.run('undo')
    equal(store.run('undo', '4').returncode, 75, 'undo: what stood on something undone is not done again')
    equal(name_of(store, 'a@x.example'), 'A', 'undo: and nothing changes')
    equal(store.run('undo', '5').returncode, 0, 'undo: the first edit again')
    equal(store.run('undo', '4').returncode, 0, 'undo: then the second')
    equal(name_of(store, 'a@x.example'), 'third', 'undo: both are done again')

    store = Store('email\nb@x.example\n')
    alias = report('m1@y.example', original='b@x.example', others=[('m2@y.example', 'b@x.example')])
    equal(store.scan(alias), ['held'], 'undo: a bounce is held')
    store.run('review', '--accept', '1')
    equal(store.run('undo', '2').returncode, 75, 'undo: a scan whose bounce was accepted since is left')
    equal(store.state('b@x.example'), 'invalid', 'undo: and the contact is as it was')
    equal([store.run('undo', '3').returncode, store.run('undo', '2').returncode], [0, 0], 'undo: backwards it goes')
    ok(store.state('b@x.example') == 'active' and store.run('review').stdout == b'', 'undo: and nothing is left')
    ok(store.well(), 'undo: verify agrees')


def test_cut_short():
    """A store whose file lost its end is said to be damaged, by whatever command."""
    store = Store('email\n' + ''.join(f'u{i}@x.example\n' for i in range(5000)))
    with open(os.path.join(store.path, 'data.mdb'), 'r+b') as file:
        file.truncate(os.path.getsize(os.path.join(store.path, 'data.mdb')) // 16 // 4096 * 4096)
    for words in (['list'], ['export'], ['verify'], ['tag', '--tag', '+x', '--all']):
        result = store.run(*words)
        ok(result.returncode == 65 and b'damaged' in result.stderr, f'cut short: {words[0]} says so',
           f'{result.returncode} {result.stderr[-300:]}')


def test_many_about_one():
    """Time grows with the number of bounces, not with its square."""
    store = Store(f'email\n{JAN}\n')
    box = os.path.join(WORK, 'many')
    with open(box, 'wb') as file:
        for i in range(4000):
            file.write(b'From MAILER-DAEMON Mon Nov 23 21:18:00 2026\n' + report(JAN, 'hard', T0 + i) + b'\n')
    result = subprocess.run(['prlimit', '--cpu=8', PROGRAM, '--store', store.path, '--config', store.config, 'scan', '--json',
                             f'mbox:{box}'], capture_output=True, timeout=120)
    equal(result.returncode, 0, f'many: 4000 bounces about one address {result.stderr[-200:]}')
    ok(store.well(), 'many: verify agrees')
    equal(store.run('undo').returncode, 0, 'many: undone')
    equal(store.state(JAN), 'active', 'many: and active')
    ok(store.well(), 'many: verify agrees')


def main():
    test_states()
    test_outcomes()
    test_soft_limit()
    test_brought_along()
    test_lists_of_others()
    test_corrections()
    test_shared()
    test_same_external_id()
    test_undo()
    test_cut_short()
    test_many_about_one()
    done()


if __name__ == '__main__':
    main()
