# SPDX-License-Identifier: MIT
"""answers.py: the mail in the demo's mailbox that is no bounce.

(ident, when, envelope sender, host it comes from, labels, text); {date} is now,
moved with all the rest by scene.play. Written by hand; nobody in it exists.
"""
import base64
import quopri


def qp(text):
    return quopri.encodestring(text.encode()).decode()


def b64(text, charset='utf-8'):
    return base64.encodebytes(text.encode(charset)).decode()


TO = 'newsletter@zwrotka.example'
HEAD = '''From: {who}
To: newsletter@zwrotka.example
Subject: {subject}
Date: {{date}}
Message-ID: <{ident}@{host}>
MIME-Version: 1.0
'''


def mail(ident, who, subject, host, headers, body):
    return HEAD.format(who=who, subject=subject, ident=ident, host=host) + headers + '\n' + body


ANSWERS = [
    ('a01', '11-03 10:03', '', 'mail.bursztyn.example', [], mail(
        'a01.bk', '=?UTF-8?Q?Barbara_K=C5=82os?= <barbara.klos@bursztyn.example>', '=?UTF-8?Q?Nieobecno=C5=9B=C4=87_w_biurze:_Nowo=C5=9Bci_na_listopad?=',
        'mail.bursztyn.example', 'Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n',
        qp('Dzień dobry,\n\njestem na urlopie od 2 do 13 listopada i nie czytam poczty.\nW pilnych sprawach proszę pisać do kolegi: goscislaw-jaskolka@bursztyn.example.\n\nBarbara Kłos\n'))),
    ('a02', '11-06 09:33', 'f.schaefer@nordlicht.example', 'mail.nordlicht.example', [], mail(
        'a02.fs', '=?iso-8859-1?Q?Friederike_Sch=E4fer?= <f.schaefer@nordlicht.example>', '=?iso-8859-1?Q?Automatische_Antwort=3A_Autumn_news_from_our_workshop?=',
        'nordlicht.example', 'X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\nContent-Type: text/plain; charset="iso-8859-1"\nContent-Transfer-Encoding: quoted-printable\n',
        'Guten Tag,\n\nich bin bis zum 20.11. nicht im B=FCro. Ihre Nachricht wird nicht weitergeleitet.\n\nMit freundlichen Gr=FC=DFen\nFriederike Sch=E4fer\n')),
    ('a03', '11-06 09:41', '', 'smtp.ateliers-dubosc.example', [], mail(
        'a03.jm', 'Jules Moreau <j.moreau@ateliers-dubosc.example>', '=?UTF-8?Q?Absence_:_R=C3=A9_:_Autumn_news_from_our_workshop?=',
        'ateliers-dubosc.example', 'X-Autoreply: yes\nPrecedence: junk\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n',
        "Bonjour,\n\nJe ne travaille plus chez Ateliers Dubosc depuis le 1er octobre. Cette boîte n'est plus lue.\nMerci d'écrire à c.dubois@ateliers-dubosc.example.\n\nJules Moreau\n")),
    ('a04', '11-10 11:20', 'kamil.zuk@drukarnia-skra.example', 'mail.drukarnia-skra.example', [], mail(
        'a04.kz', '=?UTF-8?B?S2FtaWwgxbt1aw==?= <kamil.zuk@drukarnia-skra.example>', '=?UTF-8?Q?Odp:_Zaproszenie_na_targi_w_Poznaniu?=',
        'drukarnia-skra.example', 'In-Reply-To: <nl-fair@zwrotka.example>\nUser-Agent: Mozilla Thunderbird\nContent-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit\n',
        'Dzień dobry,\n\ndziękuję za zaproszenie, będziemy we dwójkę. A Patryk już u nas nie pracuje,\njego adres p.zajac@drukarnia-skra.example jest nieaktywny.\n\nKamil Żuk\n\n'
        'W dniu 10.11.2026 o 11:05, Zwrotka Sp. z o.o. pisze:\n> Dzień dobry,\n>\n> zapraszamy na stoisko 14 w hali 3. Kawa na nasz koszt.\n')),
    ('a05', '11-10 16:42', 'olga.bak@hurtownia-klon.example.pl', 'mail.hurtownia-klon.example.pl', [], mail(
        'a05.ob', '=?UTF-8?Q?Olga_B=C4=85k?= <olga.bak@hurtownia-klon.example.pl>', '=?UTF-8?Q?Fwd:_Undelivered_Mail_Returned_to_Sender?=',
        'hurtownia-klon.example.pl', 'Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n',
        'Dzień dobry, pisałam do Państwa i wróciło, o co chodzi?\n\nOlga Bąk\n\n-------- Treść przekazanej wiadomości --------\n'
        'Temat: Undelivered Mail Returned to Sender\nNadawca: Mail Delivery System <MAILER-DAEMON@mail.hurtownia-klon.example.pl>\n\n'
        '> This is the mail system at host mail.hurtownia-klon.example.pl.\n>\n> <biuro@zwrotka.example>: host mx.zwrotka.example said: 550 5.1.1\n'
        '>     <biuro@zwrotka.example>: Recipient address rejected: User unknown in virtual\n>     mailbox table (in reply to RCPT TO command)\n')),
    ('a06', '11-06 10:17', '', 'mail.officine-tevere.example', [], mail(
        'a06.rc', 'Renzo Castellano <r.castellano@officine-tevere.example>', 'Letto: Autumn news from our workshop',
        'officine-tevere.example', 'Content-Type: multipart/report; report-type=disposition-notification; boundary="mdn_a06"\n',
        '--mdn_a06\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nIl messaggio inviato a r.castellano@officine-tevere.example è stato letto.\n\n'
        '--mdn_a06\nContent-Type: message/disposition-notification\n\nReporting-UA: mail.officine-tevere.example; Webmail\nOriginal-Recipient: rfc822;r.castellano@officine-tevere.example\n'
        'Final-Recipient: rfc822;r.castellano@officine-tevere.example\nOriginal-Message-ID: <nl-en@zwrotka.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--mdn_a06--\n')),
    ('a07', '11-17 09:04', 'challenge@antyspam.tunel.example', 'mx.tunel.example', [], mail(
        'a07.js', '"Filtr antyspamowy" <challenge@antyspam.tunel.example>', '=?UTF-8?Q?Prosz=C4=99_potwierdzi=C4=87_wys=C5=82anie_wiadomo=C5=9Bci?=',
        'antyspam.tunel.example', 'Auto-Submitted: auto-replied\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n',
        b64('Twoja wiadomość do jakub.sroka@tunel.example nie została jeszcze dostarczona.\nAby potwierdzić, że jesteś człowiekiem, odpowiedz na ten list w ciągu 7 dni.\n'))),
    ('a08', '11-17 09:30', 'helpdesk@spoldzielnia-mlyny.example', 'mail.spoldzielnia-mlyny.example', [], mail(
        'a08.wd', '"Biuro obslugi" <helpdesk@spoldzielnia-mlyny.example>', '=?UTF-8?Q?[#48211]_Przyj=C4=99li=C5=9Bmy_Twoje_zg=C5=82oszenie?=',
        'spoldzielnia-mlyny.example', 'X-Auto-Response-Suppress: OOF, AutoReply\nAuto-Submitted: auto-replied\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n',
        qp('Zgłoszenie „Nasz nowy cennik – sprawdź" otrzymało numer 48211.\nOdpowiemy w ciągu dwóch dni roboczych.\n'))),
    ('a09', '11-18 08:12', '', 'fbl.havnegade.example', [('p.jensen@havnegade.example', 'complaint', 'feedback')], mail(
        'a09.fbl', 'Feedback Loop <fbl@havnegade.example>', 'Spam report: Nasz nowy cennik',
        'fbl.havnegade.example', 'Content-Type: multipart/report; report-type=feedback-report; boundary="arf-a09"\n',
        '--arf-a09\nContent-Type: text/plain; charset=us-ascii\n\nThis is an email abuse report for an email message received from IP\n198.51.100.10 on {date}.\n\n'
        '--arf-a09\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: Havnegade-FBL/1.2\nVersion: 1\nOriginal-Mail-From: <newsletter@zwrotka.example>\n'
        'Original-Rcpt-To: <p.jensen@havnegade.example>\nArrival-Date: {date}\nSource-IP: 198.51.100.10\nReported-Domain: zwrotka.example\n\n'
        '--arf-a09\nContent-Type: message/rfc822\n\nReceived: from mx.zwrotka.example (mx.zwrotka.example [198.51.100.10])\n\tby mx.havnegade.example with ESMTP id 77ab; {date}\n'
        'From: Zwrotka Sp. z o.o. <newsletter@zwrotka.example>\nTo: p.jensen@havnegade.example\nSubject: =?UTF-8?B?TmFzeiBub3d5IGNlbm5payDigJMgc3ByYXdkxbo=?=\n'
        'Message-ID: <nl-price-pj@zwrotka.example>\nDate: {date}\n\nhello\n\n--arf-a09--\n')),
    ('a10', '11-18 13:55', 'm.brand@polderdijk.example', 'mail.polderdijk.example', [], mail(
        'a10.mb', 'Maarten Brand <m.brand@polderdijk.example>', 'Re: Autumn news from our workshop',
        'polderdijk.example', 'In-Reply-To: <nl-en@zwrotka.example>\nX-Mailer: Apple Mail\nContent-Type: text/plain; charset=us-ascii\n',
        'Hi,\n\nnice catalogue! Could you send two more printed ones to our office in Delft?\nMy colleague Lotte says her mailbox was full last week, please keep her on the list.\n\nMaarten\n')),
]
