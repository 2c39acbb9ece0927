# SPDX-License-Identifier: MIT
"""servers.py: mail servers for lab.py, each in its own root.

`X(host, ip, …)` starts a server that takes any mail from the lab and delivers
by the lab's name server; the bounces it makes go to newsletter@zwrotka.example.
"""
import os
import shutil
import subprocess
import time

import lab

POSTFIX_MAIN = '''compatibility_level = 3.6
myhostname = {host}
myorigin = {host}
mydestination = {local}
mynetworks = 0.0.0.0/0
inet_interfaces = {ip}
smtp_bind_address = {ip}
inet_protocols = ipv4
maillog_file = /var/log/maillog
alias_maps = lmdb:/etc/postfix/aliases
alias_database =
smtpd_error_sleep_time = 0
smtpd_peername_lookup = yes
smtpd_tls_security_level = none
smtp_helo_timeout = 2s
smtp_connect_timeout = 2s
smtp_data_done_timeout = 20s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
smtputf8_enable = yes
disable_vrfy_command = yes
append_dot_mydomain = no
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ=Europe/Warsaw XAUTHORITY DISPLAY LANG=C
export_environment = TZ=Europe/Warsaw MAIL_CONFIG LANG
'''
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tests/lib/master.cf'), encoding='ascii') as services:
    POSTFIX_MASTER = services.read()


def postfix(name, host, ip, extra='', master='', maps=None, local='', users=(), zone='Europe/Warsaw'):
    """maps: file name below /etc/postfix -> text, made an LMDB map (a name with a dot stays text)."""
    top = lab.root(name, host, ip, [], zone)
    shutil.rmtree(top + '/var/spool/postfix', ignore_errors=True)
    for d in ('/var/spool/postfix', '/var/lib/postfix', '/var/mail'):
        os.makedirs(top + d, exist_ok=True)
    lab.sh('chroot', top, 'chown', 'postfix', '/var/lib/postfix')
    lab.add_users(top, *users)
    lab.write(f'{top}/etc/postfix/main.cf', (POSTFIX_MAIN + extra).format(host=host, ip=ip, local=local))
    lab.write(f'{top}/etc/postfix/master.cf', (POSTFIX_MASTER + master).format(listen=f'{ip}:25', tick=2, host=host, ip=ip))
    for m, text in {'aliases': 'postmaster: root\n', **(maps or {})}.items():
        lab.write(f'{top}/etc/postfix/{m}', text)
        if '.' not in m:
            lab.sh('chroot', top, 'postalias' if 'alias' in m else 'postmap', f'lmdb:/etc/postfix/{m}')
    lab.inside(top, host, 'unset LAB_INSIDE; postfix start 2>&1 | grep -v "^postsuper\\|^$" || true')
    lab.wait_port(ip)
    return top


def our_postfix():
    """The company's own: sends the newsletter, and takes the bounces into a Maildir."""
    extra = '''virtual_mailbox_domains = zwrotka.example
virtual_mailbox_base = /var/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:33
virtual_gid_maps = static:33
message_size_limit = 40960000
delay_warning_time = 1s
maximal_queue_lifetime = 1d
virtual_mailbox_limit = 0
virtual_minimum_uid = 30
'''
    top = postfix('ours', lab.OUR_HOST, lab.OUR_IP, extra)
    lab.sh('chown', '33:33', top + '/var/mail')
    return top, top + '/var/mail/inbox'


EXIM_CONF = '''primary_hostname = {host}
keep_environment =
log_file_path = /var/log/exim4/%slog
spool_directory = /var/spool/exim4
local_interfaces = {ip}
tls_advertise_hosts =
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
domainlist local_domains = {local}
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
host_lookup = *
rfc1413_query_timeout = 0s
never_users =
trusted_users = root
message_size_limit = 50M
{top}
begin acl
acl_rcpt:
{acl}
  accept
acl_data:
{acl_data}
  accept
begin routers
{routers}
local_users:
  driver = accept
  domains = +local_domains
  check_local_user
  transport = local_delivery
  cannot_route_message = Unknown user
dnslookup:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote_smtp
  ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8
  no_more
begin transports
remote_smtp:
  driver = smtp
  interface = {ip}
  hosts_avoid_tls = *
  connect_timeout = 2s
  command_timeout = 3s
local_delivery:
  driver = appendfile
  file = /var/mail/$local_part_data
  delivery_date_add
  envelope_to_add
  return_path_add
{transports}
begin retry
{retry}
begin rewrite
begin authenticators
'''


def exim(name, host, ip, local='', top_lines='', acl='', acl_data='', routers='', transports='', retry='* * F,2h,15m', users=(), zone='Europe/London'):
    top = lab.root(name, host, ip, ['exim4-daemon-light', 'exim4-base', 'exim4-config', 'libgnutls-dane0', 'libidn12', 'libnsl2', 'libpcre2-8-0',
                                    'libunbound8', 'libtirpc3', 'libprotobuf-c1'], zone)
    lab.add_users(top, ('Debian-exim', 390, '/var/spool/exim4'), *users)
    for d in ('/var/log/exim4', '/var/spool/exim4'):
        os.makedirs(top + d, exist_ok=True)
        lab.sh('chroot', top, 'chown', 'Debian-exim:Debian-exim', d)
    lab.write(top + '/etc/exim4/exim4.conf', EXIM_CONF.format(host=host, ip=ip, local=local, top=top_lines, acl=acl, acl_data=acl_data,
                                                            routers=routers, transports=transports, retry=retry))
    lab.write(top + '/etc/aliases', '')
    lab.inside(top, host, 'exim4 -bd -q2s')
    lab.wait_port(ip)
    return top


def opensmtpd(name, host, ip, conf='', zone='Europe/Berlin', users=(), ttl='4d'):
    top = lab.root(name, host, ip, ['opensmtpd', 'libevent-2.1-7'], zone)
    lab.add_users(top, ('opensmtpd', 391, '/var/lib/opensmtpd/empty'), ('opensmtpq', 392, '/var/lib/opensmtpd/empty'), *users)
    for d in ('/var/lib/opensmtpd/empty', '/run', '/var/spool/smtpd'):
        os.makedirs(top + d, exist_ok=True)
    lab.write(top + '/etc/smtpd.conf', f'''smtp max-message-size 50M
queue ttl {ttl}
bounce warn-interval 1s
listen on {ip} port 25 hostname {host}
action "out" relay src {ip} helo {host}
{conf}
match from any for any action "out"
'''.replace('bounce warn-interval', '#bounce' if 'nowarn' in conf else 'bounce warn-interval'))
    lab.inside(top, host, 'chmod 711 /var/spool/smtpd; ls /usr/sbin/smtpd >/dev/null; smtpd -f /etc/smtpd.conf')
    lab.wait_port(ip)
    return top


def sendmail(name, host, ip, mc='', local='', maps=None, users=(), zone='America/New_York'):
    top = lab.root(name, host, ip, ['sendmail-bin', 'sendmail-base', 'sendmail-cf', 'm4', 'procmail', 'libldap-2.5-0', 'libsasl2-2', 'libwrap0', 'liblockfile1',
                                    'libnsl2', 'libtirpc3'], zone)
    lab.add_users(top, ('smmta', 393, '/var/lib/sendmail'), ('smmsp', 394, '/var/lib/sendmail'), *users)
    for d in ('/var/spool/mqueue', '/var/lib/sendmail', '/etc/mail', '/run/sendmail/mta'):
        os.makedirs(top + d, exist_ok=True)
    lab.write(top + '/etc/mail/local-host-names', '\n'.join(local.split()) + '\n')
    lab.write(top + '/etc/mail/aliases', 'postmaster: root\n' + (maps or {}).pop('aliases', ''))
    for m, text in (maps or {}).items():
        lab.write(f'{top}/etc/mail/{m}', text)
    give_up = '' if 'QUEUERETURN' in mc else "define(`confTO_QUEUERETURN', `5d')dnl\n"
    lab.write(top + '/etc/mail/sendmail.mc', f'''divert(-1)dnl
divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
VERSIONID(`lab')dnl
OSTYPE(`debian')dnl
DOMAIN(`debian-mta')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confDOMAIN_NAME', `{host}')dnl
define(`confTO_QUEUEWARN', `1s')dnl
{give_up}define(`confTO_CONNECT', `3s')dnl
define(`confTO_ICONNECT', `3s')dnl
define(`confTO_INITIAL', `3s')dnl
define(`confMIN_QUEUE_AGE', `1s')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confTO_IDENT', `0')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`use_cw_file')dnl
{mc}
DAEMON_OPTIONS(`Family=inet, Name=MTA, Port=25, Addr={ip}')dnl
CLIENT_OPTIONS(`Family=inet, Addr={ip}')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
''')
    out = lab.inside(top, host, '''cd /etc/mail && m4 sendmail.mc > sendmail.cf && sed -i "s/^O AliasFile=.*/O AliasFile=\\/etc\\/mail\\/aliases/" sendmail.cf
for m in access virtusertable mailertable; do [ -f $m ] && /usr/libexec/sendmail/sendmail -C sendmail.cf -bt </dev/null >/dev/null; [ -f $m ] && makemap hash $m < $m; done
ln -sf /usr/libexec/sendmail/sendmail /usr/sbin/sendmail-mta; chmod 755 /etc/mail /; /usr/libexec/sendmail/sendmail -bi -C/etc/mail/sendmail.cf
/usr/libexec/sendmail/sendmail -bd -q2s -C/etc/mail/sendmail.cf''', check=False)
    lab.wait_port(ip)
    return top


def dma(name, host, ip, zone='Europe/Prague'):
    """Has no listener: send(top, …) below."""
    top = lab.root(name, host, ip, ['dma'], zone, own_net=True)
    lab.write(top + '/etc/dma/dma.conf', f'MAILNAME {host}\n')
    lab.inside(top, host, 'chgrp mail /etc/dma/dma.conf; mkdir -p /var/spool/dma; chgrp mail /var/spool/dma; chmod 2775 /var/spool/dma; touch /etc/aliases')
    return top


def nullmailer(name, host, ip, smarthost, zone='Europe/Warsaw'):
    """A satellite: everything goes to SMARTHOST."""
    top = lab.root(name, host, ip, ['nullmailer'], zone, own_net=True)
    lab.add_users(top, ('nullmail', 395, '/var/spool/nullmailer'))

    lab.write(top + '/etc/nullmailer/defaultdomain', host + '\n')
    lab.write(top + '/etc/nullmailer/remotes', smarthost + ' smtp\n')
    lab.write(top + '/etc/nullmailer/pausetime', '2\n')
    lab.inside(top, host, '''cd /var/spool/nullmailer 2>/dev/null || mkdir -p /var/spool/nullmailer && cd /var/spool/nullmailer
mkdir -p queue tmp failed; [ -p trigger ] || mkfifo trigger; chown -R nullmail:nullmail . ; chmod 622 trigger; chmod 777 queue tmp failed; chmod 4755 /usr/sbin/nullmailer-queue; chown nullmail /usr/sbin/nullmailer-queue; chmod 4755 /usr/sbin/nullmailer-queue
(setsid nullmailer-send >/var/log/nullmailer.log 2>&1 &)''')
    return top


def send(top, host, sender, recipients, message, binary='/usr/sbin/sendmail'):
    lab.inside(top, host, f"{binary} -f '{sender}' " + ' '.join(f"'{r}'" for r in recipients), input=message)


COURIER = ['courier-mta', 'courier-base', 'courier-authlib', 'courier-authdaemon', 'courier-authlib-userdb', 'libcourier-unicode4', 'libgdbm6', 'libidn12',
           'libltdl7', 'libpcre3', 'libnet-cidr-perl']


def courier(name, host, ip, local='', users=(), zone='Europe/Paris'):
    top = lab.root(name, host, ip, COURIER, zone, own_net=True)
    lab.add_users(top, ('courier', 396, '/var/lib/courier'), *users)
    etc = top + '/etc/courier/'
    for path, text in {'me': host + '\n', 'locals': '\n'.join(local.split() or [host]) + '\n', 'defaultdomain': host + '\n', 'dsnfrom': f'"Courier mail server at {host}" <@>\n',
                       'maildirs': '', 'retryalpha': '1s\n', 'retrybeta': '1s\n', 'warntime': '2s\n', 
                       'smtpaccess/default': '198.51.100\tallow,RELAYCLIENT\n203.0.113\tallow,RELAYCLIENT\n', 'aliases/system': 'postmaster: root\n',
                       'ipout': ip + '\n', 'defaultdelivery': './Maildir\n'}.items():
        lab.write(etc + path, text)
    lab.inside(top, host, """mkdir -p /run/courier/authdaemon /var/lib/courier /var/lib/courier/tmp /var/lib/courier/allfilters /var/lib/courier/filters /var/lib/courier/track /var/lib/courier/sts
cd /var/lib/courier; mkdir -p msgq msgs; chown -R courier:courier /var/lib/courier /run/courier /etc/courier; chmod 755 /run/courier /run/courier/authdaemon
ln -sf /usr/lib/courier/makedat /usr/bin/makedat
chown courier:courier /usr/lib/courier/courier/submit /usr/lib/courier/courier/submitmkdir; chmod 4755 /usr/lib/courier/courier/submit /usr/lib/courier/courier/submitmkdir
echo 'authmodulelist="authpwd"' > /etc/courier/authdaemonrc; echo 'daemons=2' >> /etc/courier/authdaemonrc; echo 'version=""' >> /etc/courier/authdaemonrc
sed -i 's/^ESMTP_BLOCKBACKSCATTER=.*/ESMTP_BLOCKBACKSCATTER=/' /etc/courier/courierd; sed -i 's/^TARPIT=.*/TARPIT=0/; s/^BOFHCHECKDNS=.*/BOFHCHECKDNS=0/; s/^PORT=.*/PORT=smtp/; s/^ADDRESS=.*//; s/^NOADDMSGID/#&/' /etc/courier/esmtpd; echo 'ADDRESS=IPIPIP' >> /etc/courier/esmtpd
makealiases; makesmtpaccess; /usr/lib/courier/courier-authlib/authdaemond >/var/log/auth.out 2>&1 &
sh /usr/sbin/courierfilter start >/dev/null 2>&1
(sh /usr/lib/courier/courierctl.start >/var/log/courierd.out 2>&1); esmtpd start >/var/log/esmtpd.out 2>&1; true""".replace('IPIPIP', ip), check=False)
    lab.wait_port(ip)
    return top
