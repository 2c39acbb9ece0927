#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`setup`: an account and the senders by options, by a pipe and by a person at a terminal; what does not
work is not saved; comments and other accounts stay."""
import json
import os
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import servers  # noqa: E402
from bounces import hard  # noqa: E402
from tap import done, equal, ok  # noqa: E402
from tmux import Terminal  # noqa: E402
from work import PROGRAM, begin, environment, path, write  # noqa: E402

WORK = begin('setup')
PLAIN = (b'From: a@firma.example\nTo: b@firma.example\nSubject: Hello\n'
         b'Date: Mon, 23 Nov 2020 10:00:00 +0100\n\nHow are you?\n')


def read(name):
    with open(path(name), encoding='utf-8') as file:
        return file.read()


def run(*words, config, lines='', store='store'):
    return subprocess.run([PROGRAM, '--store', path(store), '--config', path(config), *words],
                          input=lines, text=True, capture_output=True, timeout=60, check=False,
                          env=environment())


def mode(name):
    return stat.S_IMODE(os.stat(path(name)).st_mode)


def test_pipe(server):
    """Lines as a person would type them; the password is one of them."""
    host = f"localhost:{server.ports['imaps']}"
    lines = f'anna@firma.example\n{host}\nanna\n\n{server.password}\n2\nmove:Old\nnews@firma.example\n'
    got = run('setup', '--ca-file', server.ca, config='new/dir/config', lines=lines)
    equal((got.returncode, got.stderr), (0, ''), 'pipe: all answered')
    ok('2 messages since 2020, 1 looks like a bounce' in got.stdout, 'pipe: what is in the folder', got.stdout)
    equal(read('new/dir/config'),
          f'[account main]\nsource = imaps://anna@{host}/Junk\npassword_file = {path("new/dir/main.password")}\n'
          f'ca_file = {server.ca}\nafter = move:Old\n\n[senders]\naddresses = news@firma.example\n',
          'pipe: what is saved')
    equal((mode('new/dir/config'), mode('new/dir/main.password'), mode('new/dir')), (0o600, 0o600, 0o700),
          'pipe: nobody else may read it')
    ok(server.password not in got.stdout + got.stderr, 'pipe: the password is said nowhere')
    got = run('status', config='new/dir/config')
    ok('never scanned' in got.stdout, 'pipe: the store is made', got)
    equal(run('scan', config='new/dir/config').returncode, 0, 'pipe: and a scan goes')


def test_options(server):
    """Nothing is asked of a script that says all."""
    write('more', '; mine\n[account old] ; first\nsource = maildir:/nowhere\n[policy]\nwave = off\n')
    everything = ['--source', server.url('anna'), '--password-command', f'echo {server.password}', '--ca-file',
                  server.ca, '--folder', 'INBOX', '--after', 'keep', '--senders', '', '--account', 'two']
    got = run('setup', '--json', *everything, config='more')
    equal(got.returncode, 0, f'options: {got.stderr}')
    events = [json.loads(line) for line in got.stdout.splitlines()]
    equal([e['stage'] for e in events if e['event'] == 'stage'][-4:],
          ['connected', 'secured', 'logged in', 'opened'], 'options: each stage is said')
    equal(events[-1], {'event': 'saved', 'account': 'two'}, 'options: and what was saved')
    ok(read('more').startswith('; mine\n[account old] ; first\nsource = maildir:/nowhere\n[policy]\nwave = off\n'
                               '\n[account two]\n'), 'options: what was there stays', read('more'))
    got = run('setup', '--json', '--dry-run', *everything, config='tried', store='tried-store')
    events = [json.loads(line) for line in got.stdout.splitlines()]
    equal([(e['folder'], e['messages'], e['junk']) for e in events if e['event'] == 'folder'],
          [('INBOX', 0, False), ('Junk', 2, False)], 'dry run: the folders')
    equal([(e['messages'], e['bounces']) for e in events if e['event'] == 'survey'], [(0, 0)], 'dry run: what is in it')
    ok(got.returncode == 0 and not os.path.exists(path('tried')) and not os.path.exists(path('tried-store')),
       'dry run: nothing is saved', got.stderr)
    for since, line in (('2026-08-27', 'since = 2026-08-27\n'), ('all', ''), ('now', 'since = 20'), ('90d', 'since = 20')):
        os.path.exists(path('aged')) and os.unlink(path('aged'))
        got = run('setup', *everything, '--since', since, config='aged')
        ok(got.returncode == 0 and (line in read('aged') if line else 'since' not in read('aged')),
           f'options: --since {since}', (got.stderr, read('aged')))
    box = path('box')
    for sub in ('cur', 'new', 'tmp'):
        os.makedirs(os.path.join(box, sub))
    got = run('setup', '--source', 'maildir:' + box, config='dir', lines='')
    equal((got.returncode, read('dir')), (0, f'[account main]\nsource = maildir:{box}\n'),
          'options: the end of the input takes what is proposed')


def test_refused(server):
    """With its exit code, and without a trace."""
    def attempt(code, words, what, **more):
        arguments = {'--source': server.url('anna'), '--password-command': f'echo {server.password}',
                     '--ca-file': server.ca, '--folder': 'INBOX', '--after': 'keep', '--senders': '', **more}
        got = run('setup', *(word for pair in arguments.items() if pair[1] is not None for word in pair),
                  config='none', store='nostore')
        ok(got.returncode == code and words in got.stderr, f'refused: {what}', (got.returncode, got.stderr))
        ok(not os.path.exists(path('none')) and not os.path.exists(path('nostore')),
           f'refused: {what}: nothing is saved')

    attempt(77, 'refused', 'a wrong password', **{'--password-command': 'echo wrong'})
    attempt(78, 'failed', 'a command that fails', **{'--password-command': 'exit 3'})
    attempt(69, 'certificate', 'a certificate of nobody', **{'--ca-file': None})
    attempt(66, 'Nowhere', 'a folder that is not there', **{'--folder': 'Nowhere'})
    attempt(64, 'after=', 'an action that is none', **{'--after': 'burn'})
    attempt(64, 'since=', 'a date that is none', **{'--since': 'soon'})
    attempt(69, 'localhost:1', 'nobody listens', **{'--source': 'imaps://anna@localhost:1/INBOX'})
    attempt(66, 'nomaildir', 'no such path', **{'--source': 'maildir:/nomaildir', '--folder': None})
    got = run('setup', config='none', store='nostore')
    ok(got.returncode == 64 and 'an answer was due' in got.stderr, 'refused: no answer at all', got.stderr)
    write('broken', '[policy]\nwave = nonsense\n')
    equal(run('setup', '--source', 'maildir:' + path('box'), config='broken').returncode, 78,
          'refused: a configuration that cannot be read')
    equal(read('broken'), '[policy]\nwave = nonsense\n', 'refused: and it is not touched')


def test_person(server):
    """A terminal: a slip may be mended, the password is not shown."""
    env = {'PATH': os.environ['PATH'], 'HOME': WORK, 'LC_ALL': 'C.UTF-8'}
    command = [PROGRAM, '--store', path('person-store'), '--config', path('person'), 'setup']
    with Terminal(command, env, rows=40, columns=120) as screen:
        def answer(question, text):
            ok(screen.wait(question, 20), f'person: {question}', screen.screen())
            screen.type(text)
            screen.keys('Enter')

        answer('where bounces come back', '/nothing/there')
        ok(screen.wait(lambda seen: 'there is no such file' in seen and seen.rstrip().endswith('its path:'), 20),
           'person: what is not there is not proposed', screen.screen())
        answer('where bounces come back', 'anna@gmail.com')
        ok(screen.wait('[imap.gmail.com]'), 'person: the provider is known', screen.screen())
        answer('Server', f"localhost:{server.ports['imaps']}")
        answer('[anna@gmail.com]', 'anna')
        answer('prints the password', '')
        answer('Password', 'wrong')
        answer('fingerprint', server.certificates.pin('good'))
        answer('User [anna]', '')  # the log-in was refused: the rest stays as it is
        ok(screen.wait(lambda seen: seen.count('prints the password') == 2), 'person: how it is known, again', screen.screen())
        screen.keys('Enter')
        ok(screen.wait(lambda seen: seen.count('Password made') == 2), 'person: another password', screen.screen())
        screen.type(server.password)
        screen.keys('Enter')
        answer('Folder, by name or number [INBOX]', '2')  # what was answered before is not asked again
        answer('move:FOLDER [keep]', 'seen')
        answer('Addresses you send from', '*@firma.example')
        answer('Which of them to use', 'soon')
        answer('is none of all, now, 90d and a date', '2020-01-01')
        ok(screen.wait('Account main is saved in'), 'person: saved', screen.screen())
        ok(server.password not in screen.screen(), 'person: the password is not seen', screen.screen())
    ok('since = 2020-01-01' in read('person'), 'person: and what to use', read('person'))
    ok('pin = ' + server.certificates.pin('good') in read('person'), 'person: the fingerprint is kept')


def test_screen(server):
    """The screen's form does the same: what does not work stays typed; the password is not shown."""
    env = {'PATH': os.environ['PATH'], 'HOME': WORK, 'LC_ALL': 'C.UTF-8'}
    command = [PROGRAM, '--store', path('screen-store'), '--config', write('screen', '')]
    with Terminal(command, env, rows=30, columns=100) as screen:
        screen.wait('Add the mailbox')
        screen.keys('a')
        for text in ('anna@firma.example', f"localhost:{server.ports['imaps']}", 'anna', 'wrong' + server.password, '',
                     server.ca, 'Junk', 'seen', '*@firma.example'):
            screen.type(text)
            screen.keys('Enter')
        ok(screen.wait('nothing is saved', 20), 'screen: a wrong password is refused', screen.screen())
        ok(screen.wait('log-in') or screen.wait('refused'), 'screen: and said', screen.screen())
        screen.keys('C-u')  # the cursor is on what is to blame
        screen.type(server.password)
        screen.keys('F2')
        ok(screen.wait('2 messages since 2020, 1 looks like a bounce', 20), 'screen: what is in the folder',
           screen.screen())
        ok('(x) Junk  2' in screen.screen() and '(x) the last 90 days' in screen.screen(),
           'screen: and which others there are', screen.screen())
        screen.keys('G', 'k')
        screen.keys('Space')
        ok(screen.wait('no messages yet', 20), 'screen: another folder is looked into at once', screen.screen())
        screen.wait('(x) INBOX')
        screen.keys('G')
        screen.keys('Space')
        screen.wait('2 messages since 2020', 20)
        ok(screen.wait('(x) Junk  2', 20), 'screen: and back', screen.screen())
        ok(server.password not in screen.screen(), 'screen: the password is not seen', screen.screen())
        screen.keys('Enter')
        ok(screen.wait('nothing was changed. s scans now', 20), 'screen: saved, and a dry run shown', screen.screen())
        screen.keys('q')
        ok(screen.wait('scan now?'), 'screen: after the dry run it asks', screen.screen())
        screen.keys('Escape')
        screen.wait('Nothing is here yet')
        ok(screen.wait('done: main'), 'screen: the first page knows', screen.screen())
    text = read('screen')
    ok('/Junk' in text and 'after = seen' in text and 'since = ' in text and server.password not in text, 'screen: as it was typed', text)
    ok(mode('main.password') == 0o600 and read('main.password').strip() == server.password,
       'screen: the password is in a file of its own')


def main():
    trouble = servers.missing()
    if trouble:
        ok(False, trouble)
        done()
    with servers.Dovecot() as server:
        server.deliver('anna', hard('x@firma.example'), folder='Junk')
        server.deliver('anna', PLAIN, folder='Junk')
        for test in (test_pipe, test_options, test_refused, test_person, test_screen):
            test(server)
    done()


if __name__ == '__main__':
    main()
