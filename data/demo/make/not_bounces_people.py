# SPDX-License-Identifier: MIT
"""Vacations, people who left, people who write and quote: texts for negatives.py."""

VACATIONS = [  # language, charset, encoding, style, name, address, subject, text
    ('pl', 'utf-8', 'quoted-printable', 'sieve', 'Jagna Mżawka', 'j.mzawka@ogrodnik.example', 'Nieobecność: Nowości na listopad: jesienne rabaty',
     'Dzień dobry,\n\nprzebywam na urlopie do 27 listopada. Odpiszę po powrocie.\n\nPozdrawiam\nJagna Mżawka\n'),
    ('pl', 'iso-8859-2', '8bit', 'vacation', 'Czcibor Żołądź', 'czcibor@tunel.example', 'Automatyczna odpowiedź',
     'Twoja wiadomość dotarła, ale jej nie przeczytam: jestem na zwolnieniu.\nTa skrzynka jest pełna spraw, proszę dzwonić.\n'),
    ('pl', 'windows-1250', 'quoted-printable', 'exchange', 'Świętosława Łoś', 's.los@bank-kaszta.example', 'Automatyczna odpowiedź: Nowości na listopad: jesienne rabaty',
     'Jestem poza biurem. W pilnych sprawach proszę o kontakt z zastępcą: zastepca@bank-kaszta.example.\n'),
    ('pl', 'utf-8', 'base64', 'cpanel', 'Sklep Wozownia', 'sklep@wozownia.example', 'Dziękujemy za wiadomość',
     'Dziękujemy za wiadomość, odpowiemy najszybciej jak to możliwe.\nTo jest wiadomość automatyczna, prosimy na nią nie odpowiadać.\n'),
    ('pl', 'utf-8', '8bit', 'none', 'Halszka Rzęsa', 'halszka.rzesa@poczta.example.pl', 'Jestem na urlopie Re: Nowości na listopad: jesienne rabaty',
     'Hej, wracam 30-go. Jak coś pilnego, to dzwoń do Wawrzyńca.\nH.\n'),
    ('de', 'iso-8859-1', 'quoted-printable', 'exchange', 'Götz Grünspecht', 'goetz.gruenspecht@nordlicht.example', 'Automatische Antwort: Autumn news from our workshop',
     'Vielen Dank für Ihre Nachricht. Ich bin vom 09.11. bis 20.11.2026 nicht erreichbar.\nIhre E-Mail wird nicht weitergeleitet.\n\nGötz Grünspecht\n'),
    ('de', 'utf-8', 'quoted-printable', 'notes', 'Wiebke Müßig', 'wiebke.muessig@werft.example', 'Wiebke Müßig ist außer Haus.',
     'Ich werde ab  02.11.2026 nicht im Büro sein. Ich kehre zurück am 16.11.2026.\n\nHinweis: Dies ist eine automatische Antwort auf Ihre Nachricht "Autumn news"\ngesendet am 03.11.2026. Diese ist die einzige Benachrichtigung.\n'),
    ('de', 'iso-8859-15', '8bit', 'groupwise', 'Rüdiger Bärlauch', 'rbaerlauch@kreis.example', 'Abwesenheitsnotiz',
     'Das Postfach wird derzeit nicht gelesen. Es kostet 0 €, noch einmal zu schreiben.\n'),
    ('en', 'us-ascii', '7bit', 'vacation', 'Percival Fernsby', 'percival@quimbleby.example', 'away from my mail',
     'I will not be reading my mail for a while.\nYour mail regarding "Autumn news from our workshop" will be read when I return.\n'),
    ('us', 'utf-8', 'quoted-printable', 'gmail', 'Tobias Nettleship', 'tobias@harmattan.example', 'Out of Office Re: Autumn news from our workshop',
     "Hi — I'm hiking with no signal until the 23rd. If your message bounces off me, that's why.\n\nTobias\n"),
    ('us', 'us-ascii', '7bit', 'exchange2003', 'Gwendolyn Quickbeam', 'gquickbeam@millworks.example', 'Out of Office AutoReply: Autumn news from our workshop',
     'I am out of the office with limited access to e-mail. For urgent matters contact the front desk.\n'),
    ('en', 'utf-8', '8bit', 'zimbra', 'Saoirse Bramble', 'saoirse.bramble@claddagh.example', 'Automatic reply', 'On leave until Monday week. Slán!\n'),
    ('fr', 'iso-8859-1', 'quoted-printable', 'exchange', 'Édouard Fougère', 'edouard.fougere@ateliers-dubosc.example', 'Réponse automatique : Autumn news from our workshop',
     "Bonjour,\n\nJe suis absent du bureau jusqu'au 30 novembre inclus.\nVotre message n'a pas été transféré.\n\nCordialement\n"),
    ('fr', 'utf-8', 'base64', 'sieve', 'Noëlle Bruyère', 'noelle@crieur.example', 'Absente', "En congé, je lirai votre message à mon retour. L'adresse reste valable.\n"),
    ('es', 'iso-8859-1', '8bit', 'exchange', 'Begoña Núñez-Olmo', 'bnunez@marejada.example', 'Respuesta automática: Autumn news from our workshop',
     'Estoy fuera de la oficina hasta el 25 de noviembre.\nPara asuntos urgentes, llamen al teléfono de siempre.\n'),
    ('es', 'utf-8', 'quoted-printable', 'bulk', 'Raúl Castaño', 'raul@lonja.example', 'De vacaciones', 'Estaré de vacaciones. No se ha podido leer su mensaje, pero se leerá.\n'),
    ('it', 'utf-8', 'quoted-printable', 'cyrus', "Lavinia Dell'Acqua", 'lavinia@officine-tevere.example', 'Fuori ufficio',
     'Sono fuori ufficio fino al 24 novembre. Il messaggio non verrà inoltrato.\n'),
    ('it', 'iso-8859-1', 'quoted-printable', 'exchange', 'Niccolò Salicè', 'n.salice@comune.example', 'Risposta automatica: Autumn news from our workshop',
     'La casella non è presidiata: sarò di nuovo in servizio lunedì.\n'),
    ('pt', 'iso-8859-1', 'quoted-printable', 'exchange', 'Inês Sobreiro', 'ines.sobreiro@cortica.example', 'Resposta automática: Autumn news from our workshop',
     'Encontro-me de férias. A sua mensagem não será reencaminhada.\n'),
    ('br', 'utf-8', 'base64', 'gmail', 'João Jatobá', 'joao@jatoba.example', 'Ausência temporária', 'Olá! Estou de férias até o dia 30. Responderei assim que voltar.\n'),
    ('nl', 'us-ascii', '7bit', 'exchange', 'Joost Wilgenroos', 'j.wilgenroos@polderdijk.example', 'Automatisch antwoord: Autumn news from our workshop',
     'Ik ben afwezig tot en met 27 november. Uw bericht wordt niet doorgestuurd.\n'),
    ('sv', 'iso-8859-1', 'quoted-printable', 'exchange', 'Åsa Björkö', 'asa.bjorko@fjallgruppen.example', 'Autosvar: Autumn news from our workshop',
     'Hej!\n\nJag är på semester och åter på kontoret den 30 november. Mejlet läses inte under tiden.\n'),
    ('da', 'utf-8', '8bit', 'sieve', 'Søren Kræmmer', 'soren@havnegade.example', 'Fraværende', 'Jeg er på ferie. Min postkasse bliver ikke læst før mandag.\n'),
    ('no', 'iso-8859-1', '8bit', 'bulk', 'Bjørg Tårnfjell', 'bjorg@fjordlinje.example', 'Ikke på kontoret', 'Jeg er ikke på kontoret før 1. desember. Meldingen er mottatt.\n'),
    ('fi', 'utf-8', 'quoted-printable', 'exchange', 'Päivi Kivilähde', 'paivi@jarvi.example', 'Automaattinen vastaus: Autumn news', 'Olen lomalla. Viestiäsi ei välitetä eteenpäin.\n'),
    ('cs', 'iso-8859-2', 'quoted-printable', 'sieve', 'Růžena Třešňáková', 'ruzena@lesni-sklad.example', 'Nepřítomnost', 'Dobrý den, do 20. listopadu mám dovolenou. Schránku nikdo nečte.\n'),
    ('sk', 'windows-1250', '8bit', 'cpanel', 'Ľudmila Čučoriedková', 'ludmila@sklady.example', 'Automatická odpoveď', 'Som na dovolenke, odpíšem po návrate.\n'),
    ('hu', 'iso-8859-2', 'quoted-printable', 'exchange', 'Erzsébet Tölgyfa', 'erzsebet@tolgyfa.example', 'Automatikus válasz: Autumn news', 'Szabadságon vagyok, levelére visszatérésem után válaszolok.\n'),
    ('ro', 'utf-8', 'quoted-printable', 'vacation', 'Ștefan Mălin', 'stefan@malin.example', 'Absent din birou', 'Sunt plecat până luni. Mesajul dumneavoastră a fost primit.\n'),
    ('ru', 'koi8-r', '8bit', 'vacation', 'Дарья Ольхова', 'olkhova@reka.example', 'Меня нет на работе', 'Здравствуйте!\n\nЯ в отпуске до 1 декабря. Почтовый ящик временно не читается.\n'),
    ('ru', 'windows-1251', 'base64', 'exchange', 'Тимур Ясенев', 'yasenev@zavod.example', 'Автоматический ответ: Autumn news', 'Меня нет в офисе. Ваше сообщение не переадресуется.\n'),
    ('uk', 'utf-8', 'base64', 'gmail', 'Оксана Вербова', 'oksana@verba.example', 'Автовідповідь', 'Я у відпустці, поверну́ся наступного тижня.\n'),
    ('bg', 'windows-1251', 'quoted-printable', 'bulk', 'Ралица Брезова', 'ralitsa@breza.example', 'Извън офиса', 'В отпуск съм до края на ноември.\n'),
    ('el', 'iso-8859-7', '8bit', 'exchange', 'Δάφνη Ελιά', 'dafni@elia.example', 'Αυτόματη απάντηση', 'Απουσιάζω από το γραφείο μέχρι τη Δευτέρα.\n'),
    ('tr', 'iso-8859-9', 'quoted-printable', 'exchange', 'Gülşen Çınar', 'gulsen@cinar.example', 'Otomatik yanıt: Autumn news', 'Ofis dışındayım. Mesajınız başkasına iletilmeyecek.\n'),
    ('ja', 'iso-2022-jp', '7bit', 'vacation', '桜井 楓', 'sakurai@sakuraya.example', '不在のお知らせ', '桜井です。\n\n11月20日まで休暇をいただいております。\nこのメールは自動返信です。\n'),
    ('ja', 'utf-8', 'base64', 'exchange', '松田 梅', 'matsuda@umeya.example', '自動応答: Autumn news from our workshop', '現在、席を外しております。宛先に間違いはございません。\n'),
    ('ja', 'shift_jis', '8bit', 'bulk', '竹内 椿', 'takeuchi@tsubaki.example', '自動返信メール', 'お問い合わせありがとうございます。担当者より折り返しご連絡いたします。\n'),
    ('zh', 'gb2312', 'base64', 'none', '柳 梅', 'liumei@liushu.example', '自动回复:Autumn news', '您好,您的邮件已收到,我正在休假,将尽快回复您。\n'),
    ('zh', 'big5', 'quoted-printable', 'exchange', '林 松', 'lin.song@songlin.example', '自動回覆: Autumn news', '我目前不在辦公室,回來後會儘快回覆。\n'),
    ('zh', 'gb18030', '8bit', 'gmail', '竹 兰', 'zhulan@zhu.example', '自动回复', '我休假至11月30日。此邮箱不再每天查看。\n'),
    ('ko', 'euc-kr', 'base64', 'exchange', '소나무', 'sonamu@namu.example', '자동 회신: Autumn news', '휴가 중입니다. 돌아와서 답장하겠습니다.\n'),
    ('he', 'utf-8', 'base64', 'gmail', 'אלון זית', 'alon@zayit.example', 'תשובה אוטומטית', 'אני בחופשה עד סוף החודש.\n'),
    ('ar', 'windows-1256', 'base64', 'exchange', 'زيتونة', 'zaytuna@nakhla.example', 'رد تلقائي', 'أنا خارج المكتب حتى يوم الاثنين.\n'),
    ('lt', 'windows-1257', 'quoted-printable', 'mailbot', 'Eglė Ąžuolė', 'egle@azuolas.example', 'Automatinis atsakymas', 'Atostogauju iki gruodžio pirmos. Žinutę gavau.\n'),
    ('hr', 'utf-8', '8bit', 'delegate', 'Višnja Šljivić', 'visnja@sljiva.example', 'Odsutna', 'Na godišnjem sam odmoru do ponedjeljka.\n'),
]

LEFT = [  # people's own machines that say the mailbox is done with; a person may act on it, we may not
    ('pl', 'sieve', 'Paweł Ołówek', 'p.olowek@bursztyn.example', 'Nie pracuję już w tej firmie',
     'Dzień dobry,\n\nod 1 października nie pracuję w Bursztyn S.A. Ta skrzynka nie jest już używana,\nproszę pisać na nowy.adres@wozownia.example.\n\nPaweł Ołówek\n'),
    ('pl', 'exchange', 'Rozalia Pędzel', 'r.pedzel@bank-kaszta.example', 'Automatyczna odpowiedź: adres nieaktualny',
     'Ten adres e-mail jest nieaktualny, konto zostanie wkrótce usunięte. W sprawach banku: biuro@bank-kaszta.example.\n'),
    ('en', 'exchange', 'Hamish Bramble', 'hamish.bramble@quimbleby.example', 'Automatic reply: Autumn news from our workshop',
     'Hamish Bramble is no longer with Quimbleby & Thorne. This mailbox is not monitored.\nPlease direct your correspondence to office@quimbleby.example.\n'),
    ('us', 'none', 'Cormac Thistle', 'cormac@millworks.example', 'I have moved on', 'I no longer work at Millworks, and this email address is no longer in use. Please update your records: write to X.\n'),
    ('de', 'exchange', 'Uwe Weißdorn', 'uwe.weissdorn@nordlicht.example', 'Automatische Antwort: Autumn news',
     'Herr Weißdorn ist nicht mehr im Unternehmen tätig. Die Adresse existiert nicht mehr lange und wird nicht gelesen.\n'),
    ('fr', 'bulk', 'Aurélie Orée', 'aurelie.oree@crieur.example', 'Changement d’adresse', "Cette adresse n'est plus utilisée. Merci d'écrire désormais à aurelie@fougere.example.\n"),
    ('es', 'gmail', 'Ángela Romero', 'angela@lonja.example', 'Esta cuenta ya no se usa', 'Esta dirección de correo ya no existe para mí: escríbanme a la nueva.\n'),
    ('nl', 'sieve', 'Fleur Iepenburg', 'fleur@polderdijk.example', 'Adreswijziging', 'Dit e-mailadres is niet meer in gebruik. Mijn nieuwe adres krijgt u van de receptie.\n'),
    ('ru', 'vacation', 'Лев Кленов', 'klenov@zavod.example', 'Адрес изменился', 'Этот ящик больше не используется, сотрудник уволился.\n'),
    ('cs', 'cpanel', 'Vojtěch Jeřáb', 'vojtech@lesni-sklad.example', 'Změna adresy', 'Tato adresa již neexistuje, pište prosím na info@lesni-sklad.example.\n'),
]

DSN_QUOTE = '''This is the mail system at host mx.zwrotka.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{0}>: host mail.{1}[203.0.113.5] said: 550 5.1.1 <{0}>: Recipient address
    rejected: User unknown in virtual mailbox table (in reply to RCPT TO
    command)
'''


def quoted(text):
    return ''.join('> ' + l + '\n' for l in text.rstrip('\n').split('\n'))


def dsn(address):
    """A whole bounce, as somebody attaches it."""
    return ('Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.zwrotka.example>\nTo: biuro@zwrotka.example\nSubject: Undelivered Mail Returned to Sender\n'
            'Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="inner-1"\n\n--inner-1\n\n'
            + DSN_QUOTE.format(address, address.split('@')[1]) +
            '\n--inner-1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.zwrotka.example\n\n'
            f'Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--inner-1--\n')


def people(w):
    a, d = 'jan.brzoza@bursztyn.example', 'bursztyn.example'
    q = quoted(DSN_QUOTE.format(a, d))
    w.text('quote', ('Olga Bąk', 'olga.bak@hurtownia-klon.example.pl'), 'Odp: Undelivered Mail Returned to Sender', 'Panie Janie, znowu wróciło. Ma Pan inny adres?\n\nW dniu 3.11.2026 Mail Delivery System pisze:\n' + q,
           headers='In-Reply-To: <20261103101500.1A2B3@mx.zwrotka.example>\nUser-Agent: Mozilla Thunderbird\n')
    w.text('quote', ('Anna Kłębek', 'anna@ogrodnik.example'), 'Re: Undelivered Mail Returned to Sender', DSN_QUOTE.format(a, d) + '\n---\nTo do mnie przyszło w odpowiedzi na Wasz list, o co chodzi? Anna\n',
           headers='In-Reply-To: <20261103101500.1A2B3@mx.zwrotka.example>\n')
    w.text('quote', ('Percival Fernsby', 'percival@quimbleby.example'), 'FW: Delivery Status Notification (Failure)',
           'See below, any idea?\n\nP.\n\n-----Original Message-----\nFrom: Mail Delivery Subsystem <mailer-daemon@quimbleby.example>\nSent: 10 November 2026 09:14\nTo: Percival Fernsby\n'
           'Subject: Delivery Status Notification (Failure)\n\nDelivery to the following recipient failed permanently:\n\n     sales@zwrotka.example\n\n'
           'Technical details of permanent failure:\nThe error that the other server returned was: 550 5.1.1 user unknown\n', lang='en', headers='X-Mailer: Microsoft Outlook 16.0\nThread-Index: AdxK3vT+uP9hSg==\n')
    w.parts('quote', ('Kamil Żuk', 'kamil.zuk@drukarnia-skra.example'), 'Fwd: Undelivered Mail Returned to Sender', 'mixed',
            [('Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit', 'W załączniku zwrotka, którą dostałem.\n\nKamil Żuk\n'),
             ('Content-Type: message/rfc822; name="Undelivered Mail.eml"\nContent-Disposition: attachment; filename="Undelivered Mail.eml"', dsn(a))])
    w.parts('quote', ('Wanda Dudek', 'w.dudek@spoldzielnia-mlyny.example'), 'Przekazuję zwrot', 'mixed',
            [('Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit', 'Pani Zosia ma nowy adres, a stary daje to:\n'),
             ('Content-Type: message/delivery-status; name="details.txt"\nContent-Disposition: attachment; filename="details.txt"',
              'Reporting-MTA: dns; mail.spoldzielnia-mlyny.example\n\nFinal-Recipient: rfc822; zosia@spoldzielnia-mlyny.example\nAction: failed\nStatus: 5.1.1\n')])
    w.text('quote', ('Renzo Castellano', 'r.castellano@officine-tevere.example'), 'R: Autumn news from our workshop',
           'Buongiorno,\n\nper cortesia togliete g.bianchi@officine-tevere.example dalla lista: mi arriva\n"550 5.1.1 user unknown" ogni volta che le inoltro qualcosa.\n\nRenzo\n', lang='it')
    w.text('quote', ('Maarten Brand', 'm.brand@polderdijk.example'), 'Re: mailbox unavailable?', 'Hi,\n\nno, the mailbox is fine now. It was full on Friday:\n\n> 552 5.2.2 <m.brand@polderdijk.example>: user is over quota\n\nTry again.\n', lang='nl')
    w.text('quote', ('Dział IT', 'it@bank-kaszta.example'), 'Re: [zgłoszenie] nie dochodzą maile do marek.sowa@',
           'Sprawdziliśmy logi:\n\nNov 17 09:09:11 mx1 postfix/smtp[4112]: 3F1B2: to=<marek.sowa@bank-kaszta.example>, relay=none, dsn=5.4.4, status=bounced (Host or domain name not found)\n\n'
           'To był nasz błąd w DNS, już działa. Proszę nie usuwać adresu.\n')
    w.text('quote', ('Barbara Kłos', 'barbara.klos@bursztyn.example'), 'Nieobecność', 'Jestem na urlopie.\n\n> 550 5.1.1 <kogos@innego.example>: User unknown\n', style='sieve')
    w.text('quote', ('Postmaster', 'postmaster@gles.example'), 'Re: Returned mail: see transcript for details',
           'Hello,\n\nyou wrote:\n' + quoted('   ----- The following addresses had permanent fatal errors -----\n<nora@gles.example>\n    (reason: 550 5.1.1 <nora@gles.example>... User unknown)\n') +
           '\nThat was during the migration. Nora\'s mailbox is there again.\n\nA human postmaster\n', lang='en')
    w.text('quote', ('Friederike Schäfer', 'f.schaefer@nordlicht.example'), 'WG: Unzustellbar: Autumn news from our workshop',
           'Können Sie damit etwas anfangen?\n\nVon: Mail Delivery System\nBetreff: Unzustellbar: Autumn news\n\nFehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\n'
           'j.grossmann@nordlicht.example\nDie eingegebene E-Mail-Adresse konnte nicht gefunden werden.\n\nRemote Server returned \'550 5.1.10 RESOLVER.ADR.RecipientNotFound\'\n', charset='iso-8859-1', cte='quoted-printable', lang='de')
    w.text('quote', ('Jules Moreau', 'j.moreau@ateliers-dubosc.example'), 'Tr : Échec de la remise', 'Voici ce que reçoit ma collègue :\n\n> Échec de la remise pour ces destinataires : info@zwrotka.example\n> 550 5.4.1 Recipient address rejected: Access denied\n', lang='fr')
    w.parts('quote', ('Dáithí Ó Conchúir', 'd.oconnor@claddagh.example'), 'Re: Undeliverable: your invoice', 'alternative',
            [('Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit', 'Works now. D.\n\nOn Tue, 10 Nov 2026, postmaster wrote:\n> Your message to billing@zwrotka.example could not be delivered.\n> billing wasn\'t found at zwrotka.example.\n'),
             ('Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit', '<p>Works now. D.</p><blockquote>Your message to billing@zwrotka.example could not be delivered.</blockquote>')], lang='en')
    for frm, subject, text in [
        (('Jędrzej Wąż', 'jedrzej.waz@tunel.example'), 'wypisz', 'Proszę mnie wypisać z listy, ten adres nie istnieje dla reklam.\n'),
        (('Krystyna Brzoza', 'krystyna@poczta.example.pl'), 'Zmiana adresu', 'Dzień dobry,\nproszę zmienić mój adres z krystyna@poczta.example.pl na k.brzoza@skrzynka.example.\nStary niedługo przestanie działać.\n'),
        (('Zoé Noyer', 'zoe@crieur.example'), 'Re: Autumn news', "Bonjour, l'adresse de mon mari (paul.noyer@crieur.example) est inconnue au bataillon, retirez-la.\n"),
        (('Mieszko Trzcina', 'mieszko@wozownia.example'), 'Mail delivery failed: moja piosenka', 'Cześć, nagraliśmy piosenkę pod tytułem „Mail delivery failed: returning message to sender". Posłuchaj!\n'),
        (('Gość', 'gosc@skrzynka.example'), '', '\n'),
    ]:
        w.text('person', frm, subject, text)


def write(w):
    for lang, charset, cte, style, name, address, subject, text in VACATIONS:
        nobody = style in ('vacation', 'sieve', 'cyrus', 'exchange', 'gmail', 'mailbot')
        w.text('vacation', (name, address), subject, text, charset, cte, style, lang=lang, rp='' if nobody else None, hops=1 + len(text) % 3,
               html=f'<html><body><p>{text.strip()}</p></body></html>' if style == 'exchange' and charset not in ('gb18030',) else None)
    w.text('vacation', ('Old Machine', 'root@vax.example'), 'away from my mail', 'I am away. If you see "user unknown" somewhere, ignore it.\n', charset='us-ascii', mime=False, style='bulk', lang='us', mbox=True)
    for lang, style, name, address, subject, text in LEFT:
        w.text('left', (name, address), subject, text, 'utf-8', ['8bit', 'quoted-printable', 'base64'][len(text) % 3], style, lang=lang, rp='' if style in ('sieve', 'exchange') else None)
    people(w)
