#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`watch` over real servers and folders: what comes is marked at once, lines that drop are taken up
again, tokens renewed, requests answered, and it ends and begins anew when told to."""
import base64
import json
import os
import poplib
import resource
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import hostile  # noqa: E402
import servers  # noqa: E402
from bounces import hard  # noqa: E402
from servers import wait_until  # noqa: E402
from tap import build_dir, done, equal, ok, source_dir  # noqa: E402
from tmux import Terminal  # noqa: E402
from work import PROGRAM, begin, environment, path, write  # noqa: E402

WORK = begin('watch')
PATIENCE = 20  # seconds, on a machine that is busy


def run(*words, config, store='store'):
    return subprocess.run([PROGRAM, '--store', path(store), '--config', config, *words],
                          capture_output=True, timeout=60, env=environment(), check=False)


def state(address, config, store='store'):
    return json.loads(run('check', '--json', address, config=config, store=store).stdout)['state']


def make_maildir(name):
    for sub in ('tmp', 'new', 'cur'):
        os.makedirs(os.path.join(path(name), sub))
    return path(name)


def deliver(maildir, message, name):
    with open(os.path.join(maildir, 'tmp', name), 'wb') as file:
        file.write(message)
    os.rename(os.path.join(maildir, 'tmp', name), os.path.join(maildir, 'new', name))


class Watch:
    """A running `watch --json`, its events and complaints read as they come."""

    def __init__(self, config, *words, store='store', **env):
        command = [PROGRAM, '--store', path(store), '--config', config, 'watch', '--json', *words]
        # a session of its own: no terminal, so SIGHUP is for the configuration
        self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, start_new_session=True,
                                      env=environment(**env))
        self.events, self.complaints = [], []
        for stream, into in ((self.child.stdout, self._event), (self.child.stderr, self._complaint)):
            threading.Thread(target=self._read, args=(stream, into), daemon=True).start()

    @staticmethod
    def _read(stream, into):
        for line in stream:
            into(line.decode())

    def _event(self, line):
        self.events.append(json.loads(line))

    def _complaint(self, line):
        self.complaints.append(line)

    def of(self, kind, **more):
        return [e for e in list(self.events)
                if e['event'] == kind and all(e.get(k) == v for k, v in more.items())]

    def wait(self, condition, what, seconds=PATIENCE):
        """How long it took; None, and a failed test, if it did not come."""
        began = time.monotonic()
        try:
            wait_until(condition, what, seconds)
        except TimeoutError:
            ok(False, what, '\n'.join([*self.complaints, *map(str, self.events[-5:])]))
            return None
        return time.monotonic() - began

    def takes(self, address, what, seconds=PATIENCE):
        took = self.wait(lambda: self.of('recipient', address=address), what, seconds)
        return ok(took is not None, f'{what} ({took:.2f} s)') if took is not None else False

    def says(self, words, what):
        took = self.wait(lambda: any(words in line for line in list(self.complaints)), what)
        return took is not None and ok(True, what)

    def count(self, words):
        return sum(words in line for line in list(self.complaints))

    def end(self, number=signal.SIGTERM):
        """Exit code and the seconds it took."""
        began = time.monotonic()
        self.child.send_signal(number)
        code = self.child.wait(timeout=PATIENCE)
        return code, time.monotonic() - began

    def close(self):
        if self.child.poll() is None:
            self.end()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def children_of(pid):
    return [int(line) for line in subprocess.run(['ps', '-o', 'pid=', '--ppid', str(pid)], check=False,
                                                 capture_output=True, text=True).stdout.split()]


def fresh(config, store, *addresses):
    shutil.rmtree(path(store), ignore_errors=True)
    csv = write('contacts.csv', 'email\n' + ''.join(a + '\n' for a in addresses))
    equal(run('import', '--quiet', csv, config=config, store=store).returncode, 0, f'{store}: contacts')


def account(name, source, *lines):
    return '\n'.join([f'[account {name}]', f'source = {source}', *lines, ''])


def login(server):
    return (f'password_file = {path("password")}', f'ca_file = {server.certificates.ca}')


def test_all(server):
    """Three kinds at once, a process each."""
    box = make_maildir('Maildir')
    imap = account('imap', server.url('anna'), *login(server), 'after = delete')
    text = imap + account('box', 'maildir:' + box) + account('pop', server.url('piotr', scheme='pop3s'),
                                                             *login(server), 'poll = 1s')
    config = write('all.conf', text)
    names = [f'{name}@firma.example' for name in 'abcdefghijklm']
    fresh(config, 'store', *names)
    server.make_folder('anna')
    server.make_folder('piotr')
    server.deliver('anna', hard(names[0]))
    with Watch(config) as watch:
        watch.takes(names[0], 'IMAP: what lay there')
        wait_until(lambda: server.folder('anna') == {}, 'deleted')
        server.deliver('anna', hard(names[1]))
        watch.takes(names[1], 'IMAP: by IDLE')
        deliver(box, hard(names[2]), '1700000001.M1.h')
        watch.takes(names[2], 'Maildir: by inotify')
        junk = os.path.join(box, '.Junk')
        for sub in ('', 'tmp', 'new', 'cur'):
            os.mkdir(os.path.join(junk, sub))
        deliver(junk, hard(names[3]), '1700000002.M2.h')
        watch.takes(names[3], 'Maildir: in a folder made meanwhile')
        server.deliver('piotr', hard(names[4]))
        watch.takes(names[4], 'POP3: by looking')
        equal([state(n, config) for n in names[:5]], ['invalid'] * 5, 'all are invalid')
        wait_until(lambda: server.folder('anna') == {}, 'deleted')
        ok(True, 'IMAP: decided bounces are deleted after each commit')
        ends = watch.of('end', account='imap')
        ok(len(ends) == 2 and all(e['invalidated'] == 1 and e['read'] == 1 for e in ends),
           'an end with its sums for each scan that found anything', ends)
        before = len(watch.complaints)
        server.stop()
        watch.says('imap:', 'a server that stopped is complained of')
        server.use('good')
        server.deliver('anna', hard(names[5]))
        watch.takes(names[5], 'IMAP: after the server is back')
        ok(watch.count('imap:') - watch.count('works again') <= 4 and len(watch.complaints) > before,
           'trouble is said once, not at each try', watch.complaints)
        equal(run('status', config=config).returncode, 0, 'status: all is well')
        member = children_of(watch.child.pid)[0]
        os.kill(member, signal.SIGKILL)
        watch.says('started again', 'a process that died is told of')
        for n, user in ((6, 'anna'), (7, 'piotr')):
            server.deliver(user, hard(names[n]))
            watch.takes(names[n], f'and is started again: {user}')
        write('all.conf', text + '[nonsense]\nx = y\n')
        watch.child.send_signal(signal.SIGHUP)
        watch.says('stays as it was', 'SIGHUP: a bad configuration changes nothing')
        more = make_maildir('More')
        write('all.conf', text + account('more', 'maildir:' + more))
        watch.child.send_signal(signal.SIGHUP)
        wait_until(lambda: len(watch.of('start')) == 2, 'SIGHUP')
        deliver(more, hard(names[8]), '1700000003.M3.h')
        watch.takes(names[8], 'SIGHUP: an account added meanwhile is watched')
        code, seconds = watch.end()
        ok(code == 143 and seconds < 1.5, f'SIGTERM: {code} in {seconds:.2f} s')
    equal(run('verify', '--replay', config=config).returncode, 0, 'verify agrees')
    equal([state(n, config) for n in names[:9]], ['invalid'] * 9, 'each is invalid, once')


def listed(server, user):
    """How many messages the server shows over POP3, which on a busy machine may lag behind the disk."""
    trust = ssl.create_default_context(cafile=server.ca)
    box = poplib.POP3_SSL('localhost', server.ports['pop3s'], context=trust, timeout=PATIENCE)
    box.user(user)
    box.pass_(server.password)
    n = box.stat()[0]
    box.quit()
    return n


def test_request(server):
    """The operator's s, with a watch that would not look for an hour by itself."""
    config = write('request.conf', account('pop', server.url('ewa', scheme='pop3s'), *login(server),
                                           'poll = 1h'))
    fresh(config, 'asked', 'a@firma.example', 'b@firma.example')
    server.make_folder('ewa')
    env = {'LC_ALL': 'C.UTF-8', 'PATH': os.environ['PATH'], 'HOME': WORK, 'USER': 'ewa'}
    with Watch(config, store='asked') as watch:
        wait_until(lambda: json.loads(run('status', '--json', config=config, store='asked').stdout)['good'],
                   'the first scan')
        server.deliver('ewa', hard('a@firma.example'))
        wait_until(lambda: listed(server, 'ewa') == 1, 'the server shows what was delivered')
        with Terminal([PROGRAM, '--store', path('asked'), '--config', config], env) as screen:
            screen.wait('2 contacts')
            screen.keys('s')
            ok(screen.wait('asked: the watch'), 'screen: s asks the watch', screen.screen())
            watch.takes('a@firma.example', 'a request is taken up')
            ok(screen.wait('Scan ended: read 1'), 'screen: and says how it ended', screen.screen())
            code, seconds = watch.end(signal.SIGINT)
            ok(code == 130 and seconds < 1.5, f'SIGINT: {code} in {seconds:.2f} s')
            server.deliver('ewa', hard('b@firma.example'))
            screen.keys('s')
            ok(screen.wait('Ended after'), 'screen: without a watch it scans by itself', screen.screen())
        equal(state('b@firma.example', config, 'asked'), 'invalid', 'screen: that counts, too')


class Tokens(hostile.Imap):
    """Takes the token that is good now; knows IDLE."""
    capabilities = b'IMAP4rev1 AUTH=XOAUTH2 IDLE'
    good = b'one'
    lines = []
    arrived = 0

    def authenticate(self, tag, _):
        self.send(b'+ \r\n')
        said = base64.b64decode(self.line())
        if b'auth=Bearer ' + Tokens.good + b'\1' in said:
            self.ok(tag)
            return
        self.send(b'+ eyJzdGF0dXMiOiI0MDEifQ==\r\n')
        self.line()
        self.send(tag + b' NO [AUTHENTICATIONFAILED] token expired\r\n')

    @property
    def uids(self):
        return tuple(range(11, 11 + Tokens.arrived))

    def message(self, uid, body=None, size=None):
        super().message(uid, hard(f'{uid}@firma.example'), size)

    def idle(self, tag, _):
        self.send(b'+ idling\r\n')
        Tokens.lines.append(self)
        equal(self.line(), b'DONE', 'IDLE ends with DONE')
        self.ok(tag)


def test_token(certificates):
    with hostile.Server(Tokens, certificates) as server:
        config = write('token.conf', account('oauth', server.url(), f'ca_file = {certificates.ca}',
                                             f'token_command = cat {path("token")}; echo >>{path("calls")}'))
        calls = lambda: os.path.getsize(path('calls'))  # noqa: E731
        write('token', 'one\n')
        write('calls', '')
        fresh(config, 'tokens', '11@firma.example', '12@firma.example')
        with Watch(config, store='tokens', ZWROTKA_WATCH_SECONDS='3600') as watch:
            wait_until(lambda: Tokens.lines, 'IDLE')
            first = Tokens.lines[0]
            equal(calls(), 1, 'token_command: once for a connection')
            Tokens.good = b'two'
            write('token', 'two\n')
            Tokens.arrived = 1
            first.sock.shutdown(socket.SHUT_RDWR)
            watch.takes('11@firma.example', 'a dropped line is taken up with a new token')
            Tokens.arrived = 2
            # a line may have said IDLE more than once by now
            wait_until(lambda: Tokens.lines[-1] is not first, 'IDLE on another line')
            Tokens.lines[-1].send(b'* 2 EXISTS\r\n')
            watch.takes('12@firma.example', 'and IDLE goes on')
            equal(watch.complaints, [], 'nobody was told of any trouble')
        # a scan whose line drops in the middle, when the token has expired meanwhile
        Tokens.good, Tokens.arrived = b'two', 0
        stale = write('stale.sh', f'#!/bin/sh\nif [ -e {path("renewed")} ]; then echo three; else echo old; '
                      f'touch {path("renewed")}; fi\n', 0o700)
        Tokens.good = b'three'
        config = write('stale.conf', account('oauth', server.url(), f'ca_file = {certificates.ca}',
                                             f'token_command = {stale}'))
        result = run('scan', config=config, store='tokens')
        equal(result.returncode, 0, 'scan: an expired token is asked for anew ' + result.stderr.decode())
        write('old', 'old\n')
        config = write('old.conf', account('oauth', server.url(), f'ca_file = {certificates.ca}',
                                           f'token_command = cat {path("old")}'))
        result = run('scan', config=config, store='tokens')
        ok(result.returncode == 77 and b'token expired' in result.stderr,
           'scan: the same token again is refused in words', result.stderr.decode())


def has_sanitizers():
    with open(os.path.join(build_dir(), 'config.h'), encoding='utf-8') as file:
        return '#define WITH_ASAN 1' in file.read()


def words_of(pid):
    with open(f'/proc/{pid}/cmdline', 'rb') as file:
        return file.read()


def test_rights(server):
    """The process that speaks to the server, and where the password does not get to."""
    config = write('rights.conf', account('imap', server.url('ola'), *login(server)))
    fresh(config, 'rights', 'a@firma.example', 'b@firma.example')
    server.make_folder('ola')
    with Watch(config, store='rights', ZWROTKA_TEST='x' + server.password) as watch:
        server.deliver('ola', hard('a@firma.example'))
        watch.takes('a@firma.example', 'rights: a bounce')
        speaks = next((p for p in children_of(watch.child.pid) if b'--mailbox-child' in words_of(p)), None)
        if not ok(speaks, 'rights: the server is spoken to by a process of its own'):
            return
        with open(f'/proc/{speaks}/status', encoding='ascii') as file:
            status = dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)
        if not has_sanitizers():
            equal((status['Seccomp'], status['NoNewPrivs']), ('2', '1'), 'rights: it has given them up')
        holds = [os.readlink(f'/proc/{speaks}/fd/{fd}') for fd in os.listdir(f'/proc/{speaks}/fd')]
        ok(not any(path('rights') in name for name in holds) and
           sum(name.startswith('socket:') for name in holds) == 2,
           'rights: and holds its channel and its connection alone', holds)
        secret = server.password.encode()
        for pid in (watch.child.pid, speaks):
            with open(f'/proc/{pid}/environ', 'rb') as file:
                given = file.read() if pid == speaks else b''
            ok(secret not in words_of(pid) and secret not in given,
               f'secrets: none in arguments, none in the environment given on ({pid == speaks})')
        os.kill(speaks, signal.SIGKILL)
        server.deliver('ola', hard('b@firma.example'))
        watch.takes('b@firma.example', 'rights: killed, it is started again')
        equal(watch.complaints, [], 'rights: and nobody is bothered')
        said = '\n'.join([*map(str, watch.events), *watch.complaints])
        watch.child.send_signal(signal.SIGSEGV)
        _, status = os.waitpid(watch.child.pid, 0)
        watch.child.returncode = -signal.SIGSEGV
        ok(not os.WCOREDUMP(status), 'secrets: a crash leaves no core')
    found = []
    for folder, _, names in os.walk(path('rights')):
        for name in names:
            with open(os.path.join(folder, name), 'rb') as file:
                if secret in file.read():
                    found.append(name)
    ok(not found and server.password not in said, 'secrets: none in the store, none in what was said', found)


def test_map():
    """The suppression map follows what those did who may not write it."""
    box = make_maildir('Mapped')
    text = account('box', 'maildir:' + box)
    config = write('map.conf', text + f'[postfix]\nmap = {path("suppressed")}\n')
    without = write('nomap.conf', text)
    fresh(config, 'map', 'a@firma.example', 'b@firma.example', 'c@firma.example')
    equal(run('publish', config=config, store='map').returncode, 0, 'map: published')
    with Watch(config, store='map') as watch:
        deliver(box, hard('a@firma.example'), '1700000001.M1.h')
        watch.takes('a@firma.example', 'map: a bounce')
        equal(run('mark', 'blocked', 'b@firma.example', '--yes', config=without, store='map').returncode, 0,
              'map: an operator blocks somebody, without the map')
        watch.wait(lambda: run('publish', '--check', config=config, store='map').returncode == 0,
                   'map: the watch brings it to the map', 5)
    equal(run('publish', '--check', config=config, store='map').returncode, 0, 'map: as the store')


class Idler(hostile.Imap):
    """An honest server that counts what it is asked; messages come when the test says so. What it knows is the
    server's, not the class's: a connection of an earlier test may still be ending."""
    capabilities = b'IMAP4rev1 AUTH=PLAIN IDLE'

    @property
    def uids(self):
        return tuple(range(11, 11 + self.server.arrived))

    def message(self, uid, body=None, size=None):
        super().message(uid, hard(f'{uid}@firma.example'), size)

    def uid_search(self, tag, args):
        self.server.asked.append('search')
        low = int(args.split(b' ')[-1].split(b':')[0]) if b'UID' in args else 0
        found = [u for u in self.uids if u >= low] or list(self.uids[-1:])
        self.send(b'* SEARCH' + b''.join(b' %d' % uid for uid in found) + b'\r\n')
        self.ok(tag)

    def idle(self, tag, _):
        """Says what the test wants said: it may not itself, for a TLS connection is one thread's."""
        self.server.asked.append('idle')
        self.send(b'+ idling\r\n')
        while not (self.buffer or self.sock.pending() or select.select([self.sock], [], [], 0.02)[0]):
            if self.server.say:
                data, self.server.say = self.server.say, b''
                self.send(data)
        self.server.asked.append(self.line().decode())
        self.ok(tag)


class Teller(Idler):
    """Tells of the second message in the middle of its answer about the first, and never again."""

    def uid_fetch(self, tag, args):
        if self.server.arrived == 1:
            self.server.arrived = 2
            self.send(b'* 2 EXISTS\r\n')
        super().uid_fetch(tag, args)


class NoIdle(Idler):
    def idle(self, tag, _):
        self.server.asked.append('idle')
        self.send(tag + b' BAD never heard of it\r\n')


class Leaver(Idler):
    def idle(self, tag, _):
        self.send(b'+ idling\r\n* BYE going down\r\n')
        raise hostile.Gone


def idling(script, certificates, name, seconds, test):
    with hostile.Server(script, certificates) as server:
        server.arrived, server.asked, server.say = 0, [], b''
        config = write('idle.conf', account('idle', server.url(), f'password_file = {path("password")}',
                                            f'ca_file = {certificates.ca}'))
        fresh(config, 'idle', '11@firma.example', '12@firma.example')
        with Watch(config, store='idle', ZWROTKA_WATCH_SECONDS=seconds) as watch:
            test(watch, name, server)


def test_idle(certificates):
    def renewed(watch, name, server):
        watch.wait(lambda: server.asked.count('DONE') >= 3, name)
        ok(server.asked.count('search') >= 2 and server.count == 1, f'{name}, over one connection', server.asked)
        server.arrived = 1
        server.say = b'* 1 EXISTS\r\n'
        watch.takes('11@firma.example', f'{name}, and it hears')

    def in_passing(watch, name, server):
        wait_until(lambda: 'idle' in server.asked, 'IDLE')
        server.arrived = 1
        server.say = b'* 1 EXISTS\r\n'
        watch.takes('12@firma.example', name)

    def refused(watch, name, server):
        wait_until(lambda: server.asked.count('search') >= 3, 'looking')
        server.arrived = 1
        watch.takes('11@firma.example', name)
        ok(server.asked.count('idle') == 1 and server.count == 1, f'{name}: asked for once', server.asked)

    def leaving(watch, name, server):
        watch.wait(lambda: server.count >= 2, name)
        began = time.monotonic()
        wait_until(lambda: server.count >= 3 or time.monotonic() > began + 1, 'a second')
        ok(server.count <= 4, f'{name}, but not in a hurry: {server.count}')
        equal(watch.complaints, [], f'{name}: nothing to speak of')

    idling(Idler, certificates, 'IDLE is renewed', '0.2', renewed)
    idling(Teller, certificates, 'told in passing, while another was fetched', '3600', in_passing)
    idling(NoIdle, certificates, 'IDLE refused: it looks now and then', '0.2', refused)
    idling(Leaver, certificates, 'a server that ends IDLE is asked again', '3600', leaving)


def test_colleague(certificates):
    """A scan of somebody else's shows while it runs."""
    halt = threading.Event()

    def fetch(self, tag, args):
        for n, uid in enumerate(self.wanted(args)):
            if n == 3:
                halt.wait(PATIENCE)
            self.message(uid, hard(f'{uid}@firma.example'))
        self.ok(tag)

    slow = type('Slow', (hostile.Imap,), {'uid_fetch': fetch})
    with hostile.Server(slow, certificates) as server:
        config = write('slow.conf', account('slowbox', server.url(), f'password_file = {path("password")}',
                                            f'ca_file = {certificates.ca}'))
        fresh(config, 'slow', '11@firma.example')
        env = {'LC_ALL': 'C.UTF-8', 'PATH': os.environ['PATH'], 'HOME': WORK, 'USER': 'ewa'}
        with Terminal([PROGRAM, '--store', path('slow'), '--config', config], env) as screen:
            screen.wait('1 contact')
            scan = subprocess.Popen([PROGRAM, '--store', path('slow'), '--config', config, 'scan', '--quiet'],
                                    env=environment())
            ok(screen.wait('now  slowbox ('), "screen: a colleague's scan shows", screen.screen())
            halt.set()
            scan.wait(timeout=PATIENCE)
            ok(screen.wait(lambda seen: 'slowbox  read 5' in seen and 'now  slowbox' not in seen),
               'screen: and its end', screen.screen())


def memory(pid):
    with open(f'/proc/{pid}/status', encoding='ascii') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('RssAnon'))


def test_no_growth():
    """Some hundred scans in one process: descriptors, memory and the store's records stay."""
    box = make_maildir('Often')
    config = write('often.conf', account('box', 'maildir:' + box))
    fresh(config, 'often', 'a@firma.example')
    with Watch(config, store='often', ZWROTKA_WATCH_SECONDS='0.02') as watch:
        pid = watch.child.pid
        version = lambda: json.loads(run('status', '--json', config=config, store='often').stdout)  # noqa: E731
        wait_until(lambda: version()['good'], 'the first scan')
        deliver(box, hard('a@firma.example'), '1700000001.M1.h')
        watch.takes('a@firma.example', 'often: a bounce')
        before = memory(pid), len(os.listdir(f'/proc/{pid}/fd'))
        for n in range(10):
            deliver(box, hard(f'u{n}@firma.example'), f'170000001{n}.M1.h')
            watch.wait(lambda n=n: watch.of('recipient', address=f'u{n}@firma.example'), 'often: another')
        time.sleep(1)  # fifty scans more that find nothing
        after = memory(pid), len(os.listdir(f'/proc/{pid}/fd'))
        ok(after[0] - before[0] < (20000 if has_sanitizers() else 2000) and after[1] <= before[1],
           f'often: {before[0]} kB and {before[1]} descriptors, then {after[0]} and {after[1]}')
    scans = json.loads(run('stats', '--json', config=config, store='often').stdout)['scans']
    ok(sum(not s.get('read') for s in scans) <= 2, 'often: scans that found nothing leave one record', scans)


def test_observe():
    box = make_maildir('Observed')
    text = account('box', 'maildir:' + box, 'after = delete')
    config = write('observe.conf', text + 'marking = observe\n')
    fresh(config, 'observe', 'a@firma.example')
    deliver(box, hard('a@firma.example'), '1700000001.M1.h')
    with Watch(config, store='observe', ZWROTKA_WATCH_SECONDS='0.1') as watch:
        watch.takes('a@firma.example', 'observe: reported')
        deliver(box, hard('a@firma.example', 2), '1700000002.M2.h')
        wait_until(lambda: len(watch.of('recipient')) == 2, 'the second')
        time.sleep(0.5)
        equal(len(watch.of('recipient')), 2, 'observe: each once')
    equal((state('a@firma.example', config, 'observe'), len(os.listdir(os.path.join(box, 'new')))),
          ('active', 2), 'observe: nobody is changed, nothing deleted')
    equal(run('log', config=config, store='observe').stdout.count(b'scan'), 0, 'observe: no step')
    equal(run('status', config=config, store='observe').returncode, 0, 'observe: but the scan was good')
    config = write('observe.conf', text)
    run('scan', config=config, store='observe')
    equal((state('a@firma.example', config, 'observe'), len(os.listdir(os.path.join(box, 'new')))),
          ('invalid', 0), 'observe: once marking is on, all of it counts')


def test_words():
    config = write('none.conf', '')
    fresh(config, 'none', 'a@firma.example')
    for words, code, said in (((), 78, b'no account'), (('-',), 64, b'standard input'),
                              (('nothere',), 66, b'neither an account'), (('imap://',), 64, b'')):
        result = run('watch', *words, config=config, store='none')
        ok(result.returncode == code and said in result.stderr, f'watch {words}: {code}', result)
    config = write('late.conf', account('a', 'maildir:' + path('gone')) + '[policy]\nmax_silence = 1h\n')
    with Watch(config, store='none') as watch:
        watch.says('gone', 'a folder that is not there: said')
        wait_until(lambda: b'gone' in run('status', config=config, store='none').stdout, 'status')
        equal(json.loads(run('status', '--json', config=config, store='none').stdout)['watched'], True,
              'status: says that it is watched')
    result = run('status', config=config, store='none')
    ok(result.returncode == 1 and b'never scanned well' in result.stdout and b'watched' not in result.stdout,
       'status: 1, and why', result.stdout)
    os.makedirs(path('gone/new'))
    os.makedirs(path('gone/cur'))
    run('scan', config=config, store='none')
    equal(run('status', config=config, store='none').returncode, 0, 'status: 0 after a good scan')
    late = subprocess.run([PROGRAM, '--store', path('none'), '--config', config, 'status'], check=False,
                          env=environment(ZWROTKA_NOW=str(int(time.time()) + 3700)), capture_output=True)
    ok(late.returncode == 1 and b'too long ago' in late.stdout, 'status: 1 after max_silence', late.stdout)


def test_units():
    """What make install gives systemd; its own check where it is at hand."""
    folder = os.path.join(build_dir(), 'data', 'units')
    for name, command in (('watch', 'watch --quiet'), ('scan', 'scan --quiet')):
        with open(os.path.join(folder, f'zwrotka-{name}.service'), encoding='utf-8') as file:
            text = file.read()
        ok(f'/zwrotka {command}\n' in text and 'NoNewPrivileges=yes' in text and
           '%BINDIR%' not in text and '%COMMON%' not in text, f'zwrotka-{name}.service', text)
    if not shutil.which('systemd-analyze'):
        return
    here = path('units')
    os.mkdir(here)
    for name in ('zwrotka-watch.service', 'zwrotka-scan.service', 'zwrotka-scan.timer'):
        built = os.path.join(folder if name.endswith('service') else
                             os.path.join(source_dir(), 'data', 'units'), name)
        with open(built, encoding='utf-8') as file:
            text = file.read()
        lines = (f'ExecStart={PROGRAM} {line.partition(" ")[2]}' if line.startswith('ExecStart=') else line
                 for line in text.splitlines() if not line.startswith('Documentation='))
        write(f'units/{name}', '\n'.join(lines) + '\n', 0o644)
    said = subprocess.run(['systemd-analyze', 'verify', *(os.path.join(here, n) for n in os.listdir(here))],
                          capture_output=True, text=True, check=False, timeout=60)
    ours = [line for line in said.stderr.splitlines() if here in line or line.startswith('zwrotka')]
    equal(ours, [], 'systemd finds nothing wrong with the units')


def main():
    hardest = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hardest, hardest))
    trouble = servers.missing()
    if trouble:
        ok(False, trouble)
        done()
    with servers.Dovecot() as server:
        write('password', server.password + '\n')
        only = sys.argv[1:]
        for test, *args in ((test_words,), (test_all, server), (test_request, server),
                            (test_token, server.certificates), (test_rights, server), (test_map,),
                            (test_idle, server.certificates), (test_colleague, server.certificates), (test_observe,), (test_no_growth,),
                            (test_units,)):
            if not only or test.__name__ in only:
                test(*args)
    done()


if __name__ == '__main__':
    main()
