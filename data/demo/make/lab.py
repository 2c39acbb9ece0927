# SPDX-License-Identifier: MIT
"""lab.py: a small internet of its own, in which real mail servers bounce.

One call of `run()` makes new name spaces (network, mounts, processes, host
name), so that nothing is installed, no port is taken and nothing survives:
  - addresses of the documentation ranges on the loopback interface,
  - a name server that knows the domains it was told of, and no others,
  - a stub SMTP server that refuses in the words it was given,
  - for each mail server an overlay over / with its Debian package unpacked on
    top (dpkg -x; nothing is configured by a maintainer script), and a chroot.

Needs root, dpkg, iproute2, and the packages as files (fetch.sh).
"""
import os
import shutil
import smtplib
import socket
import socketserver
import stat
import struct
import subprocess
import sys
import threading
import time

WORK = os.environ.get('LAB', '/tmp/zwrotka-lab')
DEBS = os.path.join(WORK, 'deb')
NAMESERVER = '198.51.100.53'
OUR_HOST, OUR_IP, OUR_DOMAIN = 'mx.zwrotka.example', '198.51.100.10', 'zwrotka.example'


def enter():
    """Runs this script again inside name spaces of its own."""
    if os.environ.get('LAB_INSIDE'):
        return
    os.environ['LAB_INSIDE'] = '1'
    os.execvp('unshare', ['unshare', '-n', '-m', '-u', '-p', '-f', '--kill-child', '--mount-proc', sys.executable] + sys.argv)


def sh(*argv, **kw):
    return subprocess.run(argv, check=True, **kw)


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.islink(path) or os.path.exists(path):
        os.remove(path)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    os.chmod(path, mode)


class Names:
    """The domain name system of the lab: hosts, and domains with a way to deliver."""
    def __init__(self):
        self.hosts, self.mx, self.broken, self.text, self.next = {}, {}, set(), {}, 10

    def host(self, name, ip=None):
        if name not in self.hosts:
            if not ip:
                ip = f'203.0.113.{self.next}' if self.next < 250 else f'198.51.100.{self.next - 120}'
                self.next += 1
            self.hosts[name] = ip
            sh('ip', 'addr', 'replace', ip + '/32', 'dev', 'lo')
        return self.hosts[name]

    def answer(self, query):
        ident, flags, count = struct.unpack('>HHH', query[:6])
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode('latin-1'))
            at += query[at] + 1
        name, (kind,) = '.'.join(labels).lower(), struct.unpack('>H', query[at + 1:at + 3])
        question, records = query[12:at + 5], []
        pack = lambda n: b''.join(bytes([len(l)]) + l.encode() for l in n.split('.') if l) + b'\0'
        known = name in self.hosts or name in self.mx or name in self.text or any(h.endswith('.' + name) for h in [*self.hosts, *self.mx])
        code = 2 if name in self.broken else 0 if known or name.endswith('.arpa') else 3
        if kind == 1 and name in self.hosts:
            records.append((1, socket.inet_aton(self.hosts[name])))
        elif kind == 15 and name in self.mx:
            pref, target = (0, '') if self.mx[name] == '.' else (10, self.mx[name])
            records.append((15, struct.pack('>H', pref) + pack(target)))
        elif kind == 12 and name.endswith('.in-addr.arpa'):
            ip = '.'.join(reversed(labels[:4]))
            hit = [h for h, i in self.hosts.items() if i == ip]
            code = 0 if hit else 3
            records += [(12, pack(hit[0]))] if hit else []
        elif kind == 16 and name in self.text:
            records.append((16, bytes([len(self.text[name])]) + self.text[name].encode()))
        body = b''.join(b'\xc0\x0c' + struct.pack('>HHIH', k, 1, 60, len(d)) + d for k, d in records)
        return struct.pack('>HHHHHH', ident, 0x8580 | code, 1, len(records), 0, 0) + question + body

    def serve(self):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((NAMESERVER, 53))

        def loop():
            while True:
                query, peer = s.recvfrom(4096)
                s.sendto(self.answer(query), peer)
        threading.Thread(target=loop, daemon=True).start()


class Stub:
    """An SMTP server for every host without one: it answers by recipient.

    replies[recipient] is a reply to RCPT, or `data:REPLY` for the end of the
    message; hosts[ip] is what a whole host does: `banner:REPLY`, `mail:REPLY`,
    `hang` (never greets), `drop` (ends within the message).
    """
    def __init__(self):
        self.replies, self.hosts, self.seen = {}, {}, []

    def listen(self, ip, name):
        stub = self

        class Session(socketserver.StreamRequestHandler):
            def say(self, text):
                code = text[:3]
                rest = [l[4:] if l[:3] == code else l for l in text.split('\n')]
                for i, line in enumerate(rest):
                    self.wfile.write(f'{code}{" " if i == len(rest) - 1 else "-"}{line}\r\n'.encode())

            def handle(self):
                try:
                    stub.session(self, ip, name)
                except (ConnectionError, OSError):
                    pass

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, request_queue_size = True, True, 50
        server = Server((ip, 25), Session)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def session(self, s, ip, name):
        whole = self.hosts.get(ip, '')
        if whole == 'hang':
            time.sleep(30)
            return
        if whole.startswith('banner:'):
            s.say(whole[7:])
            return
        s.say(f'220 {name} ESMTP')
        rcpts = []
        while True:
            line = s.rfile.readline().decode('utf-8', 'replace').rstrip('\r\n')
            verb = line[:4].upper()
            if not line or verb == 'QUIT':
                s.say(f'221 {name} closing connection')
                return
            if verb == 'EHLO':
                s.say(f'250-{name}\n250-PIPELINING\n250-8BITMIME\n' + ('250-SMTPUTF8\n' if whole == 'utf8' else '') + '250 SIZE 52428800')
            elif verb == 'MAIL' and whole.startswith('mail:'):
                s.say(whole[5:])
            elif verb == 'MAIL':
                rcpts = []
                s.say('250 2.1.0 Ok')
            elif verb == 'RCPT':
                to = line[line.find('<') + 1:line.rfind('>')]
                reply = self.replies.get(to.lower(), '250 2.1.5 Ok')
                if reply[:1] in '45':
                    s.say(reply.replace('{to}', to))
                else:
                    rcpts.append((to, reply))
                    s.say('250 2.1.5 Ok')
            elif verb == 'DATA':
                if not rcpts:
                    s.say('503 5.5.1 Error: need RCPT command')
                    continue
                s.say('354 End data with <CR><LF>.<CR><LF>')
                if whole == 'drop':
                    return
                lines = list(iter(s.rfile.readline, b'.\r\n'))
                for to, _ in rcpts:
                    if to.endswith('@' + OUR_DOMAIN):   # we are somebody's smart host
                        submit(OUR_IP, '', [to], b''.join(l[1:] if l[:1] == b'.' else l for l in lines), source=ip, name=name)
                late = [(t, r[5:]) for t, r in rcpts if r.startswith('data:')]
                s.say(late[0][1].replace('{to}', late[0][0]) if late else '250 2.0.0 Ok: queued')
            else:
                s.say('250 2.0.0 Ok')


names, stub = Names(), Stub()
networks = {}   # host -> its network name space, where it has one


def start():
    """The network, the name server; call once, inside."""
    sh('mount', '--make-rprivate', '/')
    sh('mount', '-t', 'tmpfs', 'tmpfs', '/run')
    sh('ip', 'link', 'set', 'lo', 'up')
    sh('ip', 'addr', 'add', NAMESERVER + '/32', 'dev', 'lo')
    names.host(OUR_HOST, OUR_IP)
    names.mx[OUR_DOMAIN] = OUR_HOST
    names.serve()


def refuse(domain, host=None, behaviour=''):
    """DOMAIN's mail goes to the stub on HOST (mx.DOMAIN if not given)."""
    host = host or 'mx.' + domain
    new = host not in names.hosts
    ip = names.host(host)
    names.mx[domain] = host
    if behaviour:
        stub.hosts[ip] = behaviour
    if new and behaviour != 'refused':
        stub.listen(ip, host)


def debs(prefix):
    return sorted(os.path.join(DEBS, f) for f in os.listdir(DEBS) if f.startswith(prefix + '_'))


def unpack(top, package):
    for deb in debs(package) or sys.exit(f'lab: no package {package} in {DEBS}, run fetch.sh'):
        extract = subprocess.Popen(['dpkg', '--fsys-tarfile', deb], stdout=subprocess.PIPE)
        sh('tar', '-x', '-C', top, '--keep-directory-symlink', stdin=extract.stdout)   # /lib stays a link


def devices(path):
    """The few devices a server needs, and a system log in $LAB/syslog."""
    sh('mount', '-t', 'tmpfs', 'tmpfs', path)
    for name, major, minor in (('null', 1, 3), ('zero', 1, 5), ('full', 1, 7), ('random', 1, 8), ('urandom', 1, 9), ('tty', 5, 0)):
        os.mknod(f'{path}/{name}', 0o666 | stat.S_IFCHR, os.makedev(major, minor))
        os.chmod(f'{path}/{name}', 0o666)
    os.mkdir(path + '/shm', 0o1777)
    os.symlink('/proc/self/fd', path + '/fd')
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(path + '/log')
    os.chmod(path + '/log', 0o666)

    def loop():
        with open(os.path.join(WORK, 'syslog'), 'a', encoding='utf-8', errors='replace') as f:
            while True:
                f.write(s.recv(8192).decode(errors='replace').rstrip() + '\n')
                f.flush()
    threading.Thread(target=loop, daemon=True).start()


def apart(host, ip):
    """A network name space for a server that takes all our addresses for its own if they are on its interfaces."""
    name = host.split('.')[0]
    names.hosts[host] = ip
    sh('ip', 'netns', 'add', name)
    sh('ip', 'link', 'add', 'v-' + name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    sh('ip', 'link', 'set', 'v-' + name, 'up')
    sh('ip', 'route', 'add', ip + '/32', 'dev', 'v-' + name)
    sh('ip', 'addr', 'replace', '169.254.0.1/32', 'dev', 'v-' + name)
    for command in (f'addr add {ip}/32 dev eth0', 'link set lo up', 'link set eth0 up', 'route add 169.254.0.1 dev eth0', f'route add default via 169.254.0.1 src {ip}'):
        sh('ip', '-n', name, *command.split())
    networks[host] = name


def root(name, host, ip, packages, zone='Europe/Warsaw', own_net=False):
    """An overlay over /, with packages unpacked in it and a host name; returns its path."""
    base = os.path.join(WORK, 'roots', name)
    shutil.rmtree(base, ignore_errors=True)
    upper, work, top = (os.path.join(base, d) for d in ('upper', 'work', 'top'))
    for d in (upper, work, top):
        os.makedirs(d)
    sh('mount', '-t', 'overlay', 'overlay', '-o', f'lowerdir=/,upperdir={upper},workdir={work}', top)
    for package in packages:
        unpack(top, package)
    devices(top + '/dev')
    sh('mount', '-t', 'proc', 'proc', top + '/proc')
    apart(host, ip) if own_net else names.host(host, ip)
    write(top + '/etc/resolv.conf', f'nameserver {NAMESERVER}\n')
    write(top + '/etc/hosts', f'127.0.0.1 localhost\n{ip} {host} {host.split(".")[0]}\n')
    write(top + '/etc/hostname', host + '\n')
    write(top + '/etc/mailname', host + '\n')
    os.path.lexists(top + '/etc/localtime') and os.remove(top + '/etc/localtime')
    os.symlink('/usr/share/zoneinfo/' + zone, top + '/etc/localtime')
    return top


def inside(top, host, command, check=True, **kw):
    """A shell command in the root, under its host name."""
    net = ['ip', 'netns', 'exec', networks[host]] if host in networks else []
    return subprocess.run([*net, 'unshare', '-u', 'sh', '-c', f'hostname {host}; exec chroot "$0" sh -c "$1"', top, command], check=check, **kw)


def add_users(top, *users):
    for n, (user, uid, home) in enumerate(users):
        with open(top + '/etc/passwd', 'a') as p, open(top + '/etc/group', 'a') as g:
            p.write(f'{user}:x:{uid}:{uid}:{user}:{home}:/bin/sh\n')
            g.write(f'{user}:x:{uid}:\n')


def wait_port(ip, port=25, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        try:
            with socket.create_connection((ip, port), 2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f'nobody listens on {ip}:{port}')


def submit(ip, sender, recipients, message, mail_options=(), rcpt_options=(), port=25, source=OUR_IP, name=OUR_HOST):
    """Hands a message to a server; refusals of single recipients are returned."""
    with smtplib.SMTP(ip, port, local_hostname=name, timeout=30, source_address=(source, 0)) as s:
        s.ehlo_or_helo_if_needed()
        if any(ord(c) > 127 for r in recipients for c in r):
            s.command_encoding = 'utf-8'
            mail_options = [*mail_options, 'SMTPUTF8', 'BODY=8BITMIME']
        code, text = s.mail(sender, list(mail_options))
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, text, sender)
        refused = {}
        for i, r in enumerate(recipients):
            options = rcpt_options[i] if i < len(rcpt_options) else []
            code, text = s.rcpt(r, options)
            if code not in (250, 251):
                refused[r] = (code, text)
        if len(refused) == len(recipients):
            return refused
        code, text = s.data(message)
        if code != 250:
            raise smtplib.SMTPDataError(code, text)
        return refused
