#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scans end to end: real messages, a real Dovecot, kills at every named step, a full disk, two scans
at once. What has to hold: a soft bounce makes nobody invalid, nothing takes effect twice or gets
lost, nothing but decided bounces leaves a mailbox, and only after the commit."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import servers  # noqa: E402
from tap import done, equal, ok, source_dir  # noqa: E402
from work import PROGRAM, begin, environment, path, write  # noqa: E402

ROOT = source_dir()
CORPUS = os.path.join(ROOT, 'tests/data/corpus')
DEMO = os.path.join(ROOT, 'data/demo')
STEPS = 'read decode commit committed mark marked done'.split()

WORK = begin('scan')


def run(*words, store='store', config=None, env=None, stdin=None):
    command = [PROGRAM, '--store', path(store), '--config', config or EMPTY, *words]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120,
                          env=environment(**(env or {})))


def objects(result):
    return [json.loads(line) for line in result.stdout.decode().splitlines()]


def end(result):
    found = [o for o in objects(result) if o.get('event') == 'end']
    return found[-1] if found else {}


def state(address, store='store'):
    result = run('check', '--json', address, store=store)
    return json.loads(result.stdout)['state']


def labels(folder):
    found = {}
    with open(os.path.join(folder, 'labels.tsv'), encoding='utf-8') as file:
        for line in file:
            name, address, verdict = line.rstrip('\n').split('\t')[:3]
            found.setdefault(name, []).append((address, verdict))
    return found


def sums_hold(sums):
    return (sums['read'] == sum(sums[k] for k in ('bounces', 'complaints', 'autoreplies', 'receipts',
                                                  'other', 'duplicates', 'undecodable')) and
            sums['recipients'] == sum(sums[k] for k in ('invalidated', 'known', 'soft', 'complained',
                                                        'corrected', 'old', 'unmatched', 'held')))


def snapshot(store):
    """What has to be the same however a scan came to its end. Numbers of steps and the times of
    decisions differ between two runs; nothing here holds them."""
    review = [{k: v for k, v in o.items() if k in ('address', 'hold', 'text', 'subject')}
              for o in objects(run('review', '--json', store=store))]
    return (run('export', store=store).stdout, run('list', store=store).stdout,
            run('stats', '--json', store=store).stdout.split(b'"scans"')[0],
            sorted(map(json.dumps, review)))


def fresh_store(name):
    shutil.rmtree(path(name), ignore_errors=True)
    run('import', os.path.join(DEMO, 'contacts.csv'), store=name)


def undisturbed(box):
    """A whole scan of the box: the seconds it took, and the store and the box as they are after it."""
    fresh_store('whole')
    box.fill()
    start = time.monotonic()
    run('scan', store='whole', config=box.config)
    return time.monotonic() - start, snapshot('whole'), box.lies()


# ---- real messages, a fresh store for each

def test_corpus():
    false_hard, hard, found, broken = [], 0, 0, []
    for name, wanted in labels(CORPUS).items():
        shutil.rmtree(path('one'), ignore_errors=True)
        addresses = sorted({a for want, _ in wanted for a in want.split('|') if a != '-'})
        csv = write('one.csv', 'email\n' + ''.join(
            '"' + a.replace('"', '""') + '"\n' for a in addresses + ['nobody@elsewhere.example']))
        run('import', '--quiet', csv, store='one')
        scan = run('scan', '--json', os.path.join(CORPUS, name), store='one')
        invalid = {line.split('\t')[0].lower() for line in
                   run('list', 'state:invalid', store='one').stdout.decode().splitlines()}
        if scan.returncode != 0 or not sums_hold(end(scan)):
            broken.append((name, scan.returncode, scan.stderr[-200:]))
        for want, verdict in wanted:
            dead = bool(invalid & {a.lower() for a in want.split('|')}) if want != '-' else bool(invalid)
            if verdict == 'hard':
                hard += 1
                found += dead
            elif verdict in ('soft', 'complaint', 'none') and dead:
                false_hard.append(name)
    equal(broken, [], 'corpus: every scan ends well and its sums hold')
    equal(false_hard, [], 'corpus: nobody labelled soft, complaint or nothing becomes invalid')
    ok(found >= 0.85 * hard, f'corpus: {found} of {hard} hard ones become invalid')


def test_labelled(folder, title):
    """Our own labelled messages, all into one store; `folder` has messages named in labels.tsv."""
    wanted = labels(folder)
    predictions = {}
    for name in wanted:
        result = run('classify', os.path.join(folder, name))
        predictions[name] = objects(result)[0].get('recipients', []) if result.stdout else None
    unread = [n for n, p in predictions.items() if p is None]
    false_hard = [n for n, p in predictions.items() if p and any(
        r['verdict'] == 'hard' for r in p) and not any(v in ('hard', '?') for _, v in wanted[n])]
    acted = [n for n, p in predictions.items() if p and wanted[n][0][0] == '-']
    equal(unread, [], f'{title}: all are read')
    equal(false_hard, [], f'{title}: no false hard verdict')
    equal([n for n in acted if n not in false_hard], [], f'{title}: nothing is acted on where nothing is to be')


# ---- once, and once only

def test_again():
    fresh_store('again')
    shutil.copytree(os.path.join(DEMO, 'bounces'), path('box'))
    first = run('scan', '--json', path('box'), store='again')
    before = snapshot('again')
    ok(sums_hold(end(first)) and end(first)['invalidated'] > 30, 'scan: the demo is read')
    second = end(run('scan', '--json', path('box'), store='again'))
    ok(second['read'] == 0 and second['skipped'] == end(first)['read'], 'scan: known ones are skipped')
    equal(snapshot('again'), before, 'scan: a second one changes nothing')
    # the same messages by another way
    files = path('files')
    os.mkdir(files)
    for folder in ('cur', 'new'):
        for name in os.listdir(os.path.join(path('box'), folder)):
            if not name.startswith('.'):
                with open(os.path.join(path('box'), folder, name), 'rb') as file:
                    text = file.read()
                with open(os.path.join(files, name.split(':')[0]), 'wb') as file:
                    file.write(b'Received: from a.example by b.example; Mon, 23 Nov 2026 10:00:00 +0100\n'
                               b'Delivered-To: other@example.com\n' + text)
    third = end(run('scan', '--json', files, store='again'))
    equal(third.get('duplicates'), end(first)['read'], 'scan: the same by another way are duplicates')
    equal(snapshot('again'), before, 'scan: and change nothing')
    undo = run('undo', '--json', store='again')
    equal(undo.returncode, 0, 'scan: undo takes it back')
    equal(run('list', '--count', 'state:invalid', store='again').stdout.strip(), b'0',
          'scan: nobody is invalid after the undo')
    run('scan', path('box'), store='again')
    equal(run('list', '--count', 'state:invalid', store='again').stdout.strip(), b'0',
          'scan: what was undone does not come back')
    equal(run('verify', '--replay', store='again').returncode, 0, 'scan: verify --replay agrees')


def test_two_at_once():
    fresh_store('two')
    fresh_store('alone')
    run('scan', path('box'), store='alone')
    command = [PROGRAM, '--store', path('two'), '--config', EMPTY, 'scan', '--json', path('box')]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    outs = [p.communicate(timeout=120)[0] for p in both]
    equal([p.returncode for p in both], [0, 0], 'two at once: both end well')
    ends = [json.loads(out.decode().splitlines()[-1]) for out in outs]
    equal(sum(e['invalidated'] for e in ends), 38, 'two at once: each bounce counts once')
    equal(snapshot('two')[:2], snapshot('alone')[:2], 'two at once: the same store as one alone')
    equal(run('verify', '--replay', store='two').returncode, 0, 'two at once: verify agrees')


# ---- killed at every step

class Maildir:
    """A copy of the demo's Maildir with people's mail in it."""
    name = 'Maildir'

    def __init__(self):
        self.path = path('killbox')
        self.fill()
        self.config = write('kill.conf', f'[account box]\nsource = maildir:{self.path}\nafter = delete\n')

    def fill(self):
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.copytree(os.path.join(DEMO, 'bounces'), self.path)

    def lies(self):
        found = []
        for folder in ('cur', 'new'):
            for name in os.listdir(os.path.join(self.path, folder)):
                if not name.startswith('.'):
                    with open(os.path.join(self.path, folder, name), 'rb') as file:
                        found.append((file.read(), name.split(':')[0]))
        return sorted(found)

    def close(self):
        pass


class Imap:
    name = 'IMAP'

    def __init__(self):
        self.server = servers.Dovecot()
        write('password', self.server.password + '\n')
        self.fill()
        self.config = write('imap.conf', f'[account box]\nsource = {self.server.url("anna")}\n'
                            f'password_file = {path("password")}\nca_file = {self.server.certificates.ca}\n'
                            'after = delete\n')

    def fill(self):
        shutil.rmtree(self.server.home('anna'), ignore_errors=True)
        self.server.make_folder('anna')
        source = Maildir()
        for text, name in source.lies():
            self.server.deliver('anna', text, flags='S' if len(text) % 2 else '')

    def lies(self):
        return sorted(self.server.folder('anna').items())

    def close(self):
        self.server.close()


def test_kills(box):
    fresh_store('whole')
    box.fill()
    before = box.lies()
    result = run('scan', '--json', store='whole', config=box.config)
    equal(result.returncode, 0, f'{box.name}: a whole scan: {result.stderr.decode()[-200:]}')
    wanted, left = snapshot('whole'), box.lies()
    sums = end(result)
    decided = sums['bounces'] + sums['complaints'] - sums['held']
    ok(sums['deleted'] == len(before) - len(left) == decided > 40,
       f'{box.name}: decided bounces are deleted, {sums["deleted"]} of {len(before)}')
    kept = [text for text, _ in left]
    ok(all(item in before for item in left) and len(kept) == len(before) - decided,
       f"{box.name}: people's mail and its flags are untouched")
    for step in STEPS:
        for at in (1, 20) if step in ('read', 'decode') else (1,):
            fresh_store('killed')
            box.fill()
            killed = run('scan', store='killed', config=box.config, env={'ZWROTKA_KILL_AT': f'{step}:{at}'})
            equal(killed.returncode, -9, f'{box.name}: killed at {step} {at}')
            if step in ('read', 'decode', 'commit'):
                equal(box.lies(), before, f'{box.name}: nothing is gone before the commit ({step} {at})')
            again = run('scan', store='killed', config=box.config)
            same = again.returncode == 0 and snapshot('killed') == wanted and box.lies() == left
            ok(same, f'{box.name}: after a kill at {step} {at} the next scan ends the same',
               again.stderr.decode()[-300:])
    equal(run('verify', '--replay', store='killed').returncode, 0, f'{box.name}: verify agrees')


def test_after_switched(box):
    """Decided under keep; `after` is switched to delete later: what still lies there goes."""
    fresh_store('switch')
    box.fill()
    keep = write('keep.conf', open(box.config).read().replace('after = delete', 'after = keep'))
    before = box.lies()
    run('scan', store='switch', config=keep)
    equal(box.lies(), before, f'{box.name}: keep leaves everything as it lay')
    sums = end(run('scan', '--json', store='switch', config=box.config))
    ok(sums['read'] == 0 and sums['deleted'] > 40, f'{box.name}: decided ones go when after is switched')


# ---- trouble

def fits(file):
    try:
        return os.write(file.fileno(), b'x' * 4096) == 4096
    except OSError:
        return False


def test_full_disk():
    mount = path('small')
    os.mkdir(mount)
    made = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount], capture_output=True)
    if not ok(made.returncode == 0, 'full disk: a small file system is mounted', made.stderr):
        return
    try:
        run('import', os.path.join(DEMO, 'contacts.csv'), store='small/store')
        before = snapshot('small/store')
        box = Maildir()
        lay = box.lies()
        with open(os.path.join(mount, 'ballast'), 'wb') as file:
            while fits(file):
                pass
        result = run('scan', store='small/store', config=box.config)
        equal(result.returncode, 74, 'full disk: scan says 74')
        ok(b'disk is full' in result.stderr, 'full disk: scan says why', result.stderr.decode())
        ok(box.lies() == lay, 'full disk: no message is gone')
        ok(snapshot('small/store') == before, 'full disk: nothing took effect')
        piped = run('scan', '-', store='small/store', stdin=box.lies()[0][0])
        equal(piped.returncode, 75, 'full disk: a mail server is told to try again')
        os.unlink(os.path.join(mount, 'ballast'))
        result = run('scan', '--json', store='small/store', config=box.config)
        ok(result.returncode == 0 and end(result)['invalidated'] == 38, 'full disk: with room, all goes in')
        before = snapshot('small/store')
        big = write('big.csv', 'email,name\n' + ''.join(
            f'user{i}@firma{i % 77}.example,Imię {i} Nazwisko\n' for i in range(60000)))
        result = run('import', big, store='small/store')
        equal(result.returncode, 74, 'full disk: import says 74')
        ok(b'disk is full' in result.stderr, 'full disk: import says why', result.stderr.decode())
        ok(snapshot('small/store') == before, 'full disk: the store is as it was')
        equal(run('verify', '--replay', store='small/store').returncode, 0, 'full disk: verify agrees')
    finally:
        subprocess.run(['umount', mount], check=False)


def test_correction():
    fresh_store('mend')
    run('scan', path('box'), store='mend')
    address = run('list', 'state:invalid', 'domain:gmial.com', store='mend').stdout.decode().split('\t')[0]
    right = address.replace('gmial.com', 'gmail.com')
    equal(run('edit', address, '--address', right, store='mend').returncode, 0, 'mending: saved')
    equal(state(right, 'mend'), 'active', 'mending: sendable at once')
    again = end(run('import', '--json', os.path.join(DEMO, 'contacts.csv'), store='mend'))
    ok(again['corrected'] == 1 and again['added'] == 0, f'mending: the old file knows it {again}')
    equal(state(right, 'mend'), 'active', 'mending: and revives nothing')
    equal(run('list', '--count', store='mend').stdout.strip(), b'500', 'mending: no duplicate')
    late = ('From: MAILER-DAEMON@mx.example\nTo: newsletter@zwrotka.example\nSubject: Undelivered\n'
            'Date: Mon, 23 Nov 2026 08:00:00 +0100\nMIME-Version: 1.0\n'
            'Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n'
            'Content-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n'
            'Reporting-MTA: dns; mx.example\n\n'
            f'Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.2\n'
            'Diagnostic-Code: smtp; 550 5.1.2 Host unknown\n\n--b--\n')
    result = run('scan', '--json', '-', store='mend', stdin=late.encode())
    equal(end(result).get('corrected'), 1, 'mending: a late bounce of the old address is "corrected"')
    equal(state(right, 'mend'), 'active', 'mending: and leaves the new one alone')


def test_keep_messages():
    fresh_store('keep')
    config = write('keepconf', '[store]\nkeep_messages = 30d\n')
    run('scan', path('box'), store='keep', config=config)
    address = run('list', 'state:invalid', store='keep').stdout.decode().split('\t')[0]
    before = snapshot('keep')
    kept = os.path.getsize(path('keep/data.mdb'))
    late = {'ZWROTKA_NOW': str(int(time.time()) + 40 * 86400)}
    write('own/rules', 'mailboxfull\tno such user here\ta test\n')
    shown = run('rejudge', '--json', store='keep', config=path('own/config'))
    ok(b'"change"' in shown.stdout, 'keep_messages: originals are kept')
    run('scan', path('box'), store='keep', config=config, env=late)
    shown = run('rejudge', '--json', store='keep', config=path('own/config'))
    ok(b'"change"' not in shown.stdout, 'keep_messages: and go when their time is over')
    equal(snapshot('keep'), before, 'keep_messages: evidence and states stay')
    ok(kept > 0 and run('why', address, store='keep').returncode == 0, 'keep_messages: why goes on')
    os.unlink(path('own/rules'))


def test_rejudge():
    """A rule of the user's own, over what is kept: shown, applied as one step, undone."""
    fresh_store('rejudge')
    os.makedirs(path('own'), exist_ok=True)
    config = write('own/config', '')
    run('scan', path('box'), store='rejudge', config=config)
    again = run('rejudge', store='rejudge', config=config)
    ok(again.returncode == 0 and b'\t' not in again.stdout, 'rejudge: the same rules change nothing')
    before = snapshot('rejudge')
    write('own/rules', 'mailboxfull\tno such user here\ta test\n')
    shown = objects(run('rejudge', '--json', store='rejudge', config=config))
    changes = [o for o in shown if o['event'] == 'change']
    ok(changes and all(o['state_before'] == 'invalid' and o['state'] == 'active' for o in changes),
       'rejudge: a rule of one\'s own shows who would change', shown)
    equal(snapshot('rejudge'), before, 'rejudge: showing changes nothing')
    for wording, wanted in (('no such user here', changes), ('another', [])):
        shown = objects(run('rejudge', '--json', '--wording', wording, store='rejudge', config=config))
        equal([o for o in shown if o['event'] == 'change'], wanted, f'rejudge: --wording "{wording}" alone')
    run('rejudge', '--apply', store='rejudge', config=config)
    equal(state(changes[0]['address'], 'rejudge'), 'active', 'rejudge: --apply makes it so')
    equal(run('verify', '--replay', store='rejudge').returncode, 0, 'rejudge: verify agrees')
    run('undo', store='rejudge')
    equal(snapshot('rejudge'), before, 'rejudge: undo takes it back')
    write('own/rules', 'nonsense\n')
    wrong = run('scan', path('box'), store='rejudge', config=config)
    ok(wrong.returncode == 65 and b'rules:1' in wrong.stderr, 'rejudge: a bad rule is said with its line')


EMPTY = write('empty.conf', '')


def main():
    test_corpus()
    test_labelled(os.path.join(ROOT, 'tests/data/negatives'), 'negatives')
    test_labelled(os.path.join(ROOT, 'tests/data/servers'), 'servers')
    test_again()
    test_two_at_once()
    for kind in (Maildir, Imap):
        box = kind()
        try:
            test_kills(box)
            test_after_switched(box)
        finally:
            box.close()
    test_full_disk()
    test_correction()
    test_rejudge()
    test_keep_messages()
    done()


if __name__ == '__main__':
    main()
