#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""reports.py: makes tests/data/servers with real servers. Run as bounces.py is."""
import collections
import os
import re

import lab
import scene
import servers
from scene import Scene
from wordings import WORDINGS

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', '..', 'tests', 'data', 'servers')
H, S, UU, HU = 'hard', 'soft', 'userunknown', 'hostunknown'

SENDERS = ['ours', 'exim', 'sendmail', 'opensmtpd', 'courier', 'ours', 'dma', 'exim', 'nullmailer', 'sendmail']
LATE = {'ours': 'late', 'exim': 'eximlate', 'sendmail': 'sendmaillate', 'opensmtpd': 'opensmtpdlate', 'courier': 'late', 'dma': 'late', 'nullmailer': 'late'}
CITIES = 'gizycko nysa olkusz pisz radymno sejny tczew ustka wolin zator bytow czersk darlowo elk frombork gniew hel ilawa jaslo kutno'.split()


def worded():
    for n, (verdict, reason, reply) in enumerate(WORDINGS):
        address = f'klient{n:02d}@{CITIES[n % len(CITIES)]}{n // len(CITIES)}.example'
        text = reply[5:] if reply.startswith('data:') else reply
        via = SENDERS[n % len(SENDERS)]
        if text[0] == '4':
            via = LATE[via]
        lab.refuse(address.split('@')[1])
        lab.stub.replies[address] = reply
        yield Scene(f'word-{n:02d}', f'11-{2 + n % 20:02d} {6 + n % 14:02d}:{n % 60:02d}', [(address, verdict, reason)], via,
                    ['news', 'en', 'fair', 'price'][n % 4], age=3 * 86400 if text[0] == '4' else 0)


# ---- real servers at the other end

URZAD = {
    'extra': '''local_recipient_maps =
mailbox_size_limit = 60000
message_size_limit = 50000
local_command_shell = /bin/sh -c
recipient_delimiter = +
allow_mail_to_commands = alias, forward
''',
    'aliases': '''postmaster: root
zespol: jan@urzad.example, nieistniejacy@urzad.example
petla: petla2@urzad.example
spis: "|echo no such resident in the register; exit 67"
zakaz: "|echo may not write here; exit 77"
dysk: "|echo Disk quota exceeded; exit 69"
skrypt: "|echo unexpected end of file; exit 1"
dalej: ktos@brak-takiej.example
mailbot: "|/usr/bin/mailbot -T reply -t /etc/mailbot.txt -A 'From: mailbot@urzad.example' -s Nieobecny /usr/sbin/sendmail -t -f ''"
''',
}
HOSTED = 'skrzynki.example'
HOSTING = '''virtual_mailbox_domains = skrzynki.example
virtual_mailbox_base = /var/mail
virtual_mailbox_maps = lmdb:/etc/postfix/boxes
virtual_alias_domains = alias.example
virtual_alias_maps = lmdb:/etc/postfix/virtual
virtual_uid_maps = static:33
virtual_gid_maps = static:33
virtual_minimum_uid = 30
relocated_maps = lmdb:/etc/postfix/relocated
message_size_limit = 20480
header_checks = regexp:/etc/postfix/header.checks
body_checks = regexp:/etc/postfix/body.checks
smtpd_recipient_restrictions = check_recipient_access lmdb:/etc/postfix/access, permit_mynetworks, reject
transport_maps = lmdb:/etc/postfix/transport
'''
HOSTING_MAPS = {
    'boxes': ''.join(f'{u}@skrzynki.example x/\n' for u in 'jan greylist pelna regula slaby szef ruch'.split()),
    'virtual': 'grupa@alias.example jan@skrzynki.example, dawno.zmarly@nieznane-miasto.example\n',
    'relocated': 'przeprowadzka@skrzynki.example nowy@inne-skrzynki.example\n',
    'access': 'greylist@skrzynki.example 450 4.2.0 Greylisted, see https://skrzynki.example/greylist\npelna@skrzynki.example 552 5.2.2 Mailbox full\n'
              'szef@skrzynki.example REJECT The boss takes no newsletters\nslaby@skrzynki.example 451 4.7.1 Try again later\n',
    'transport': 'zamkniete.example error:5.2.1 mailbox closed on the owner\'s request\nbez-poczty.example error:5.1.2 this domain has no mail any more\n',
    'header.checks': '/^Subject: Autumn/ REJECT 5.7.1 Message content rejected: advertising\n',
    'body.checks': '/w=C5=82a=C5=9Bciciel kasyna/ REJECT\n',
}
EXIM_ALIASES = '''odszedl: :fail: This person has left the institute
wylaczone: :fail: Account has been disabled
katalog: :defer: the directory is being rebuilt
wielu: jan@instytut.example, niktwinstytucie@instytut.example
rura: |/bin/false
dalej: ktos@brak-takiej.example
'''
EXIM_ROUTERS = '''vacation:
  driver = accept
  domains = +local_domains
  local_parts = urlop
  transport = vacation
system_aliases:
  driver = redirect
  domains = +local_domains
  data = ${lookup{$local_part}lsearch{/etc/instytut}}
  allow_fail
  allow_defer
  pipe_transport = address_pipe
full:
  driver = accept
  domains = +local_domains
  local_parts = pelny
  transport = quota_box
nobody:
  driver = redirect
  domains = +local_domains
  condition = ${if !exists{/home/$local_part}}
  data = :fail: Unknown user
  allow_fail
'''
EXIM_TRANSPORTS = '''vacation:
  driver = autoreply
  user = nobody
  from = urlop@instytut.example
  to = $sender_address
  subject = ${if def:h_subject: {Re: ${rfc2047:$h_subject:}}{Re: your mail}}
  text = The mailbox of urlop is not read until December.
  headers = Precedence: bulk
address_pipe:
  driver = pipe
  user = nobody
  return_fail_output
quota_box:
  driver = appendfile
  file = /var/tmp/pelny
  user = nobody
  quota = 1K
'''
SENDMAIL_MC = '''FEATURE(`access_db', `hash -T<TMPF> /etc/mail/access')dnl
FEATURE(`virtusertable', `hash /etc/mail/virtusertable')dnl
FEATURE(`blacklist_recipients')dnl
define(`confMAX_MESSAGE_SIZE', `30000')dnl
'''
SENDMAIL_MAPS = {
    'access': 'To:alumnus@college.example\tERROR:5.2.1:550 Mailbox disabled for this recipient\nTo:busy@college.example\tERROR:4.2.1:450 Mailbox busy\n'
              'To:nospam@college.example\tREJECT\n',
    'virtusertable': 'nobody-here@college.example\terror:nouser No such student\n',
    'aliases': 'staff: jan, ghost\nteam: jan\npipeline: "|/bin/false"\n',
}


def delayed(text):
    return 'Action: delayed' in text or 'could not send message for past' in text or 'Warning: message' in text or 'DELAYED' in text


SPECIAL = [
    Scene('postfix-refuses-unknown', '11-09 12:00', [('brak@skrzynki.example', H, UU)]),
    Scene('postfix-refuses-relocated', '11-09 12:01', [('przeprowadzka@skrzynki.example', H, 'hasmoved')]),
    Scene('postfix-refuses-full', '11-09 12:02', [('pelna@skrzynki.example', S, 'mailboxfull')]),
    Scene('postfix-refuses-policy', '11-09 12:03', [('szef@skrzynki.example', S, '-')]),
    Scene('postfix-refuses-size', '11-09 12:04', [('jan@skrzynki.example', S, 'mesgtoobig')], size=25000),
    Scene('postfix-refuses-header', '11-09 12:05', [('jan@skrzynki.example', S, '-')], kind='en'),
    Scene('postfix-refuses-body', '11-09 12:06', [('ruch@skrzynki.example', S, '-')], body='Dzie=C5=84 dobry,\r\n\r\nw=C5=82a=C5=9Bciciel kasyna\r\n'),
    Scene('postfix-refuses-greylist', '11-09 12:07', [('greylist@skrzynki.example', S, '-')], 'late', age=86400),
    Scene('postfix-delayed-greylist', '11-09 16:07', [('greylist@skrzynki.example', S, '-')], age=14400, keep=delayed),
    Scene('postfix-refuses-dmarc', '11-09 12:08', [('slaby@skrzynki.example', S, '-')], 'late', age=86400),
    Scene('postfix-error-transport', '11-09 12:09', [('ktos@zamkniete.example', H, 'suspend')]),
    Scene('postfix-error-domain', '11-09 12:10', [('ktos@bez-poczty.example', H, HU)]),
    Scene('postfix-virtual-alias', '11-09 12:11', [('grupa@alias.example|dawno.zmarly@nieznane-miasto.example', H, HU)], 'hosting'),
    Scene('postfix-nullmx', '11-09 12:12', [('ktos@bez-mx.example', H, 'notaccept')]),
    Scene('postfix-nohost', '11-09 12:13', [('ktos@nie-ma-takiej.example', H, HU)]),
    Scene('postfix-mx-nohost', '11-09 12:14', [('ktos@zly-mx.example', H, HU)]),
    Scene('postfix-servfail', '11-09 12:15', [('ktos@dns-chory.example', S, '-')], 'late', age=5 * 86400),
    Scene('postfix-loop', '11-09 12:16', [('ktos@na-siebie.example', S, '-')]),
    Scene('postfix-refused', '11-09 12:17', [('ktos@port-zamkniety.example', S, 'networkerror')], 'late', age=5 * 86400),
    Scene('postfix-silent', '11-09 12:18', [('ktos@milczek.example', S, 'expired')], 'late', age=5 * 86400),
    Scene('postfix-dropped', '11-09 12:19', [('ktos@urwany.example', S, 'networkerror')], 'late', age=5 * 86400),
    Scene('postfix-unreachable', '11-09 12:20', [('ktos@daleko.example', S, 'networkerror')], 'late', age=5 * 86400),
    Scene('postfix-banner-554', '11-09 12:21', [('ktos@baner.example', S, 'blocked')], 'late', age=3600),
    Scene('postfix-banner-521', '11-09 12:22', [('ktos@bez-serwera.example', '?', 'notaccept')], 'late'),
    Scene('postfix-mailfrom', '11-09 12:23', [('ktos@nadawca.example', S, 'rejected')]),
    Scene('postfix-tls', '11-09 12:24', [('ktos@bez-tls.example', S, 'failedstarttls')], 'late', age=86400),
    Scene('postfix-many', '11-09 12:25', [('brak1@skrzynki.example', H, UU), ('pelna@skrzynki.example', S, 'mailboxfull'), ('ktos@nie-ma-takiej.example', H, HU),
                                          ('szef@skrzynki.example', S, '-')]),
    Scene('postfix-dsn', '11-09 12:26', [('dawny@skrzynki.example|stary.alias@firma.example', H, UU)],
          mail_options=['RET=HDRS', 'ENVID=zw-2026-11-09+2B7'], rcpt_options=[['NOTIFY=FAILURE,DELAY', 'ORCPT=rfc822;stary.alias@firma.example']]),
    Scene('postfix-utf8', '11-09 12:27', [('zażółć@gęślą.example|zażółć@xn--gl-fka4v9a.example', H, UU)], utf8=True),
    Scene('postfix-utf8-unsupported', '11-09 12:28', [('jaźń@elk0.example', S, '-')], utf8=True),
    Scene('postfix-plus', '11-09 12:29', [("o'hara+oferty/2026=x@skrzynki.example", H, UU)]),
    Scene('postfix-quoted', '11-09 12:30', [('"jan kowalski"@skrzynki.example', H, UU)]),
    Scene('urzad-unknown', '11-12 08:00', [('nikt@urzad.example', H, UU)], 'urzad'),
    Scene('urzad-alias', '11-12 08:01', [('zespol@urzad.example|nieistniejacy@urzad.example', H, UU)], 'urzad'),
    Scene('urzad-pipe-67', '11-12 08:02', [('spis@urzad.example', H, UU)], 'urzad'),
    Scene('urzad-pipe-77', '11-12 08:03', [('zakaz@urzad.example', S, '-')], 'urzad'),
    Scene('urzad-pipe-69', '11-12 08:04', [('dysk@urzad.example', S, 'mailboxfull')], 'urzad'),
    Scene('urzad-pipe-1', '11-12 08:05', [('skrypt@urzad.example', S, '-')], 'urzad'),
    Scene('urzad-full', '11-12 08:06', [('pelny@urzad.example', S, 'mailboxfull')], 'urzad', size=10000),
    Scene('urzad-forward', '11-12 08:07', [('dalej@urzad.example|ktos@brak-takiej.example', H, HU)], 'urzad'),
    Scene('urzad-user-forward', '11-12 08:08', [('przekaz@urzad.example|ktos@inna-taka.example', H, HU)], 'urzad'),
    Scene('urzad-plus', '11-12 08:09', [('nikt+oferty@urzad.example', H, UU)], 'urzad'),
    Scene('exim-fail-left', '11-13 09:00', [('odszedl@instytut.example', H, UU)], 'instytut'),
    Scene('exim-fail-disabled', '11-13 09:01', [('wylaczone@instytut.example', H, 'suspend')], 'instytut'),
    Scene('exim-defer', '11-13 09:02', [('katalog@instytut.example', S, '-')], 'instytut', age=86400),
    Scene('exim-alias', '11-13 09:03', [('wielu@instytut.example|niktwinstytucie@instytut.example', H, UU)], 'instytut'),
    Scene('exim-pipe', '11-13 09:04', [('rura@instytut.example', S, '-')], 'instytut'),
    Scene('exim-forward', '11-13 09:05', [('dalej@instytut.example|ktos@brak-takiej.example', H, HU)], 'instytut'),
    Scene('exim-full', '11-13 09:06', [('pelny@instytut.example', S, 'mailboxfull')], 'instytut', age=4 * 86400, size=5000),
    Scene('exim-unknown', '11-13 09:07', [('nieznany@instytut.example', H, UU)], 'instytut'),
    Scene('exim-nohost', '11-13 09:08', [('ktos@nie-ma-takiej.example', H, HU)], 'exim'),
    Scene('exim-refused', '11-13 09:09', [('ktos@port-zamkniety.example', S, 'networkerror')], 'eximlate', age=3 * 86400),
    Scene('exim-silent', '11-13 09:10', [('ktos@milczek.example', S, 'expired')], 'eximlate', age=3 * 86400),
    Scene('exim-nullmx', '11-13 09:11', [('ktos@bez-mx.example', H, 'notaccept')], 'exim'),
    Scene('exim-many', '11-13 09:12', [('brak2@skrzynki.example', H, UU), ('pelna@skrzynki.example', S, 'mailboxfull'), ('ktos@nie-ma-takiej.example', H, HU)], 'exim'),
    Scene('exim-delayed', '11-13 09:13', [('greylist@skrzynki.example', S, '-')], 'exim', age=86400, keep=delayed),
    Scene('exim-dsn', '11-13 09:14', [('dawny2@skrzynki.example|stary.alias@firma.example', H, UU)], 'exim',
          mail_options=['RET=HDRS', 'ENVID=zw-exim-1'], rcpt_options=[['NOTIFY=FAILURE', 'ORCPT=rfc822;stary.alias@firma.example']]),
    Scene('sendmail-unknown', '11-14 10:00', [('nikt@college.example', H, UU)], 'sendmail'),
    Scene('sendmail-refuses-unknown', '11-14 10:01', [('nikt2@college.example', H, UU)]),
    Scene('sendmail-refuses-disabled', '11-14 10:02', [('alumnus@college.example', H, 'suspend')]),
    Scene('sendmail-refuses-virtual', '11-14 10:03', [('nobody-here@college.example', H, UU)]),
    Scene('sendmail-refuses-access', '11-14 10:04', [('nospam@college.example', '?', '-')]),
    Scene('sendmail-refuses-size', '11-14 10:05', [('staff@college.example', S, 'mesgtoobig')], size=40000),
    Scene('sendmail-refuses-busy', '11-14 10:06', [('busy@college.example', S, '-')], 'late', age=86400),
    Scene('sendmail-alias', '11-14 10:07', [('staff@college.example|ghost@college.example|ghost', H, UU)], 'college'),
    Scene('sendmail-pipe', '11-14 10:08', [('pipeline@college.example||/bin/false', S, '-')], 'college'),
    Scene('sendmail-nohost', '11-14 10:09', [('ktos@nie-ma-takiej.example', H, HU)], 'sendmail'),
    Scene('sendmail-nullmx', '11-14 10:10', [('ktos@bez-mx.example', H, 'notaccept')], 'sendmail'),
    Scene('sendmail-refused', '11-14 10:11', [('ktos@port-zamkniety.example', S, 'networkerror')], 'sendmaillate', age=5 * 86400),
    Scene('sendmail-delayed', '11-14 14:12', [('greylist@skrzynki.example', S, '-')], 'sendmail', age=14400, keep=delayed),
    Scene('sendmail-many', '11-14 10:13', [('brak3@skrzynki.example', H, UU), ('pelna@skrzynki.example', S, 'mailboxfull'), ('ktos@nie-ma-takiej.example', H, HU)], 'sendmail'),
    Scene('sendmail-dsn', '11-14 10:14', [('dawny3@skrzynki.example|stary.alias@firma.example', H, UU)], 'sendmail',
          mail_options=['RET=HDRS', 'ENVID=zw-sm-1'], rcpt_options=[['NOTIFY=FAILURE,DELAY', 'ORCPT=rfc822;stary.alias@firma.example']]),
    Scene('opensmtpd-nohost', '11-15 11:00', [('ktos@nie-ma-takiej.example', H, HU)], 'opensmtpd'),
    Scene('opensmtpd-nullmx', '11-15 11:01', [('ktos@bez-mx.example', H, 'notaccept')], 'opensmtpd'),
    Scene('opensmtpd-many', '11-15 11:02', [('brak4@skrzynki.example', H, UU), ('pelna@skrzynki.example', S, 'mailboxfull')], 'opensmtpd'),
    Scene('opensmtpd-delayed', '11-15 15:03', [('greylist@skrzynki.example', S, '-')], 'opensmtpd', age=14400, keep=delayed),
    Scene('opensmtpd-refused', '11-15 11:04', [('ktos@port-zamkniety.example', S, 'networkerror')], 'opensmtpdlate', age=4 * 86400),
    Scene('opensmtpd-refuses', '11-15 11:05', [('nikt@puffy.example', H, UU)]),
    Scene('courier-nohost', '11-16 12:00', [('ktos@nie-ma-takiej.example', H, HU)], 'courier'),
    Scene('courier-many', '11-16 12:01', [('brak5@skrzynki.example', H, UU), ('pelna@skrzynki.example', S, 'mailboxfull'), ('ktos@nie-ma-takiej.example', H, HU)], 'courier'),
    Scene('courier-refuses', '11-16 12:03', [('nikt@atelier.example', H, UU)]),
    Scene('courier-dsn', '11-16 12:04', [('dawny4@skrzynki.example|stary.alias@firma.example', H, UU)], 'courier',
          mail_options=['RET=HDRS', 'ENVID=zw-c-1'], rcpt_options=[['NOTIFY=FAILURE', 'ORCPT=rfc822;stary.alias@firma.example']]),
    Scene('dma-nohost', '11-16 13:00', [('ktos@nie-ma-takiej.example', H, HU)], 'dma'),
    Scene('dma-unknown', '11-16 13:01', [('brak6@skrzynki.example', H, UU)], 'dma'),
    Scene('nullmailer-unknown', '11-16 13:02', [('brak7@skrzynki.example', H, UU)], 'nullmailer'),
    Scene('dovecot-unknown', '11-18 07:00', [('nikt@golab.example', H, UU)], 'golab'),
    Scene('dovecot-full', '11-18 07:01', [('pelny@golab.example', S, 'mailboxfull')], 'golab'),
    Scene('dovecot-full-slow', '11-18 07:02', [('pelny@golab.example', S, 'mailboxfull')], 'golab', size=3000),
    Scene('dovecot-sieve-reject', '11-18 07:03', [('odmowa@golab.example', '?', '-')], 'golab'),
    Scene('dovecot-sieve-moved', '11-18 07:04', [('przeprowadzka@golab.example', '?', 'hasmoved')], 'golab'),
    # nothing to act on
    Scene('dovecot-vacation', '11-18 07:05', [], 'golab', by_hand=True),
    Scene('vacation-program', '11-18 07:06', [], 'urzad', by_hand=True, find='away from my mail'),
    Scene('vacation-mailbot', '11-18 07:07', [], 'urzad', by_hand=True),
    Scene('vacation-exim', '11-18 07:08', [], 'instytut', by_hand=True),
    Scene('postfix-success-delivered', '11-18 08:00', [], 'urzad', rcpt_options=[['NOTIFY=SUCCESS,FAILURE']]),
    Scene('postfix-success-relayed', '11-18 08:01', [], rcpt_options=[['NOTIFY=SUCCESS']]),
    Scene('postfix-success-far', '11-18 08:08', [], rcpt_options=[['NOTIFY=SUCCESS']]),
    Scene('postfix-success-expanded', '11-18 08:02', [], 'hosting', rcpt_options=[['NOTIFY=SUCCESS']]),
    Scene('exim-success', '11-18 08:03', [], 'exim', rcpt_options=[['NOTIFY=SUCCESS']]),
    Scene('sendmail-success', '11-18 08:04', [], 'sendmail', rcpt_options=[['NOTIFY=SUCCESS']]),
    Scene('courier-success', '11-18 08:06', [], 'courier', rcpt_options=[['NOTIFY=SUCCESS']]),
    # one report about a living, a waiting and a dead one
    Scene('postfix-success-and-failure', '11-18 08:07', [('brak8@skrzynki.example', H, UU), ('pelna@skrzynki.example', S, 'mailboxfull')], 'ours'),
]
TO = {'dovecot-vacation': 'urlop@golab.example', 'vacation-program': 'ewa@urzad.example', 'vacation-mailbot': 'mailbot@urzad.example',
      'vacation-exim': 'urlop@instytut.example', 'postfix-success-delivered': 'jan@urzad.example', 'postfix-success-far': 'jan@skrzynki.example', 'postfix-success-relayed': 'ktos@zywy.example',
      'postfix-success-expanded': 'dwoje@alias.example', 'exim-success': 'ktos@zywy.example', 'sendmail-success': 'ktos@zywy.example',
      'sendmail-success-alias': 'team@college.example', 'courier-success': 'ktos@zywy.example'}

DOVECOT = '''base_dir = /run/dovecot
state_dir = /run/dovecot-state
log_path = /var/log/dovecot
protocols = lmtp
listen = {ip}
ssl = no
mail_location = maildir:/var/vmail/%n
mail_uid = 33
mail_gid = 33
first_valid_uid = 1
first_valid_gid = 1
hostname = {host}
postmaster_address = postmaster@golab.example
mail_plugins = quota
quota_full_tempfail = no
lmtp_rcpt_check_quota = yes
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = passwd-file
  args = /etc/dovecot/users
}}
plugin {{
  quota = maildir:User quota
  sieve = file:/etc/dovecot/%n.sieve
  sieve_extensions = +vacation-seconds
  sieve_vacation_dont_check_recipient = yes
}}
protocol lmtp {{
  mail_plugins = quota sieve
}}
service lmtp {{
  inet_listener lmtp {{
    port = 24
  }}
}}
service anvil {{
  chroot =
}}
'''


def dovecot(host, ip):
    """A Postfix whose mailboxes are Dovecot's, by LMTP, with quota and Sieve."""
    top = servers.postfix('golab', host, ip, '''virtual_mailbox_domains = golab.example
virtual_transport = lmtp:inet:{ip}:24
lmtp_destination_recipient_limit = 1
''')
    for package in ('dovecot-lmtpd', 'dovecot-sieve'):
        lab.unpack(top, package)
    users = {'pelny': ' userdb_quota_rule=*:bytes=100', 'odmowa': '', 'przeprowadzka': '', 'urlop': ''}
    lab.write(top + '/etc/dovecot/users', ''.join(f'{u}@golab.example::33:33::/var/vmail/{u}::{x}\n' for u, x in users.items()))
    lab.write(top + '/etc/dovecot/odmowa.sieve', 'require ["reject"];\nreject "I do not want your newsletters any more. Signed, a person who unsubscribed twice.";\n')
    lab.write(top + '/etc/dovecot/przeprowadzka.sieve', 'require ["reject"];\nreject "I have moved, please write to nowy@golab.example.";\n')
    lab.write(top + '/etc/dovecot/urlop.sieve', 'require ["vacation"];\nvacation :days 1 :subject "Urlop do 30 listopada" "Jestem na urlopie, wracam 30 listopada.";\n')
    lab.write(top + '/etc/dovecot/lab.conf', DOVECOT.format(host=host, ip=ip))
    lab.inside(top, host, 'mkdir -p /var/vmail/pelny/cur /var/vmail/pelny/new /var/vmail/pelny/tmp; head -c 5000 /dev/zero | tr "\\0" x > /var/vmail/pelny/cur/1.x.y:2,S;'
                          'chown -R 33:33 /var/vmail; dovecot -c /etc/dovecot/lab.conf')
    lab.wait_port(ip, 24)


def ends(domain, host):
    lab.names.mx[domain] = host


def build():
    lab.start()
    ours, inbox = servers.our_postfix()
    at = {'ours': lab.OUR_IP, 'late': '198.51.100.11', 'urzad': '198.51.100.31', 'hosting': '198.51.100.32', 'instytut': '198.51.100.33', 'college': '198.51.100.34',
          'golab': '198.51.100.35', 'exim': '198.51.100.20', 'eximlate': '198.51.100.26', 'sendmail': '198.51.100.22', 'sendmaillate': '198.51.100.27',
          'opensmtpd': '198.51.100.21', 'opensmtpdlate': '198.51.100.28', 'courier': '198.51.100.25'}
    servers.postfix('late', 'smtp2.zwrotka.example', at['late'], 'maximal_queue_lifetime = 0\nsmtp_tls_policy_maps = lmdb:/etc/postfix/tls\n', maps={'tls': 'bez-tls.example encrypt\n'})

    users = (('jan', 5001, '/home/jan'), ('pelny', 5002, '/home/pelny'), ('przekaz', 5003, '/home/przekaz'), ('ewa', 5004, '/home/ewa'))
    top = servers.postfix('urzad', 'poczta.urzad.example', at['urzad'], URZAD['extra'], maps={'aliases': URZAD['aliases']}, local='urzad.example poczta.urzad.example', users=users)
    lab.inside(top, 'poczta.urzad.example', 'mkdir -p /home/jan /home/pelny /home/przekaz; for u in jan pelny przekaz; do chown $u /home/$u; done;'
               'echo ktos@inna-taka.example > /home/przekaz/.forward; chown przekaz /home/przekaz/.forward; mkdir -p /var/mail; chmod 1777 /var/mail;'
               'head -c 55000 /dev/zero | tr "\\0" x > /var/mail/pelny; chown pelny /var/mail/pelny')
    for package in ('vacation', 'maildrop', 'libcourier-unicode4', 'libgdbm6', 'libpcre3'):
        lab.unpack(top, package)
    lab.write(top + '/etc/mailbot.txt', 'Tej skrzynki nikt juz nie czyta.\n')
    lab.write(top + '/home/ewa/.forward', '\\ewa, "|/usr/bin/vacation ewa"\n')
    lab.write(top + '/home/ewa/.vacation.msg', 'Subject: away from my mail\n\nI will not be reading my mail for a while.\n')
    lab.inside(top, 'poczta.urzad.example', 'chown -R ewa /home/ewa; su ewa -c "/usr/bin/vacation -I"', check=False)
    ends('urzad.example', 'poczta.urzad.example')
    HOSTING_MAPS['virtual'] += 'dwoje@alias.example jan@skrzynki.example, ruch@skrzynki.example\n'
    top = servers.postfix('hosting', 'mx1.skrzynki.example', at['hosting'], HOSTING, maps=HOSTING_MAPS)
    lab.sh('chown', '33:33', top + '/var/mail')
    for d in ('skrzynki.example', 'alias.example', 'zamkniete.example', 'bez-poczty.example'):
        ends(d, 'mx1.skrzynki.example')
    servers.exim('exim', 'poczta.tartak.example', at['exim'], top_lines='delay_warning = 1s')
    servers.exim('eximlate', 'relay.tartak.example', at['eximlate'], retry='')
    top = servers.exim('instytut', 'mail.instytut.example', at['instytut'], 'instytut.example', routers=EXIM_ROUTERS, transports=EXIM_TRANSPORTS, retry='',
                            users=(('jan', 5001, '/home/jan'),))
    lab.inside(top, 'mail.college.example', 'mkdir -p /home/jan /var/mail; chown jan /home/jan; chmod 1777 /var/mail; touch /var/mail/jan; chown jan /var/mail/jan')
    lab.write(top + '/etc/instytut', EXIM_ALIASES)
    lab.inside(top, 'mail.instytut.example', 'mkdir -p /home/jan /var/tmp /var/mail; chmod 1777 /var/tmp /var/mail')
    servers.sendmail('sendmail', 'gate.quimbleby.example', at['sendmail'])
    servers.sendmail('sendmaillate', 'out.quimbleby.example', at['sendmaillate'], mc='define(`confTO_QUEUERETURN\', `2s\')dnl\n')
    top = servers.sendmail('college', 'mail.college.example', at['college'], mc=SENDMAIL_MC, local='college.example', maps=SENDMAIL_MAPS,
                           users=(('jan', 5001, '/home/jan'),))
    lab.inside(top, 'mail.college.example', 'mkdir -p /home/jan /var/mail; chown jan /home/jan; chmod 1777 /var/mail; touch /var/mail/jan; chown jan /var/mail/jan')
    ends('college.example', 'mail.college.example')
    servers.opensmtpd('opensmtpd', 'relay.nordlicht.example', at['opensmtpd'])
    servers.opensmtpd('opensmtpdlate', 'relay2.nordlicht.example', at['opensmtpdlate'], conf='# nowarn', ttl='2s')
    servers.opensmtpd('puffy', 'mx.puffy.example', '198.51.100.36', conf='action "here" maildir\nmatch from any for domain "puffy.example" action "here"')
    ends('puffy.example', 'mx.puffy.example')
    servers.courier('courier', 'smtp.atelier.example', at['courier'], local='atelier.example smtp.atelier.example')
    ends('atelier.example', 'smtp.atelier.example')
    dovecot('mx.golab.example', at['golab'])
    ends('golab.example', 'mx.golab.example')

    lab.names.mx['bez-mx.example'] = '.'
    lab.names.mx['zly-mx.example'] = 'mx.tego-nie-ma.example'
    lab.names.broken.add('dns-chory.example')
    lab.names.mx['na-siebie.example'] = lab.OUR_HOST
    lab.names.hosts['mx.daleko.example'] = '240.0.0.1'
    lab.names.mx['daleko.example'] = 'mx.daleko.example'
    for domain, behaviour in (('port-zamkniety.example', 'refused'), ('milczek.example', 'hang'), ('urwany.example', 'drop'), ('zywy.example', ''), ('bez-tls.example', ''),
                              ('baner.example', 'banner:554 5.7.1 Your address 198.51.100.11 is on our block list'), ('gęślą.example'.encode('idna').decode(), 'utf8'),
                              ('bez-serwera.example', 'banner:521 5.3.2 mx.bez-serwera.example does not accept mail'),
                              ('nadawca.example', 'mail:553 5.1.8 <newsletter@zwrotka.example>: sender domain is not welcome')):
        lab.refuse(domain, behaviour=behaviour)
    for d in ('gęślą.example', 'gęślą.example'.encode('idna').decode()):
        lab.stub.replies['zażółć@' + d] = '550 5.1.1 <{to}>: nie ma takiej skrzynki / mailbox unknown'

    dma = servers.dma('dma', 'www.lesni-sklad.example', '198.51.100.23')
    null = {}
    scenes = list(worded()) + SPECIAL
    for s in scenes:
        rcpts = [r[0].split('|')[0] for r in s.recipients] or [TO[s.ident]]
        if s.via == 'nullmailer':
            host, n = lab.names.mx[rcpts[0].split('@')[1]], len(null)
            null[s.ident] = servers.nullmailer(f'null{n}', f'satelita{n}.zwrotka.example', f'198.51.100.{60 + n}', host)
            servers.send(null[s.ident], f'satelita{n}.zwrotka.example', s.sender, rcpts, s.message(rcpts[0]).replace(b'\r', b''))
        elif s.via == 'dma':
            servers.send(dma, 'www.lesni-sklad.example', s.sender, rcpts, s.message(rcpts[0]).replace(b'\r', b''))
        else:
            try:
                refused = s.send(at, rcpts)
            except Exception as e:
                refused = e
            if refused:
                print(s.ident, 'refused at once', refused)
    return scene.gather(inbox, scenes, 75)


def save(found):
    scene.empty(OUT + '/messages')
    rows, count, per = [], collections.Counter(), collections.Counter()
    for n, (s, text) in enumerate(sorted(found, key=lambda f: f[0].ident)):
        text, _ = scene.play(text, s.when, s.age, s.ident)
        per[s.via] += 1
        name = s.ident if not s.ident.startswith('word') else f'{s.via}-{s.ident}'
        name = f'messages/{name}.eml' if not os.path.exists(f'{OUT}/messages/{name}.eml') else f'messages/{name}-{n}.eml'
        if n % 3 == 0:
            text = text.replace('\r\n', '\n').replace('\n', '\r\n')
        scene.put(f'{OUT}/{name}', text)
        report = re.split(r'\nFrom: Zwrotka|\nContent-[Tt]ype: (?:message/(?:rfc822|global)\b|text/rfc822-headers)', text.replace('\r', ''))[0].lower()
        for address, verdict, reason in [r for r in s.recipients if len(s.recipients) == 1 or r[0].split('|')[0].lower() in report] or [('-', 'none', '-')]:
            if 'action: delayed' in report and 'action: failed' not in report:
                verdict, reason = S, '-'   # still trying, whatever it is about
            rows.append(f'{name}\t{address}\t{verdict}\t{reason}\n')
            count[verdict] += 1
    scene.put(OUT + '/labels.tsv', ''.join(sorted(rows)))
    print(dict(count), dict(per))


if __name__ == '__main__':
    lab.enter()
    save(build())
