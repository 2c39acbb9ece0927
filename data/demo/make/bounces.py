#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bounces.py: makes data/demo/bounces and data/demo/labels.tsv with real servers.

Run as root after fetch.sh: LAB=/tmp/zwrotka-lab python3 bounces.py. Nothing is
installed (see lab.py). The reports differ in ids from run to run, so this is
run by whoever wants other ones, not by the build.
"""
import email.utils

import demo
import lab
import servers
import scene
from answers import ANSWERS
from scene import Scene

H, S, UU, HU = 'hard', 'soft', 'userunknown', 'hostunknown'

# domain -> reply at RCPT for the addresses of contacts that bounce there
STUB = {
    'gmial.com': '550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table',
    'gmal.com': '550 5.1.1 The email account that you tried to reach does not exist. Please try\ndouble-checking the recipient\'s email address for typos',
    'hotmial.com': '550 5.5.0 Requested action not taken: mailbox unavailable',
    'outlok.com': '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found by SMTP address lookup',
    'anna.nowicka@bursztyn.example': '550 5.1.1 <{to}>: Recipient address rejected: User unknown in local recipient table',
    'kierownik@hurtownia-klon.example.pl': '550 5.1.1 User unknown: {to}',
    'p.zajac@drukarnia-skra.example': '550 No such user here',
    'e.lindqvist@fjallgruppen.example': '550 5.1.1 unknown or illegal alias: {to}',
    'm.okafor@harmattan.example': "550-5.1.1 The email account that you tried to reach does not exist. Please try\n550-5.1.1 double-checking the recipient's email"
                                  " address for typos or\n550 5.1.1 unnecessary spaces. - gsmtp",
    'zamowienia@zolta-cegla.example.pl': '550 5.2.1 The email account that you tried to reach is disabled.',
    'h.yamada@sakuraya.example': '550 5.1.1 <{to}>... User Unknown',
    'g.bianchi@officine-tevere.example': '554 5.7.1 <{to}>: Recipient address rejected: Access denied. This account has been disabled or discontinued',
    'klara.sykora@lesni-sklad.example': '550 5.1.1 <{to}> Mailbox unknown. Either there is no mailbox associated with this\nname or you do not have authorization to see it.',
    'faktury@xn--w-uga1v8h.example.pl': '550 5.1.1 Taki uzytkownik nie istnieje / no such user ({to})',
    't.petrov@reka.example': '550 Message was not accepted -- invalid mailbox. Local mailbox {to} is unavailable: user not found',
    'c.dubois@ateliers-dubosc.example': '452 4.2.2 The email account that you tried to reach is over quota.',
    'i.fernandez@marejada.example': 'data:554 5.7.1 This message has been classified as spam and was not delivered. Score 8.4',
    'b.huber@nordlicht.example': '554 5.7.1 Service unavailable; Client host [198.51.100.10] blocked using bl.sperrliste.example; see https://sperrliste.example/q/198.51.100.10',
    'marek.sowa@bank-kaszta.example': '550 5.7.1 Access denied by policy: this sender is not on the list of partners',
    'n.tran@lotus-thread.example': 'data:552 5.3.4 Message size exceeds fixed maximum message size of 10240 bytes',
    'd.oconnor@claddagh.example': '550 5.7.26 Unauthenticated email from zwrotka.example is not accepted due to domain\'s DMARC policy',
    'l.vanderplas@polderdijk.example': '421 4.7.0 Too many connections from your host, please try again later',
    'w.mazur@dawna-gielda.example': '',
    'magazyn@polnocny-port.example': '',
}
NO_HOST = ['gmail.con', 'gmai.com', 'wp.lp', 'o2.lp', 'onet.lp', 'interia.lp', 'yaho.com', 'burstzyn.example', 'bursztyn.exmaple', 'exampel.pl']

# a hosting company's Postfix, with mailboxes of several firms
HOSTED = 'ogrodnik.example spoldzielnia-mlyny.example mokradla.example szkola-nr-0.example.pl apteka-pod-lwem.example.pl stara-kuznia.example glos-doliny.example'
HOSTING = {
    'extra': '''virtual_mailbox_domains = %s
virtual_mailbox_base = /var/mail
virtual_mailbox_maps = lmdb:/etc/postfix/boxes
virtual_uid_maps = static:33
virtual_gid_maps = static:33
virtual_minimum_uid = 30
relocated_maps = lmdb:/etc/postfix/relocated
message_size_limit = 20480
smtpd_recipient_restrictions = check_recipient_access lmdb:/etc/postfix/access, permit_mynetworks, reject
''' % HOSTED,
    'maps': {
        'boxes': 'stefan.burak@ogrodnik.example x/\nu.czapla@mokradla.example x/\nsekretariat@szkola-nr-0.example.pl x/\n'
                 'kontakt@apteka-pod-lwem.example.pl x/\nredakcja@glos-doliny.example x/\n',
        'relocated': 'biuro@stara-kuznia.example biuro@nowa-kuznia.example\n',
        'access': 'stefan.burak@ogrodnik.example 552 5.2.2 Mailbox full, quota exceeded\n'
                  'u.czapla@mokradla.example 450 4.2.0 Greylisted, please try again in 300 seconds\n'
                  'redakcja@glos-doliny.example 451 4.3.0 Temporary lookup failure\n'
                  'sekretariat@szkola-nr-0.example.pl 452 4.3.1 Insufficient system storage\n',
    },
}


def typo(ident, when, address, reason, via='ours', kind='news'):
    return Scene(ident, when, [(address, H, reason)], via, kind)


SCENES = [
    # the campaign of 3 November
    typo('t01', '11-03 10:02', 'trzmielak.k.zw07@gmial.com', UU),
    typo('t02', '11-03 10:02', 'b.gzygzok.zw11@gmial.com', UU),
    typo('t03', '11-03 10:03', 'p.wrzosowiec.zw19@gmai.com', HU),
    typo('t04', '11-03 10:03', 'ksawery.zdzblo.zw23@gmail.con', HU),
    typo('t05', '11-03 10:04', 'm.kolczatek.zw31@gamil.com', 'notaccept'),
    typo('t06', '11-03 10:05', 'o.przepiorek.zw37@gmal.com', UU, 'exim'),
    typo('t07', '11-03 10:05', 'gabka.zw41@wp.lp', HU),
    typo('t08', '11-03 10:06', 'd.chrzaszcz.zw43@wp.lp', HU, 'exim'),
    Scene('s01', '11-03 10:07', [('stefan.burak@ogrodnik.example', S, 'mailboxfull')]),
    Scene('s02', '11-03 14:07', [('u.czapla@mokradla.example', S, '-')], age=14400, keep=lambda t: 'Action: delayed' in t),
    Scene('h01', '11-03 10:09', [('anna.nowicka@bursztyn.example', H, UU)]),
    Scene('h02', '11-03 10:15', [('kierownik@hurtownia-klon.example.pl', H, UU)], 'exim'),
    Scene('s03', '11-03 10:11', [('b.huber@nordlicht.example', S, 'blocked')]),
    # 6 November, to those abroad
    typo('t09', '11-06 09:31', 'perkoz.a.zw61@hotmial.com', UU, kind='en'),
    typo('t10', '11-06 09:32', 'quimby.r.zw67@outlok.com', UU, 'sendmail', 'en'),
    typo('t11', '11-06 09:32', 'vexelblad.zw71@yaho.com', HU, kind='en'),
    typo('t12', '11-06 09:33', "s.o'hara@nordlcht.example", HU, kind='en'),
    typo('t13', '11-06 09:34', 'j.grossmann@nordlicht.exmple', HU, 'opensmtpd', 'en'),
    typo('t14', '11-06 09:35', 'a.lefevre@ateliers-dubosc.exmaple', HU, 'sendmail', 'en'),
    typo('t15', '11-06 09:36', 'm.novotna@lesni-sklad.exampe', HU, 'dma', 'en'),
    Scene('h03', '11-06 09:38', [('e.lindqvist@fjallgruppen.example', H, UU)], 'exim', 'en'),
    Scene('h04', '11-06 09:39', [('m.okafor@harmattan.example', H, UU)], kind='en'),
    Scene('h05', '11-06 09:40', [('h.yamada@sakuraya.example', H, UU)], 'sendmail', 'en'),
    Scene('h06', '11-06 09:41', [('g.bianchi@officine-tevere.example', H, 'suspend')], kind='en'),
    Scene('h07', '11-06 09:44', [('klara.sykora@lesni-sklad.example', H, UU)], 'dma', 'en'),
    Scene('h08', '11-06 09:45', [('t.petrov@reka.example', H, UU)], kind='en'),
    Scene('s04', '11-06 09:46', [('i.fernandez@marejada.example', S, 'spamdetected')], kind='en'),
    Scene('s05', '11-06 09:47', [('n.tran@lotus-thread.example', S, 'mesgtoobig')], kind='en', size=12000),
    Scene('s06', '11-06 09:48', [('d.oconnor@claddagh.example', S, 'authfailure')], kind='en'),
    Scene('s07', '11-06 09:52', [('c.dubois@ateliers-dubosc.example', S, 'mailboxfull')], 'late', 'en', age=5 * 86400),
    # 10 November, the fair
    typo('t16', '11-10 11:01', 'lubomir.pokrzyk.zw47@o2.lp', HU, kind='fair'),
    typo('t17', '11-10 11:02', 'h.swiergotek.zw53@onet.lp', HU, 'exim', 'fair'),
    typo('t18', '11-10 11:02', 'z.bzygzyn.zw59@interia.lp', HU, kind='fair'),
    Scene('t19', '11-10 11:04', [('wieslawa.mak@burstzyn.example', H, HU), ('t.jezioro@bursztyn.exmaple', H, HU)], kind='fair'),
    typo('t20', '11-10 11:05', 'ida.sowinska@hurtownia-klon.exampel.pl', HU, 'opensmtpd', 'fair'),
    typo('t21', '11-10 11:06', 'r.dab@hurtowna-klon.example.pl', HU, kind='fair'),
    Scene('h09', '11-10 11:07', [('biuro@stara-kuznia.example', H, 'hasmoved')], kind='fair'),
    Scene('h10', '11-10 11:08', [('henryk.lis@spoldzielnia-mlyny.example', H, UU)], kind='fair'),
    Scene('h11', '11-10 11:09', [('p.zajac@drukarnia-skra.example', H, UU)], 'nullmailer', 'fair'),
    Scene('s08', '11-10 11:10', [('stefan.burak@ogrodnik.example', S, 'mailboxfull')], kind='fair'),
    Scene('s09', '11-10 11:12', [('marek.sowa@bank-kaszta.example', S, 'policyviolation')], kind='fair'),
    Scene('s10', '11-10 15:14', [('izabela.kret@tunel.example', S, '-')], kind='fair', age=14400, keep=lambda t: 'Action: delayed' in t),
    Scene('s11', '11-15 11:20', [('izabela.kret@tunel.example', S, 'expired')], 'late', 'fair', age=5 * 86400),
    # 17 November, prices
    typo('t22', '11-17 09:01', 'ewa+oferty@drukarnia-skra.exampl', HU, kind='price'),
    typo('t23', '11-17 09:02', 'lech.wrona@drukarna-skra.example', HU, 'exim', 'price'),
    typo('t24', '11-17 09:03', 'zofia.mlyn@spoldzielnia-mlny.example', HU, kind='price'),
    Scene('h12', '11-17 09:05', [('zamowienia@zolta-cegla.example.pl', H, 'suspend')], kind='price'),
    Scene('h13', '11-17 09:06', [('faktury@xn--w-uga1v8h.example.pl|faktury@żółw.example.pl', H, UU)], kind='price'),
    Scene('h14', '11-17 09:07', [('w.mazur@dawna-gielda.example', H, 'notaccept')], kind='price'),
    Scene('s12', '11-17 09:08', [('stefan.burak@ogrodnik.example', S, 'mailboxfull')], kind='price'),
    Scene('s13', '11-17 09:09', [('sekretariat@szkola-nr-0.example.pl', S, 'systemfull')], 'late', 'price', age=2 * 86400),
    Scene('s14', '11-17 09:10', [('kontakt@apteka-pod-lwem.example.pl', S, 'mesgtoobig')], kind='price', size=30000),
    Scene('s15', '11-17 13:12', [('l.vanderplas@polderdijk.example', S, '-')], 'sendmail', 'price', age=14400, keep=lambda t: 'could not send message for past' in t or 'delayed' in t),
    Scene('s16', '11-19 09:20', [('redakcja@glos-doliny.example', S, '-')], 'late', 'price', age=2 * 86400),
    Scene('s17', '11-17 09:14', [('magazyn@polnocny-port.example', S, 'networkerror')], 'late', 'price', age=86400),
    # a second bounce of the same, and one with a living and a dead one in it
    Scene('h15', '11-20 08:30', [('anna.nowicka@bursztyn.example', H, UU), ('stefan.burak@ogrodnik.example', S, 'mailboxfull')], kind='price'),
]


def build():
    lab.start()
    ours, inbox = servers.our_postfix()
    addresses = {'ours': lab.OUR_IP}
    hosting = 'serwer1.hosting-lipa.example'
    servers.postfix('hosting', hosting, '198.51.100.30', **HOSTING)
    for domain in HOSTED.split():
        lab.names.mx[domain] = hosting
    lab.names.mx['gamil.com'] = lab.names.mx['dawna-gielda.example'] = '.'
    for address, reply in STUB.items():
        domain = address.split('@')[-1]
        if reply:
            lab.refuse(domain)
        targets = [address] if '@' in address else [r[0] for s in SCENES for r in s.recipients if r[0].endswith('@' + domain)]
        for t in targets:
            lab.stub.replies[t] = reply
    lab.refuse('tunel.example', behaviour='hang')
    lab.refuse('polnocny-port.example', behaviour='refused')
    servers.postfix('late', 'smtp2.zwrotka.example', '198.51.100.11', 'maximal_queue_lifetime = 0\n')
    addresses['late'] = '198.51.100.11'
    for name, make, host, ip in (('exim', servers.exim, 'poczta.tartak.example', '198.51.100.20'), ('opensmtpd', servers.opensmtpd, 'relay.nordlicht.example', '198.51.100.21'),
                                 ('sendmail', servers.sendmail, 'gate.quimbleby.example', '198.51.100.22')):
        make(name, host, ip)
        addresses[name] = ip
    dma = servers.dma('dma', 'www.lesni-sklad.example', '198.51.100.23')
    null = servers.nullmailer('nullmailer', 'strona.zwrotka.example', '198.51.100.24', 'mx.drukarnia-skra.example')
    for s in SCENES:
        rcpts = [r[0].split('|')[0] for r in s.recipients]
        if s.via in ('dma', 'nullmailer'):
            top, host = (dma, 'www.lesni-sklad.example') if s.via == 'dma' else (null, 'strona.zwrotka.example')
            servers.send(top, host, s.sender, rcpts, s.message(rcpts[0]).replace(b'\r', b''))
        else:
            refused = s.send(addresses, rcpts)
            if refused:
                print(s.ident, 'refused at once', refused)
    answers = []
    for ident, when, sender, host, labels, text in ANSWERS:
        answer = Scene(ident, when, labels)
        answer.find = f'<{ident}.'
        answers.append(answer)
        lab.submit(lab.OUR_IP, sender, [scene.SENDER], text.replace('{date}', email.utils.formatdate()).replace('\n', '\r\n').encode(),
                   source=lab.names.host(host), name=host)
    return scene.gather(inbox, SCENES + answers, 40)


if __name__ == '__main__':
    lab.enter()
    demo.save(build())
