#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Signed return paths, and whom a scan believes: every forgery that was thought of, under each `trust`."""
import itertools
import json
import os
import sys
from email.utils import formatdate

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from policy_test import DAY, T0, WORK, Store  # noqa: E402
from tap import done, equal, ok  # noqa: E402

ANNA, OLA, OLD = 'anna@x.example', 'ola@y.example', 'old@x.example'
CONTACTS = f'email\n{ANNA}\n{OLA}\n{OLD}\n'
VERP = '[verp]\naddress = b@mail.ours.example\n'
NUMBER = itertools.count(1)


def bounce(*addresses, to='bounces@ours.example', time=T0, path='<>', sender='news@ours.example',
           returned='anna@x.example', text='550 5.1.1 no such user', status='5.1.1', by='MAILER-DAEMON@mx.x.example',
           original=None, action='failed', inner_path=None):
    n = next(NUMBER)
    groups = ''.join((f'Original-Recipient: rfc822; {original}\n' if original else '') +
                     f'Final-Recipient: rfc822; {a}\nAction: {action}\nStatus: {status}\n'
                     f'Diagnostic-Code: smtp; {text}\n\n' for a in addresses)
    back = (f'Return-Path: <{inner_path}>\n' if inner_path else '') + (
        f'From: News <{sender}>\nTo: {returned}\nSubject: November\nMessage-ID: <m{n}@ours.example>\n\nHello\n')
    return (f'Return-Path: {path}\nDelivered-To: {to}\n'
            f'Received: from mx by mail; {formatdate(time)}\nDate: {formatdate(time)}\nFrom: {by}\nTo: {to}\n'
            f'Message-ID: <{n}@mx.x.example>\nSubject: Undelivered Mail\nMIME-Version: 1.0\n'
            'Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n'
            'Content-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n'
            f'Reporting-MTA: dns; mx.x.example\n\n{groups}--b\nContent-Type: message/rfc822\n\n{back}\n--b--\n').encode()


def store(trust, contacts=CONTACTS, more=''):
    place = Store(contacts, f'[policy]\ntrust = {trust}\n{more}[senders]\naddresses = news@ours.example\n{VERP}')
    place.now = T0
    return place


def path_of(place, address, now=T0):
    before, place.now = place.now, now
    path = place.run('verp', address).stdout.decode().strip()
    place.now = before
    return path


def test_paths():
    place = store('verp')
    path = path_of(place, ANNA)
    local, _, domain = path.partition('@')
    ok(local.startswith('b+') and len(local) < 40 and domain == 'mail.ours.example', 'verp: b+TOKEN, under 40 characters', path)
    equal(path_of(place, 'ANNA@X.example.'), path, 'verp: by the folded address')
    equal(path_of(place, ANNA, T0 + 3600), path, 'verp: one a day')
    ok(path_of(place, ANNA, T0 + DAY) != path, 'verp: another the next day')
    ok(path_of(place, OLA) != path, 'verp: another for another')
    many = place.run('verp', '--stdin', stdin=f'{ANNA}\n\nnobody@z.example\n')
    lines = many.stdout.decode().split('\n')
    ok(many.returncode == 65 and len(lines) == 4 and lines[0] == path and lines[1] == '' and lines[2], 'verp: --stdin, a line each', many)
    folded = json.loads(place.run('check', '--json', path).stdout)
    ok(folded['sendable'], 'verp: a return path is an address')
    place.run('mark', 'blocked', '--yes', '--stdin', stdin=path + '\n')
    ok(b'b@mail.ours.example,blocked' in place.run('export', '--suppressed').stdout, 'verp: the folded address is without the token')
    place.run('mark', 'blocked', '--yes', '--stdin', stdin='jan+abcdefghijklmnopqrstuvwxyz23@x.example\n')
    ok(b'jan+abcdefghijklmnopqrstuvwxyz23@' in place.run('export', '--suppressed').stdout, 'verp: anybody else\'s plus-tag stays')
    place.configure('')
    equal(place.run('verp', ANNA).returncode, 78, 'verp: without an address configured')
    place.configure('[verp]\naddress = newsletter-bounces@x.example\n')
    equal(place.run('verp', ANNA).returncode, 78, 'verp: with one that is too long')


def test_tokens():
    """Whom a bounce to a signed path is about."""
    place = store('verp')
    paths = {a: path_of(place, a) for a in (ANNA, OLA, OLD, 'nobody@z.example')}
    equal(place.scan(bounce(ANNA, to=paths[ANNA])), ['invalidated'], 'token: of the address that is named')
    equal(place.scan(bounce('forwarded@isp.example', to=paths[OLA].upper().replace('@MAIL', '@mail'))), ['invalidated'],
          'token: of another than is named, its letters large')
    equal(place.state(OLA), 'invalid', 'token: so it is')
    place.run('edit', OLD, '--address', 'new@x.example')
    place.now += 5
    equal(place.scan(bounce('elsewhere@isp.example', to=paths[OLD], time=T0 + 3)), ['corrected'],
          'token: of a corrected address is about the old one')
    equal((place.state('new@x.example')), 'active', 'token: the new one is untouched')
    equal(place.scan(bounce('nobody@z.example', to=paths['nobody@z.example'])), ['unmatched'], 'token: of nobody\'s address, named')
    equal(place.scan(bounce('else@z.example', to=paths['nobody@z.example'])), ['held'], 'token: of nobody\'s address, not named')
    inner = store('verp')
    path = path_of(inner, ANNA)
    equal(inner.scan(bounce(ANNA, inner_path=path)), ['invalidated'], 'token: in the Return-Path that came back')
    ok(place.well() and place.truth() and inner.well(), 'token: all is well')
    # the key: rotated, the old one is good for 30 days
    place = store('verp')
    first = path_of(place, ANNA)
    equal(place.run('verp', '--rotate').returncode, 0, 'key: rotated')
    second = path_of(place, ANNA)
    ok(first != second, 'key: another path by the new one')
    place.now = T0 + 20 * DAY
    equal(place.scan(bounce(ANNA, to=first, time=T0 + 20 * DAY)), ['invalidated'], 'key: the old one is still good')
    place = store('verp')
    first = path_of(place, ANNA)
    place.run('verp', '--rotate')
    place.run('verp', '--rotate')
    equal(place.scan(bounce(ANNA, to=first)), ['held'], 'key: the one before is not')


def forgeries(place):
    """(what, messages, whose state matters): sent to a store by somebody who knows how we write."""
    theirs = path_of(place, ANNA)
    month_old = path_of(place, ANNA, T0 - 40 * DAY)
    letters = 'abcdefghijklmnopqrstuvwxyz234567'
    broken = theirs[:10] + letters[(letters.index(theirs[10]) + 1) % 32] + theirs[11:]
    replay = bounce(ANNA, to=theirs, text='452 4.2.2 mailbox full', status='4.2.2')
    return {
        'of one we never wrote to': ([bounce(OLA, returned=OLA)], OLA),
        'a token copied to another contact': ([bounce(OLA, to=theirs, returned=OLA)], OLA),
        'the same, about both': ([bounce(ANNA, OLA, to=theirs, returned=OLA)], OLA),
        'a token with a letter changed': ([bounce(ANNA, to=broken)], ANNA),
        'an old token': ([bounce(ANNA, to=month_old)], ANNA),
        'a returned message that is not ours': ([bounce(ANNA, sender='someone@else.example')], ANNA),
        'our newsletter bounced by its reader': ([bounce(ANNA, to=theirs, path=f'<{ANNA}>', by=ANNA)], ANNA),
        'replayed bounces, dressed up anew': ([replay] + [
            replay.replace(b'Message-ID: <', f'Message-ID: <{i}'.encode()) for i in range(9)], ANNA),
        'ten thousand contacts': ([bounce(*[f'c{i}@z{i % 5000}.example' for i in range(10000)])], 'c9999@z4999.example'),
    }


# what takes effect, by what is trusted; README says why
EFFECT = {
    'of one we never wrote to': {'any', 'ours'},
    'a token copied to another contact': {},
    'the same, about both': {'any', 'ours'},
    'a token with a letter changed': {'any', 'ours'},
    'an old token': {'any', 'ours'},
    'a returned message that is not ours': {'any'},
    'our newsletter bounced by its reader': {'any', 'ours'},
    'replayed bounces, dressed up anew': {'any', 'ours'},
    'ten thousand contacts': {},  # held as a wave where it is believed
}


def test_forgeries():
    many = CONTACTS + ''.join(f'c{i}@z{i % 5000}.example\n' for i in range(10000))
    for trust in ('any', 'ours', 'verp'):
        for what in EFFECT:
            place = store(trust, many if what.startswith('ten') else CONTACTS, 'soft_limit = 5 in 14d\n')
            messages, victim = forgeries(place)[what]
            place.now += 60
            outcomes = place.scan(*messages)
            changed = place.state(victim) != 'active'
            equal(changed, trust in EFFECT[what], f'forged, trust {trust}: {what}')
            if trust == 'verp':
                ok('held' in outcomes or what.startswith(('a token copied', 'replayed')), f'forged, trust verp: {what}: waits for review', outcomes[:5])
            ok(place.well(), f'forged, trust {trust}: {what}: all is well')


def test_decided():
    """A bounce of mail that was sent before a person decided changes nothing, whenever it comes."""
    place = store('verp')
    path = path_of(place, ANNA, T0)
    place.now = T0 + 5 * DAY
    equal(place.scan(bounce(ANNA, to=path, time=T0 + DAY)), ['invalidated'], 'decided: a bounce')
    place.run('mark', 'active', '--yes', ANNA)
    place.now = T0 + 6 * DAY
    again = bounce(ANNA, to=path, time=T0 + 6 * DAY, text='550 5.1.1 no mailbox', status='5.1.0')
    ok(set(place.scan(again)) <= {'old', 'held'}, 'decided: the same mail once more')
    equal(place.state(ANNA), 'active', 'decided: has no effect')
    equal(place.scan(bounce(ANNA, to=path_of(place, ANNA, place.now), time=place.now)), ['invalidated'], 'decided: mail sent since has')


def test_review():
    place = store('ours')
    equal(place.scan(bounce(ANNA, sender='x@else.example')), ['held'], 'review: could be forged')
    ok(b'forged' in place.run('review').stdout, 'review: says so')
    number = place.run('review', '--json').stdout and json.loads(place.run('review', '--json').stdout.splitlines()[0])
    equal(place.run('review', '--accept', str(number.get('number', 1))).returncode, 0, 'review: accepted')
    equal(place.state(ANNA), 'invalid', 'review: takes effect')
    by_itself = Store(CONTACTS, '[senders]\naddresses = news@ours.example\n')
    by_itself.now = T0
    equal(by_itself.scan(bounce(ANNA, sender='x@else.example')), ['held'], 'trust: ours by itself once [senders] names somebody')
    quoted = (f'Return-Path: <>\nReceived: from mx by mail; {formatdate(T0)}\nFrom: MAILER-DAEMON@mx.x.example\n'
              f'To: bounces@ours.example\nSubject: failure notice\nMessage-ID: <q{{}}@mx>\n\n'
              'Hi. This is the qmail-send program at mx.x.example.\nI\'m afraid I wasn\'t able to deliver your message to the '
              'following addresses.\nThis is a permanent error; I\'ve given up. Sorry it didn\'t work out.\n\n'
              f'<{ANNA}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n'
              'Return-Path: <{}>\nReceived: (qmail 1 invoked from network); 1 Nov 2026 10:00:00 -0000\n'
              'From: News <{}>\nTo: anna@x.example\nSubject: November\n\nHello\n')
    equal(by_itself.scan(quoted.format(1, 'x@else.example', 'x@else.example').encode()), ['held'], 'trust: quoted headers of others')
    equal(by_itself.scan(quoted.format(2, 'news@ours.example', 'news@ours.example').encode()), ['invalidated'],
          'trust: quoted headers of ours count')


def test_strangers():
    """[senders] that are wrong would hold everything, silently."""
    place = Store(CONTACTS, '[senders]\naddresses = news@ours.example\n')
    place.now = T0
    messages = os.path.join(WORK, 'strangers.mbox')
    for addresses, hint in ((9, b''), (11, b'brings back mail from news@ours.example')):
        with open(messages, 'wb') as file:
            for i in range(addresses):
                file.write(b'From - Thu Jan  1 00:00:00 1970\n' +
                           bounce(f'{addresses}-{i}@x.example', sender='x@else.example') + b'\n')
        said = place.run('scan', messages)
        equal((hint in said.stderr, b'brings back' in said.stderr), (True, bool(hint)), f'strangers: {addresses}')
        ok(b'`zwrotka review` lists them' in said.stdout, 'strangers: where they are', said)
    ok(b'20 to review: ' in place.run('status').stdout, 'strangers: in status')


def test_delivered():
    place = store('any', CONTACTS, 'soft_limit = 1 in 14d\n')
    soft = {'text': '452 4.2.2 mailbox full', 'status': '4.2.2'}
    place.scan(bounce(ANNA, time=T0 - 9 * DAY, **soft), bounce(ANNA, time=T0 - 8 * DAY, **soft))
    equal(place.state(ANNA), 'suspect', 'delivered: a suspect')
    outcomes = place.scan(bounce(ANNA, time=T0 - 7 * DAY, action='delivered', text='250 2.0.0 ok', status='2.0.0'))
    equal((outcomes, place.state(ANNA)), ([], 'active'), 'delivered: leaves by a delivery report')
    ok(place.well(), 'delivered: all is well')
    place.run('undo')
    equal(place.state(ANNA), 'suspect', 'delivered: its undo')
    place = store('ours', CONTACTS, 'soft_limit = 1 in 14d\n')
    place.scan(bounce(ANNA, time=T0 - 9 * DAY, **soft), bounce(ANNA, time=T0 - 8 * DAY, **soft))
    place.scan(bounce(ANNA, action='delivered', text='250 2.0.0 ok', status='2.0.0', sender='x@else.example'))
    equal(place.state(ANNA), 'suspect', 'delivered: not by a report that could be forged')


def main():
    test_paths()
    test_tokens()
    test_decided()
    test_review()
    test_strangers()
    test_delivered()
    test_forgeries()
    done()


main()
