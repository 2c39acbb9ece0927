# SPDX-License-Identifier: MIT
"""scene.py: what is sent in the lab, and how the reports are put by.

A Scene is one message to one or more recipients and what becomes of each. The
reports are found by the message's id, moved to the day the scene plays on, and
written out with their labels.
"""
import datetime
import email.utils
import hashlib
import os
import re
import shutil
import time

import lab

SENDER = 'newsletter@zwrotka.example'
SUBJECT = {
    'news': '=?UTF-8?Q?Nowo=C5=9Bci_na_listopad:_jesienne_rabaty?=',
    'fair': '=?UTF-8?Q?Zaproszenie_na_targi_w_Poznaniu?=',
    'price': '=?UTF-8?B?TmFzeiBub3d5IGNlbm5payDigJMgc3ByYXdkxbo=?=',
    'en': 'Autumn news from our workshop',
}
BODY = {
    'news': 'Dzie=C5=84 dobry,\r\n\r\nw listopadzie wszystkie zam=C3=B3wienia powy=C5=BCej 200 z=C5=82 wysy=C5=82amy za darmo.\r\n\r\nPozdrawiamy\r\n',
    'fair': 'Dzie=C5=84 dobry,\r\n\r\nzapraszamy na stoisko 14 w hali 3. Kawa na nasz koszt.\r\n\r\nDo zobaczenia\r\n',
    'price': 'Dzie=C5=84 dobry,\r\n\r\nod grudnia obowi=C4=85zuje nowy cennik, jest na naszej stronie.\r\n\r\nPozdrawiamy\r\n',
    'en': 'Hello,\r\n\r\nwe have a new catalogue, with 40 pages of things nobody needs.\r\n\r\nYours\r\n',
}
MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()
DAYS = 'Mon Tue Wed Thu Fri Sat Sun'.split()
RFC_DATE = re.compile(r'\b(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), {1,2})?(\d{1,2}) (%s) (20\d\d) (\d\d):(\d\d):(\d\d)' % '|'.join(MONTHS))
STAMP = re.compile(r'\b(20[23]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[0-2]\d[0-5]\d[0-5]\d)\b')
STAMP12 = re.compile(r'<(20[23]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[0-2]\d[0-5]\d)\.')
ARRIVAL = re.compile(RFC_DATE.pattern + r' [+-]\d{4}')
EPOCH = re.compile(r'(?<![0-9A-Za-z])(1795\d{6})(?!\d)')


class Scene:
    def __init__(self, ident, when, recipients, via='ours', kind='news', size=0, age=0, mail_options=(), rcpt_options=(), sender=SENDER, body=None,
                 keep=None, utf8=False, by_hand=False, find=None):
        """recipients: (address, verdict, reason) each; address may be `a|b`, the first is sent to.
        when: 'MM-DD HH:MM'. age: seconds that the message lay in the queue, at the least.
        keep: a function of the report's text that says whether it is one that we want."""
        self.ident, self.when, self.recipients, self.via, self.kind, self.size = ident, when, recipients, via, kind, size
        self.age, self.mail_options, self.rcpt_options, self.sender, self.body = age, mail_options, rcpt_options, sender, body
        self.keep, self.utf8, self.by_hand = keep, utf8, by_hand   # by_hand: without the marks of a mailing
        self.find = find   # what the answer has in it, where that is not our message's id

    @property
    def message_id(self):
        return 'nl-%s@zwrotka.example' % hashlib.sha256(self.ident.encode()).hexdigest()[:12]

    def message(self, to):
        body = self.body or BODY[self.kind]
        filler = 'Zdj=C4=99cia naszych nowych produkt=C3=B3w znajdziesz w za=C5=82=C4=85czniku poni=C5=BCej.\r\n'
        text = (f'From: Zwrotka Sp. z o.o. <{SENDER}>\r\nTo: {to}\r\nSubject: {SUBJECT[self.kind]}\r\n'
                f'Message-ID: <{self.message_id}>\r\nDate: {email.utils.formatdate(localtime=False)}\r\n'
                + ('' if self.by_hand else f'List-Unsubscribe: <mailto:wypisz@zwrotka.example?subject={self.ident}>\r\n') +
                'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
                + body + filler * (self.size // len(filler)))
        return text.encode('utf-8' if self.utf8 else 'ascii')

    def send(self, addresses, rcpts):
        ip = addresses[self.via]
        ours = self.via in ('ours', 'late')   # then it comes from the shop's server, else by way of our own
        host = 'sklep.zwrotka.example' if ours else lab.OUR_HOST
        return lab.submit(ip, self.sender, rcpts, self.message(rcpts[0]), self.mail_options, self.rcpt_options, source=lab.names.host(host), name=host)


def shift_text(text, seconds):
    """Every date in TEXT, moved by SECONDS."""
    delta = datetime.timedelta(seconds=seconds)

    def rfc(m):
        t = datetime.datetime(int(m[4]), MONTHS.index(m[3]) + 1, int(m[2]), int(m[5]), int(m[6]), int(m[7])) + delta
        day = DAYS[t.weekday()] + ', ' if m[1] else ''
        return f'{day}{t.day if len(m[2]) == 1 else format(t.day, "02d")} {MONTHS[t.month - 1]} {t.year} {t:%H:%M:%S}'

    def stamp(form):
        return lambda m: m[0].replace(m[1], (datetime.datetime.strptime(m[1], form) + delta).strftime(form))
    text = RFC_DATE.sub(rfc, text)
    text = STAMP.sub(stamp('%Y%m%d%H%M%S'), text)
    return STAMP12.sub(stamp('%Y%m%d%H%M'), text)


def play(text, when, age=0, salt=''):
    """TEXT as if it had come at WHEN (CET), about a message AGE seconds older; also that time."""
    target = datetime.datetime.strptime('2026-' + when, '%Y-%m-%d %H:%M').replace(tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    target += datetime.timedelta(seconds=int(hashlib.sha256((salt + when).encode()).hexdigest()[:6], 16) % 60)
    first = ARRIVAL.search(text, max(text.find('Received:'), 0))
    delta = int((target - email.utils.parsedate_to_datetime(first[0])).total_seconds())
    head, sep, rest = text.partition('\n\n')
    if age:
        rest = '\n'.join(shift_text(l, delta - (0 if l.startswith(('Last-Attempt-Date', 'Will-Retry')) else age)) for l in rest.split('\n'))
    else:
        rest = shift_text(rest, delta)
    text = shift_text(head, delta) + sep + rest
    return EPOCH.sub(lambda m: str(int(m[1]) + delta), text), int(target.timestamp())


def gather(inbox, scenes, seconds):
    """Waits for a report for each scene; returns [(scene, text)] in the order of arrival."""
    end, missing = time.time() + seconds, {s.find or s.message_id: s for s in scenes}
    by_id, seen, found = dict(missing), set(), []
    while time.time() < end and missing:
        time.sleep(0.3)
        for name in sorted(os.listdir(inbox + '/new')) if os.path.isdir(inbox + '/new') else []:
            if name in seen:
                continue
            seen.add(name)
            with open(f'{inbox}/new/{name}', encoding='utf-8', errors='surrogateescape', newline='') as f:
                text = f.read()
            for ident, scene in by_id.items():
                if ident in text:
                    if scene.keep and (not scene.keep(text) or ident not in missing):
                        break
                    found.append((scene, text))
                    missing.pop(ident, None)
                    break
    for scene in missing.values():
        print('no report for', scene.ident)
    return found


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)


def put(path, text):
    with open(path, 'w', encoding='utf-8', errors='surrogateescape', newline='') as f:
        f.write(text)
