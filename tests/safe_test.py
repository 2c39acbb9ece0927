#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Backup and restore, erase, verify over flipped bytes, full disks, and SIGKILL in the middle of every long step:
the store is as before or as after, and verify finds nothing. ROWS (60,000) says how many contacts are killed over."""
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from tap import build_dir, done, equal, ok  # noqa: E402
from work import PROGRAM, begin, path, write  # noqa: E402

WORK = begin('safe', memory=True)
ASAN = 'asan' in os.path.basename(build_dir())
ROWS = int(os.environ.get('ROWS', '20000' if ASAN else '60000'))
FLIPS = int(os.environ.get('FLIPS', '60' if ASAN else '200'))
KILLS = int(os.environ.get('KILLS', '2' if ASAN else '4'))
ENV = dict(os.environ, XDG_CONFIG_HOME=os.path.join(WORK, 'config'), LANGUAGE='en', LC_ALL='C.UTF-8')
GROUP = '''Final-Recipient: rfc822; {0}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{0}>: no such user
'''
BOUNCE = '''From: MAILER-DAEMON@mx.example
To: news@ours.example
Message-ID: <{id}@mx.example>
Subject: Undelivered
Date: Wed, 18 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{groups}
--b--
'''


def bytes_of(name):
    with open(path(name), 'rb') as file:
        return file.read()


def run(*words, store='s', data=None, env=None, before=None):
    return subprocess.run([PROGRAM, '--store', path(store), *words], input=data, capture_output=True,
                          env=dict(ENV, **(env or {})), preexec_fn=before, check=False)


def scan(store, *addresses):
    text = BOUNCE.format(id=addresses[0], groups='\n'.join(GROUP.format(a) for a in addresses))
    return run('scan', '-', store=store, data=text.encode())


def snapshot(store):
    """All that can be seen of contacts and states."""
    return run('list', '--json', store=store).stdout + run('export', '--suppressed', store=store).stdout


def is_well(store, name):
    result = run('verify', '--replay', store=store)
    return ok(result.returncode == 0, name, result.stdout.decode() + result.stderr.decode())


def contacts(n, domain='wp.example'):
    return 'address,name,company,tags\n' + ''.join(
        f'jan.kowalski{i}@{domain if i % 3 else "o2.example"},Jan Kowalski {i},Firma {i % 97},{"vip" if i % 5 else "vip;old"}\n'
        for i in range(n))


# ---- erase

def test_erase():
    write('few.csv', 'address,name,company,tags\nanna@wp.example,Anna Zielonogórska,Zielone Ogrody,gardener\n'
          'ewa@wp.example,Ewa Nowak,Firma,vip\nola@gmial.example,Ola Ostrowska,Firma,vip\nadam@o2.example,Adam,,\n')
    run('import', path('few.csv'), store='erase')
    run('edit', 'ola@gmial.example', '--address', 'ola@gmail.example', store='erase')
    run('edit', 'anna@wp.example', '--name', 'Anna Zielonka', store='erase')
    run('mark', 'blocked', '--yes', 'anna@wp.example', store='erase')
    run('add', '--address', 'anna.second@wp.example', '--name', 'Another Person', store='erase')
    scan('erase', 'anna@wp.example')
    scan('erase', 'anna@wp.example', 'ewa@wp.example')
    scan('erase', 'ewa@wp.example')
    refused = run('erase', 'anna@wp.example', store='erase')
    equal(refused.returncode, 64, 'erase: asks, and without a terminal does nothing')
    backup = run('backup', path('erase.backup'), store='erase')
    ok(backup.returncode == 0, 'erase: a backup before', backup.stderr)
    gone = json.loads(run('erase', '--yes', '--json', 'anna@wp.example', store='erase').stdout)
    equal((gone['contacts'], gone['addresses'], gone['bounces'], gone['originals']), (1, 1, 2, 1),
          'erase: contact, bounces, and the original that speaks of nobody else')
    data = bytes_of('erase/data.mdb')
    for text in ('anna@wp.example', 'Zielonka', 'zielonka', 'Zielonogórska', 'zielonogorska', 'Zielone Ogrody',
                 'zielone ogrody', 'gardener'):
        ok(text.encode() not in data, f'erase: {text} is nowhere in the file')
    ok(not os.path.exists(path('erase/erasing')), 'erase: and nothing is left to be done')
    ok(b'anna@wp' not in run('log', store='erase').stdout, 'erase: nor in the log')
    ok(b'ewa@wp.example' in run('why', 'ewa@wp.example', store='erase').stdout, 'erase: others keep theirs')
    equal(run('show', 'anna.second@wp.example', store='erase').returncode, 0, 'erase: and similar ones stay')
    is_well('erase', 'erase: the store is well')
    equal(run('check', 'anna@wp.example', store='erase').stdout.split(b'\t')[2].strip(), b'not in the store',
          'erase: check does not know it')
    equal(run('undo', str(gone['step']), store='erase').returncode, 1, 'erase: cannot be undone')
    again = run('import', path('few.csv'), store='erase')
    ok(again.returncode == 65 and b'few.csv:2:' in again.stderr and b'erased' in again.stderr,
       'erase: an import rejects the row, with its line', again.stderr)
    listed = run('import', '--suppressed', '-', store='erase', data=b'anna@wp.example\n')
    equal(listed.returncode, 65, 'erase: a list of dead addresses does not bring it back')
    keyed = run('import', '--key', 'external_id', '-', store='erase',
                data=b'address,external_id\nanna@wp.example,K-1\nnew@wp.example,K-2\n')
    ok(keyed.returncode == 65 and b':2:' in keyed.stderr, 'erase: nor does an import by external id', keyed.stderr)
    equal(run('check', 'anna@wp.example', store='erase').stdout.split(b'\t')[2].strip(), b'not in the store',
          'erase: and it is still not there')
    added = run('add', 'anna@wp.example', store='erase')
    ok(added.returncode == 65 and b'--force' in added.stderr, 'erase: add says so', added.stderr)
    gone = json.loads(run('erase', '--yes', '--json', 'ola@gmial.example', store='erase').stdout)
    equal((gone['contacts'], gone['addresses']), (1, 2), 'erase: by an address of before, with the new one')
    data = bytes_of('erase/data.mdb')
    ok(b'ola@gmial' not in data and b'ola@gmail' not in data and b'ostrowska' not in data.lower(),
       'erase: both are nowhere in the file')
    equal(run('erase', '--yes', 'ola@gmail.example', store='erase').returncode, 66, 'erase: twice is 66')
    equal(run('erase', '--yes', 'nobody@wp.example', store='erase').returncode, 66, 'erase: of nobody is 66')
    # the backup knew them both
    back = run('restore', '--yes', path('erase.backup'), store='erase')
    ok(back.returncode == 0 and b'erased again' in back.stdout, 'restore: erasures since are replayed',
       back.stdout + back.stderr)
    data = bytes_of('erase/data.mdb')
    ok(b'anna@wp.example' not in data and b'ola@gmial' not in data, 'restore: also in the file')
    is_well('erase', 'restore: with erasures the store is well')
    equal(run('import', path('few.csv'), store='erase').returncode, 65, 'restore: their hashes stay')
    equal(run('add', '--force', 'anna@wp.example', store='erase').returncode, 0, 'erase: add --force takes it back')
    write('anna.csv', 'address,name\nanna@wp.example,Anna\n')
    equal(run('import', path('anna.csv'), store='erase').returncode, 0, 'erase: and so does an import from then on')


# ---- backup and restore

def test_backup():
    write('many.csv', contacts(3000))
    run('import', path('many.csv'), store='b')
    scan('b', 'jan.kowalski1@wp.example')
    before = snapshot('b')
    made = run('backup', path('backup'), store='b')
    ok(made.returncode == 0, 'backup: made', made.stderr)
    equal(os.stat(path('backup')).st_mode & 0o777, 0o600, 'backup: for the owner alone')
    again = run('backup', path('backup'), store='b')
    ok(again.returncode == 73 and b'--force' in again.stderr, 'backup: overwrites nothing unasked', again.stderr)
    equal(run('backup', '--force', path('backup'), store='b').returncode, 0, 'backup: --force does')
    piped = run('backup', '-', store='b')
    write('piped', '')
    with open(path('piped'), 'wb') as file:
        file.write(piped.stdout)
    fresh = run('restore', '--yes', path('piped'), store='fresh')
    ok(fresh.returncode == 0 and snapshot('fresh') == before, 'backup: - is standard output; restore makes a store',
       fresh.stderr)
    is_well('fresh', 'restore: a new store is well')
    # what came since goes; who becomes sendable is said
    scan('b', 'jan.kowalski2@wp.example')
    run('mark', 'invalid', '--yes', 'jan.kowalski4@wp.example', store='b')
    dry = run('restore', '--dry-run', path('backup'), store='b')
    ok(b'jan.kowalski2@wp.example' in dry.stdout and b'2 addresses that are dead now' in dry.stdout,
       'restore: says who would become sendable', dry.stdout)
    events = [json.loads(line) for line in run('restore', '--json', '--dry-run', path('backup'), store='b').stdout.splitlines()]
    equal((len(events), events[-1]['event'], events[-1]['sendable']), (3, 'plan', 2), 'restore: --json says it, too')
    equal(run('restore', path('backup'), store='b').returncode, 64, 'restore: asks')
    reader = subprocess.Popen([PROGRAM, '--store', path('b'), 'export'], stdout=subprocess.PIPE, env=ENV)
    reader.stdout.read(100)
    equal(run('restore', '--yes', '--quiet', path('backup'), store='b').returncode, 0, 'restore: while somebody reads')
    rest = reader.stdout.read()
    equal((reader.wait(), rest.count(b'\n')), (0, 3000), 'restore: who goes on with what it had')
    equal(snapshot('b'), before, 'restore: everything is as in the backup')
    is_well('b', 'restore: the store is well')
    ok(b'\trestore\t' in run('log', store='b').stdout, 'restore: stands in the log')
    for name, content in (('none', b'no store'), ('empty', b''), ('short', bytes_of('backup')[:50000])):
        with open(path(name), 'wb') as file:
            file.write(content)
        refused = run('restore', '--yes', path(name), store='b')
        equal(refused.returncode, 65, f'restore: {name} is refused')
    equal(run('restore', '--yes', path('b/data.mdb'), store='b').returncode, 64, 'restore: the store itself is refused')
    equal(run('restore', '--yes', path('missing'), store='b').returncode, 66, 'restore: a missing file is 66')
    equal(snapshot('b'), before, 'restore: and changes nothing')


def test_map():
    """The mail server's map follows a restore and an erase by itself."""
    config = write('mapconf', f'[postfix]\nmap = {path("map")}\n')
    write('map.csv', contacts(300))
    run('import', path('map.csv'), store='m')
    run('mark', 'invalid', '--yes', 'domain:o2.example', '--config', config, store='m')
    run('publish', '--config', config, store='m')
    same = ('publish', '--check', '--config', config)
    equal(run(*same, store='m').returncode, 0, 'map: published')
    run('backup', path('map.backup'), store='m')
    run('erase', '--yes', 'jan.kowalski0@o2.example', '--config', config, store='m')
    equal(run(*same, store='m').returncode, 0, 'map: follows an erase')
    ok(b'jan.kowalski0@o2.example' not in bytes_of('m/data.mdb'), 'map: which leaves nothing in the store')
    run('mark', 'invalid', '--yes', 'jan.kowalski1@wp.example', '--config', config, store='m')
    back = run('restore', '--yes', path('map.backup'), '--config', config, store='m')
    ok(back.returncode == 0 and run(*same, store='m').returncode == 0, 'map: follows a restore', back.stderr)
    run('mark', 'invalid', '--yes', 'domain:wp.example', '--config', config, store='m')
    back = run('restore', '--yes', path('map.backup'), '--config', config, store='m')
    ok(back.returncode == 0 and b'--yes' in back.stderr and run(*same, store='m').returncode == 1,
       'map: but does not shrink by more than 5 % unasked', back.stderr)
    run('publish', '--yes', '--config', config, store='m')
    equal(run(*same, store='m').returncode, 0, 'map: publish --yes does')


def test_damaged():
    shutil.copytree(path('fresh'), path('damaged'))
    with open(path('damaged/data.mdb'), 'r+b') as file:
        for page in range(2, os.path.getsize(path('damaged/data.mdb')) // 4096):
            file.seek(page * 4096)
            file.write(b'\x55' * 64)
    broken = run('verify', store='damaged')
    ok(broken.returncode == 65 and b'restore the last backup' in broken.stderr, 'damaged: verify says so', broken.stderr)
    equal(run('backup', path('bad'), store='damaged').returncode, 65, 'damaged: it is not backed up')
    back = run('restore', '--yes', path('backup'), store='damaged')
    ok(back.returncode == 0 and os.path.exists(path('damaged/damaged.mdb')), 'damaged: restored, the old one kept',
       back.stderr)
    equal(snapshot('damaged'), snapshot('b'), 'damaged: everything is back')
    is_well('damaged', 'damaged: the store is well')


# ---- flipped bytes

def test_flips():
    write('flip.csv', contacts(400))
    run('import', path('flip.csv'), store='flip')
    for i in range(12):
        scan('flip', f'jan.kowalski{i * 3 + 1}@wp.example')
    run('tag', '--tag', '+x', 'domain:o2.example', store='flip')
    run('mark', 'invalid', '--yes', 'domain:o2.example', store='flip')
    run('undo', store='flip')
    run('edit', 'jan.kowalski7@wp.example', '--address', 'jan@new.example', store='flip')
    whole = bytes_of('flip/data.mdb')
    before = snapshot('flip') + run('log', '--json', store='flip').stdout
    chance, found, harmless, wrong = random.Random(6), 0, 0, []
    for i in range(FLIPS):
        at = chance.randrange(len(whole)) if i % 4 else chance.randrange(0, len(whole), 4096) + chance.randrange(32)
        flipped = bytearray(whole)
        flipped[at] ^= 1 << chance.randrange(8)
        with open(path('flip/data.mdb'), 'wb') as file:
            file.write(flipped)
        result = run('verify', '--replay', store='flip')
        if result.returncode in (65, 78):
            found += 1
        elif result.returncode == 0 and snapshot('flip') + run('log', '--json', store='flip').stdout == before:
            harmless += 1
        else:
            wrong.append((at, result.returncode, result.stderr[-200:]))
    ok(not wrong, f'flips: {found} found, {harmless} harmless, of {FLIPS}', wrong)
    ok(found > FLIPS // 4, 'flips: most are not harmless')
    with open(path('flip/data.mdb'), 'wb') as file:
        file.write(whole)
    is_well('flip', 'flips: and the store itself is well')


# ---- a full disk

def test_full():
    """A small file system if there may be one, else a limit on the size of files."""
    write('full.csv', contacts(4000))
    write('more.csv', contacts(9000, 'more.example'))
    steps = {
        'import': ('import', path('more.csv')),
        'tag': ('tag', '--tag', '+long-enough-to-be-seen', 'domain:wp.example'),
        'mark': ('mark', 'invalid', '--yes', 'domain:wp.example'),
        'undo': ('undo', '1'),
        'restore': ('restore', '--yes', path('full.backup')),
        'backup': ('backup', path('full.other')),
        'erase': ('erase', '--yes', 'jan.kowalski1@wp.example'),
    }
    run('import', path('full.csv'), store='full')
    run('import', path('more.csv'), store='large')
    run('backup', path('full.backup'), store='large')
    before = snapshot('full')
    size = os.path.getsize(path('full/data.mdb'))

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, size + 4096))

    for name, words in steps.items():
        words = words if name != 'backup' else ('backup', path('full.other'))
        result = run(*words, store='large' if name == 'backup' else 'full', before=limited)
        if name in ('erase', 'tag') and result.returncode == 0:
            ok(True, f'full: {name} fits')
            before = snapshot('full')
            continue
        ok(result.returncode == 74 and result.stderr, f'full: {name} says so', (result.returncode, result.stderr))
        if name != 'backup':
            equal(snapshot('full'), before, f'full: {name} leaves the store as it was')
    ok(not os.path.exists(path('full.other')) and not os.path.exists(path('full.other.new')),
       'full: no half backup stays')
    is_well('full', 'full: the store is well')


# ---- killed

def kill_in(words, seconds, store):
    process = subprocess.Popen([PROGRAM, '--store', path(store), *words], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=ENV)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return process.returncode == -signal.SIGKILL


def copy_store(source, target):
    shutil.rmtree(path(target), ignore_errors=True)
    os.mkdir(path(target))
    shutil.copyfile(path(f'{source}/data.mdb'), path(f'{target}/data.mdb'))


def counts(store):
    return tuple(run('list', '--count', query, store=store).stdout for query in
                 ('state:invalid', 'tag:killed', 'domain:more.example', 'domain:wp.example'))


def test_kills():
    write('kill.csv', contacts(ROWS))
    write('kill.more.csv', contacts(ROWS // 2, 'more.example'))
    write('killconf', f'[postfix]\nmap = {path("killmap")}\n')
    run('import', path('kill.csv'), store='kill')
    run('import', path('kill.more.csv'), store='kill.other')
    run('backup', path('kill.backup'), store='kill.other')
    copy_store('kill', 'kill.marked')
    run('mark', 'invalid', '--all', '--yes', store='kill.marked')
    steps = {
        'import': ('kill', ('import', path('kill.more.csv'))),
        'mark': ('kill', ('mark', 'invalid', '--all', '--yes')),
        'tag': ('kill', ('tag', '--tag', '+killed', '--all')),
        'undo': ('kill.marked', ('undo',)),
        'restore': ('kill.marked', ('restore', '--yes', path('kill.backup'))),
        'publish': ('kill.marked', ('publish', '--yes', '--config', path('killconf'))),
        'erase': ('kill.marked', ('erase', '--yes', 'jan.kowalski1@wp.example')),
    }
    chance = random.Random(7)
    for name, (source, words) in steps.items():
        before = counts(source)
        copy_store(source, 'killed')
        begun = time.monotonic()
        whole = run(*words, store='killed')
        took = time.monotonic() - begun
        after, killed, fine = counts('killed'), 0, whole.returncode == 0
        for _ in range(KILLS):
            copy_store(source, 'killed')
            killed += kill_in(words, took * chance.uniform(0.05, 1), 'killed')
            fine = fine and counts('killed') in (before, after)
            well = run('verify', store='killed')
            fine = fine and well.returncode == 0
        ok(fine, f'killed: {name}, {killed} times: as before or as after, and well', well.stdout + well.stderr +
           whole.stderr)
        if name == 'erase':
            run(*words, store='killed')
            write('killed/erasing', '')
            equal(run(*words, store='killed').returncode, 0, 'killed: erase is finished by another')
            ok(b'kowalski1@wp' not in bytes_of('killed/data.mdb') and not os.path.exists(path('killed/erasing')),
               'killed: erase once more overwrites what was left')


# ---- two at once

def test_two():
    write('two.a.csv', contacts(ROWS // 10, 'a.example'))
    write('two.b.csv', contacts(ROWS // 10, 'b.example'))
    run('add', 'first@wp.example', store='two')
    both = [subprocess.Popen([PROGRAM, '--store', path('two'), '--quiet', 'import', path(f'two.{x}.csv')], env=ENV)
            for x in 'ab']
    seen = set()
    while any(process.poll() is None for process in both):
        seen.add(run('list', '--count', store='two').stdout)
        run('tag', '--tag', '+seen', 'first@wp.example', store='two')
        run('backup', '--force', path('two.backup'), store='two')
    equal([process.wait() for process in both], [0, 0], 'two at once: both imports are in')
    is_well('two', 'two at once: the store is well')
    whole = ROWS // 10
    shared = (whole + 2) // 3
    possible = {1, 1 + whole, 1 + 2 * whole - shared}
    ok({int(n) for n in seen} <= possible, 'two at once: whoever looked saw whole imports', seen)
    result = run('restore', '--yes', path('two.backup'), store='two.again')
    ok(result.returncode == 0, 'two at once: a backup made meanwhile is whole', result.stderr)
    is_well('two.again', 'two at once: and well')


def test_keep_messages():
    """More originals than go in one transaction are dropped by one scan."""
    for folder in ('cur', 'new', 'tmp'):
        os.makedirs(path(f'box/{folder}'), exist_ok=True)
    n = 700
    for i in range(n):
        write(f'box/cur/{i}:2,', BOUNCE.format(id=f'm{i}', groups=GROUP.format(f'p{i}@many{i % 40}.example')))
    config = write('keepconf', '[store]\nkeep_messages = 30d\n[policy]\nwave = off\n')
    run('add', 'somebody@wp.example', store='keep')
    result = run('scan', path('box'), '--config', config, store='keep')
    ok(result.returncode == 0 and str(n).encode() in result.stdout, 'keep_messages: scanned',
       result.stdout + result.stderr)
    late = {'ZWROTKA_NOW': str(int(time.time()) + 40 * 86400)}
    look = ('erase', '--yes', '--json')
    kept = json.loads(run(*look, 'p1@many1.example', store='keep').stdout)
    run('scan', path('box'), '--config', config, store='keep', env=late)
    gone = [json.loads(run(*look, f'p{i}@many{i % 40}.example', store='keep').stdout)['originals']
            for i in (0, 499, 600, 699)]
    equal((kept['originals'], gone), (1, [0, 0, 0, 0]), 'keep_messages: all that are too old go')
    is_well('keep', 'keep_messages: the store is well')


def main():
    tests = [test_erase, test_backup, test_map, test_damaged, test_flips, test_full, test_kills, test_two, test_keep_messages]
    wanted = sys.argv[1:]
    try:
        for test in tests:
            if not wanted or test.__name__ in wanted:
                test()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    done()


main()
