#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The wave guard: far more hard bounces than usual from one domain or server wait for a person, by the times of
the bounces; and refusals of our own servers are said for what they are."""
import itertools
import json
import os
import shutil
import sys
from email.utils import formatdate

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tmux  # noqa: E402
from policy_test import DAY, T0, WORK, Store  # noqa: E402
from tap import done, equal, ok, source_dir  # noqa: E402
from work import PROGRAM  # noqa: E402

HOUR = 3600
NUMBER = itertools.count(1)


def bounce(address, time=T0, mta='', text='550 5.1.1 no such user', status='5.1.1'):
    n = next(NUMBER)
    remote = f'Remote-MTA: dns; {mta}\n' if mta else ''
    return (f'Return-Path: <>\nReceived: from mx by mail; {formatdate(time)}\nDate: {formatdate(time)}\n'
            f'From: MAILER-DAEMON@ours.example\nTo: b@ours.example\nMessage-ID: <w{n}@ours.example>\n'
            'Subject: Undelivered Mail\nMIME-Version: 1.0\n'
            'Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n'
            'Content-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n'
            f'Reporting-MTA: dns; mail.ours.example\n\nFinal-Recipient: rfc822; {address}\nAction: failed\n'
            f'Status: {status}\n{remote}Diagnostic-Code: smtp; {text}\n\n--b--\n').encode()


def people(domain, n):
    return [f'c{i}@{domain}' for i in range(n)]


def store(addresses, config=''):
    place = Store('email\n' + ''.join(a + '\n' for a in addresses), config)
    place.now = T0 + HOUR
    return place


def count(place, query):
    return int(place.run('list', '--count', query).stdout or 0)


def review(place):
    return [json.loads(line) for line in place.run('review', '--json').stdout.splitlines()]


def test_wave():
    all_of_them = people('wp.example', 450) + people('x.example', 30)
    place = store(all_of_them)
    # ordinary weeks: three in an hour, now and then
    before = [bounce(f'c{400 + i}@wp.example', T0 - (20 - i // 3) * DAY + i % 3 * 60) for i in range(30)]
    equal(set(place.scan(*before)), {'invalidated'}, 'wave: ordinary bounces take effect')
    outcomes = place.scan(*[bounce(f'c{i}@wp.example', T0 + i * 8) for i in range(400)],
                          *[bounce(f'c{i}@x.example', T0 + i) for i in range(9)])
    equal((outcomes.count('held'), outcomes.count('invalidated')), (400, 9), 'wave: all of it is held, and nobody else')
    equal(count(place, 'state:invalid domain:wp.example'), 30, 'wave: nobody is dead of it')
    found = review(place)
    sentence = found[0].get('wave', '')
    ok(sentence.startswith('400 at wp.example since ') and sentence.endswith(', normally 3 an hour: server fault?'),
       'wave: the sentence', sentence)
    equal(len(found), 400, 'wave: waits in review')
    ok(place.well() and place.truth(), 'wave: all is well')
    late = place.scan(bounce('c401@wp.example', T0 + 1800), bounce('c449@wp.example', T0 + 1801))
    ok(late.count('invalidated') == 0, 'wave: what comes later in the same hour is part of it', late)
    accepted = place.run('review', '--accept', '--wave', str(found[7]['number']))
    equal(accepted.returncode, 0, 'wave: accepted together')
    equal((len(review(place)), count(place, 'state:invalid domain:wp.example')), (0, 431), 'wave: all of them')
    equal(place.scan(bounce('c448@wp.example', T0 + 1900)), ['invalidated'], 'wave: what was accepted holds nothing any more')
    place.run('undo')
    place.run('undo')
    ok(place.well(), 'wave: undone')
    numbers = [str(item['number']) for item in review(place)]
    equal(place.run('review', '--dismiss', '--wave', numbers[0]).returncode, 0, 'wave: dismissed together')
    equal((len(review(place)), count(place, 'state:invalid domain:wp.example')), (0, 30), 'wave: nobody is dead')
    ok(place.well() and place.truth(), 'wave: all is well in the end')


def test_across_scans():
    place = store(people('wp.example', 100))
    outcomes = [place.scan(*[bounce(f'c{10 * k + i}@wp.example', T0 + k * 600 + i) for i in range(10)]) for k in range(3)]
    equal([set(o) for o in outcomes], [{'invalidated'}, {'invalidated'}, {'held'}], 'scans: the third makes it a wave')
    equal((count(place, 'state:invalid'), len(review(place))), (0, 30), 'scans: all of it is held, the first ones too')
    ok(place.well() and place.truth(), 'scans: all is well')
    place.run('undo')
    equal(count(place, 'state:invalid'), 20, 'scans: undone, the first two scans count again')
    ok(place.well(), 'scans: all is well again')


def test_no_wave():
    place = store(people('wp.example', 100))
    old = [bounce(f'c{i}@wp.example', T0 - (100 - i) * DAY) for i in range(100)]
    equal(set(place.scan(*old)), {'invalidated'}, 'none: the first scan of an old mailbox')
    place = store(people('big.example', 2000))
    campaign = [bounce(f'c{i}@big.example', T0 + i) for i in range(60)]
    equal(set(place.scan(*campaign)), {'invalidated'}, "none: a campaign's share of dead addresses")
    known = [bounce(f'c{1000 + i}@big.example', T0 - (9 - i) * DAY) for i in range(6)]
    place = store(people('big.example', 2000))
    place.scan(*known)
    equal(set(place.scan(*campaign)), {'held'}, 'none: but that, where one an hour is usual')
    place = store(people('wp.example', 100), '[policy]\nwave = off\n')
    taken = [bounce(f'c{i}@wp.example', T0 + i, 'mx.wp.example') for i in range(60)]
    equal(set(place.scan(*taken)), {'invalidated'}, 'none: where the guard is off')
    equal(place.run('mark', 'active', '--yes', 'mta:mx.wp.example since:2026-11-01').returncode, 0, 'none: taken back by mta: and time')
    equal(count(place, 'state:invalid'), 0, 'none: all of them')
    place = store(people('wp.example', 100))
    twenty = [bounce(f'c{i}@wp.example', T0 + i) for i in range(20)]
    equal(set(place.scan(*twenty)), {'invalidated'}, 'none: twenty in an hour')
    soft = [bounce(f'c{i}@wp.example', T0 + i, text='452 4.2.2 mailbox full', status='4.2.2') for i in range(30, 90)]
    equal(set(place.scan(*soft)), {'soft'}, 'none: soft ones are no wave')
    place = store([])
    shutil.copytree(os.path.join(source_dir(), 'data/demo/bounces'), os.path.join(place.path, 'bounces'))
    place.run('import', os.path.join(source_dir(), 'data/demo/contacts.csv'))
    place.now = T0 + 30 * DAY
    end = json.loads(place.run('scan', '--json', os.path.join(place.path, 'bounces')).stdout.splitlines()[-1])
    equal((end['read'], end['invalidated']), (66, 38), 'none: the demo')


def test_by_server():
    """A provider of many domains."""
    domains = [f'd{i}.example' for i in range(40)]
    place = store([f'info@{d}' for d in domains] + people('wp.example', 20))
    outcomes = place.scan(*[bounce(f'info@{d}', T0 + i, 'MX.host.example') for i, d in enumerate(domains)],
                          *[bounce(a, T0, 'mx.wp.example') for a in people('wp.example', 20)])
    equal((outcomes.count('held'), outcomes.count('invalidated')), (40, 20), 'server: held by the server that refused')
    found = review(place)
    ok(found and found[0]['wave'].startswith('40 at mx.host.example since '), 'server: the sentence', found[:1])
    place.run('review', '--accept', '--wave', str(found[0]['number']))
    equal((len(review(place)), count(place, 'state:invalid')), (0, 60), 'server: accepted together')


def test_refusals():
    """It is us, not them."""
    place = store(people('o2.example', 450))
    blocked = '554 5.7.1 Service unavailable; Client host [192.0.2.4] blocked using zen.example; https://www.zen.example/q/192.0.2.4'
    spam = '550 5.7.1 Message {} rejected as spam'
    place.scan(*[bounce(f'c{i}@o2.example', T0 + i, 'o2.example', blocked, '5.7.1') for i in range(412)],
               *[bounce(f'c{i}@o2.example', T0 + i, 'o2.example', spam.format(4000000 + i), '5.7.1') for i in range(412, 420)])
    equal(count(place, 'state:active'), 450, 'us: nobody is dead')
    lines = place.run('status').stdout.decode().splitlines()
    ok(any(line.startswith('since ') and line.endswith('o2.example refuses 192.0.2.4, list zen.example: 412 mails, nobody is dead')
           for line in lines), 'us: status says so', lines)
    ok(any('8 mails' in line and 'rejected as spam' in line for line in lines), 'us: each wording by itself, whatever its numbers', lines)
    rows = json.loads(place.run('stats', '--json').stdout)['refusals']
    equal([(r['server'], r.get('ip'), r.get('list'), r['mails']) for r in rows],
          [('o2.example', '192.0.2.4', 'zen.example', 412), ('o2.example', None, None, 8)], 'us: stats --json')
    ok(b'list zen.example: 412 mails' in place.run('stats').stdout, 'us: stats')
    place.now += 3 * DAY
    ok(b'refuses' not in place.run('status').stdout, 'us: status forgets it after a day')
    ok(b'refuses' in place.run('stats').stdout, 'us: stats after a week')
    ok(place.well(), 'us: all is well')


def test_screen():
    """One key decides the whole wave; refusals stand above the scans; a map that waits is told."""
    place = store(people('wp.example', 60) + people('o2.example', 60),
                  f'[postfix]\nmap = {WORK}/nowhere/map\n')
    blocked = '554 5.7.1 Client host [192.0.2.4] blocked using zen.example'
    place.scan(*[bounce(f'c{i}@wp.example', T0 + i) for i in range(60)],
               *[bounce(f'c{i}@o2.example', T0 + i, 'o2.example', blocked, '5.7.1') for i in range(50)])
    env = {'PATH': os.environ['PATH'], 'HOME': WORK, 'LC_ALL': 'C.UTF-8', 'ZWROTKA_NOW': str(place.now)}
    with tmux.Terminal([PROGRAM, '--store', place.path, '--config', place.config], env, 120, 30) as terminal:
        for keys, seen in (((), 'o2.example refuses 192.0.2.4, list zen.example: 50 mails, nobody is dead'),
                           ((), 'publish pending'), (('r',), '60 at wp.example since '),
                           (('a',), 'Accept 60?'), (('y',), 'Nothing to review')):
            if keys:
                terminal.keys(*keys)
            if not ok(terminal.wait(seen, 15), f'screen: {seen}', terminal.screen()):
                break
    equal(count(place, 'state:invalid'), 60, 'screen: all of the wave is accepted')
    equal(place.run('undo').returncode, 0, 'screen: and taken back as one step')
    equal(count(place, 'state:invalid'), 0, 'screen: all of it')


def test_mailbox():
    """Held bounces stay on the server."""
    place = store(people('wp.example', 60) + people('x.example', 3))
    box = os.path.join(place.path, 'Maildir')
    for part in ('cur', 'new', 'tmp'):
        os.makedirs(os.path.join(box, part))
    messages = [bounce(a, T0 + i) for i, a in enumerate(people('wp.example', 60) + people('x.example', 3))]
    for i, message in enumerate(messages):
        with open(os.path.join(box, 'new', f'{i}.m'), 'wb') as file:
            file.write(message)
    place.run('scan', '--after', 'delete', f'maildir:{box}')
    equal(len(os.listdir(os.path.join(box, 'new')) + os.listdir(os.path.join(box, 'cur'))), 60, 'mailbox: what is held stays there')
    # a wave that begins in one transaction and is seen in the next
    place = store(people('wp.example', 60))
    box = os.path.join(place.path, 'Maildir')
    for part in ('cur', 'new', 'tmp'):
        os.makedirs(os.path.join(box, part))
    full = lambda i: bounce(f's{i}@s.example', T0, text='452 4.2.2 mailbox full', status='4.2.2')
    messages = ([bounce(f'c{i}@wp.example', T0 + i) for i in range(10)] + [full(i) for i in range(1030)] +
                [bounce(f'c{i}@wp.example', T0 + i) for i in range(10, 25)])
    for i, message in enumerate(messages):
        with open(os.path.join(box, 'new', f'{i:05}.m'), 'wb') as file:
            file.write(message)
    place.run('scan', '--after', 'delete', f'maildir:{box}')
    equal((count(place, 'state:invalid'), len(review(place))), (0, 25), 'mailbox: over two transactions all of it is held')
    equal(len(os.listdir(os.path.join(box, 'new')) + os.listdir(os.path.join(box, 'cur'))), 25, 'mailbox: and stays there')
    ok(place.well(), 'mailbox: all is well')


def main():
    test_wave()
    test_across_scans()
    test_no_wave()
    test_by_server()
    test_refusals()
    test_screen()
    test_mailbox()
    done()


main()
