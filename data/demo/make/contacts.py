#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""contacts.py [OUT]: writes data/demo/contacts.csv.

The same every time: a small generator of its own, no clock, no locale. Nobody
in it exists: names are shuffled, domains are reserved (.example), and the few
local parts at mistyped provider domains carry a made-up suffix.
"""
import csv
import os
import sys

# The contacts that bounce, complain or answer; bounces.py refers to them by
# their address. (address, name, company, city, tags)
BOUNCING = [
    # mistyped providers: what an operator mends by hand
    ('trzmielak.k.zw07@gmial.com', 'Kunegunda Trzmielak', 'Trzmielak i Córki', 'Kraków', 'newsletter;klient'),
    ('b.gzygzok.zw11@gmial.com', 'Bartłomiej Gżygżok', '', 'Gdynia', 'newsletter'),
    ('p.wrzosowiec.zw19@gmai.com', 'Pelagia Wrzosowiec', 'Wrzosowiec, Mgła i Wspólnicy', 'Łódź', 'newsletter;klient'),
    ('ksawery.zdzblo.zw23@gmail.con', 'Ksawery Źdźbło', 'Źdźbło Meble', 'Rzeszów', 'newsletter'),
    ('m.kolczatek.zw31@gamil.com', 'Mścisława Kolczatek', '', 'Żywiec', 'newsletter;targi-2026'),
    ('o.przepiorek.zw37@gmal.com', 'Olgierd Przepiórek', 'Przepiórek Auto', 'Płock', 'klient'),
    ('gabka.zw41@wp.lp', 'Sędzimira Gąbka', 'Gąbka Clean', 'Toruń', 'newsletter'),
    ('d.chrzaszcz.zw43@wp.lp', 'Dobrogost Chrząszcz', '', 'Szczebrzeszyn', 'newsletter'),
    ('lubomir.pokrzyk.zw47@o2.lp', 'Lubomir Pokrzyk', 'Zielarnia Pokrzyk', 'Białystok', 'newsletter;klient'),
    ('h.swiergotek.zw53@onet.lp', 'Hieronima Świergotek', '', 'Opole', 'newsletter'),
    ('z.bzygzyn.zw59@interia.lp', 'Zyta Bżygżyn', 'Bżygżyn sp. j.', 'Kielce', 'newsletter'),
    ('perkoz.a.zw61@hotmial.com', 'Alojzy Perkoz', 'Perkoz Yachts', 'Giżycko', 'klient;vip'),
    ('quimby.r.zw67@outlok.com', 'Rosalind Quimbleby', 'Quimbleby & Thorne, Ltd.', 'Leeds', 'newsletter;export'),
    ('vexelblad.zw71@yaho.com', 'Torvald Vexelblad', 'Vexelblad AB', 'Göteborg', 'newsletter;export'),
    # mistyped domains of companies whose other people are in the list
    ('wieslawa.mak@burstzyn.example', 'Wiesława Mak', 'Bursztyn S.A.', 'Gdańsk', 'klient;vip'),
    ('t.jezioro@bursztyn.exmaple', 'Tymon Jezioro', 'Bursztyn S.A.', 'Gdańsk', 'klient'),
    ('ida.sowinska@hurtownia-klon.exampel.pl', 'Ida Sowińska-Dąb', 'Hurtownia Klon', 'Poznań', 'klient'),
    ('r.dab@hurtowna-klon.example.pl', 'Roch Dąb', 'Hurtownia Klon', 'Poznań', 'klient'),
    ("s.o'hara@nordlcht.example", "Siobhán O'Hara", 'Nordlicht GmbH', 'Kiel', 'export'),
    ('j.grossmann@nordlicht.exmple', 'Jörg Großmann', 'Nordlicht GmbH', 'Kiel', 'export'),
    ('ewa+oferty@drukarnia-skra.exampl', 'Ewa Iskra-Płomień', 'Drukarnia Skra', 'Wrocław', 'newsletter;klient'),
    ('lech.wrona@drukarna-skra.example', 'Lech Wrona', 'Drukarnia Skra', 'Wrocław', 'klient'),
    ('a.lefevre@ateliers-dubosc.exmaple', 'Anaïs Lefèvre', 'Ateliers Dubosc, SARL', 'Lyon', 'export'),
    ('m.novotna@lesni-sklad.exampe', 'Markéta Novotná', 'Lesní sklad, s.r.o.', 'Brno', 'export'),
    ('zofia.mlyn@spoldzielnia-mlny.example', 'Zofia Młyńska', 'Spółdzielnia Młyny', 'Ełk', 'klient'),
    # left, closed, gone
    ('anna.nowicka@bursztyn.example', 'Anna Nowicka', 'Bursztyn S.A.', 'Gdańsk', 'klient'),
    ('kierownik@hurtownia-klon.example.pl', '', 'Hurtownia Klon', 'Poznań', 'klient'),
    ('p.zajac@drukarnia-skra.example', 'Patryk Zając', 'Drukarnia Skra', 'Wrocław', ''),
    ('biuro@stara-kuznia.example', '', 'Stara Kuźnia', 'Nysa', 'newsletter'),
    ('e.lindqvist@fjallgruppen.example', 'Elsa Lindqvist', 'Fjällgruppen AB', 'Umeå', 'export'),
    ('m.okafor@harmattan.example', 'Makena Okafor', 'Harmattan Logistics, Inc.', 'Rotterdam', 'export;vip'),
    ('zamowienia@zolta-cegla.example.pl', '', 'Żółta Cegła', 'Cieszyn', 'klient'),
    ('h.yamada@sakuraya.example', '山田 花', '桜屋', '京都', 'export'),
    ('g.bianchi@officine-tevere.example', 'Gioia Bianchi', 'Officine Tevere', 'Roma', 'export'),
    ('klara.sykora@lesni-sklad.example', 'Klára Sýkorová', 'Lesní sklad, s.r.o.', 'Brno', 'export'),
    ('henryk.lis@spoldzielnia-mlyny.example', 'Henryk Lis', 'Spółdzielnia Młyny', 'Ełk', 'klient'),
    ('faktury@żółw.example.pl', '', 'Żółw i Spółka', 'Sopot', 'klient'),
    ('t.petrov@reka.example', 'Тимофей Петров', 'Река', 'Варна', 'export'),
    ('w.mazur@dawna-gielda.example', 'Wit Mazur', 'Dawna Giełda', 'Katowice', 'newsletter'),
    # full, slow, strict: nothing is wrong with these
    ('stefan.burak@ogrodnik.example', 'Stefan Burak', 'Ogrodnik, Burak i Syn', 'Radom', 'newsletter'),
    ('u.czapla@mokradla.example', 'Urszula Czapla', 'Mokradła', 'Biebrza', 'newsletter'),
    ('c.dubois@ateliers-dubosc.example', 'Céleste Dubois', 'Ateliers Dubosc, SARL', 'Lyon', 'export'),
    ('kontakt@apteka-pod-lwem.example.pl', '', 'Apteka pod Lwem', 'Lublin', 'klient'),
    ('sekretariat@szkola-nr-0.example.pl', '', 'Szkoła nr 0', 'Zamość', 'newsletter'),
    ('i.fernandez@marejada.example', 'Íñigo Fernández', 'Marejada, S.L.', 'Cádiz', 'export'),
    ('b.huber@nordlicht.example', 'Birgit Huber', 'Nordlicht GmbH', 'Kiel', 'export'),
    ('l.vanderplas@polderdijk.example', 'Lotte van der Plas', 'Polderdijk B.V.', 'Delft', 'export'),
    ('marek.sowa@bank-kaszta.example', 'Marek Sowa', 'Bank Kaszta', 'Warszawa', 'klient;vip'),
    ('redakcja@glos-doliny.example', '', 'Głos Doliny', 'Nowy Targ', 'newsletter'),
    ('n.tran@lotus-thread.example', 'Trần Ngọc', 'Lotus Thread', 'Huế', 'export'),
    ('izabela.kret@tunel.example', 'Izabela Kret', 'Tunel', 'Sosnowiec', 'newsletter'),
    ('d.oconnor@claddagh.example', "Dáithí Ó Conchúir", "O'Connor, Byrne & Daly", 'Galway', 'export'),
    ('magazyn@polnocny-port.example', '', 'Północny Port', 'Świnoujście', 'klient'),
    # answer, complain
    ('barbara.klos@bursztyn.example', 'Barbara Kłos', 'Bursztyn S.A.', 'Gdańsk', 'klient'),
    ('f.schaefer@nordlicht.example', 'Friederike Schäfer', 'Nordlicht GmbH', 'Kiel', 'export'),
    ('j.moreau@ateliers-dubosc.example', 'Jules Moreau', 'Ateliers Dubosc, SARL', 'Lyon', 'export'),
    ('kamil.zuk@drukarnia-skra.example', 'Kamil Żuk', 'Drukarnia Skra', 'Wrocław', 'klient'),
    ('olga.bak@hurtownia-klon.example.pl', 'Olga Bąk', 'Hurtownia Klon', 'Poznań', 'klient'),
    ('r.castellano@officine-tevere.example', 'Renzo Castellano', 'Officine Tevere', 'Roma', 'export'),
    ('w.dudek@spoldzielnia-mlyny.example', 'Wanda Dudek', 'Spółdzielnia Młyny', 'Ełk', 'klient'),
    ('p.jensen@havnegade.example', 'Pia Jensen', 'Havnegade ApS', 'Aarhus', 'export'),
    ('jakub.sroka@tunel.example', 'Jakub Sroka', 'Tunel', 'Sosnowiec', 'newsletter'),
    ('m.brand@polderdijk.example', 'Maarten Brand', 'Polderdijk B.V.', 'Delft', 'export'),
    # what mending lech.wrona@drukarna-skra.example meets: somebody has that address
    ('lech.wrona@drukarnia-skra.example', 'Lech Wrona', 'Drukarnia Skra', 'Wrocław', 'klient'),
    # unusual but fine
    ('zażółć@gęślą-jaźń.example', 'Zażółć Gęślą', 'Jaźń', 'Łomża', 'newsletter'),
    ('käse+rezepte@bücher.example', 'Käthe Bücher', 'Bücher & Käse', 'Zürich', 'export'),
    ('"jan kowal"@bursztyn.example', 'Jan Kowal', 'Bursztyn S.A.', 'Gdańsk', 'klient'),
]

COMPANIES = [  # name, domain, city, tags, language of its people
    ('Bursztyn S.A.', 'bursztyn.example', 'Gdańsk', 'klient', 'pl'),
    ('Hurtownia Klon', 'hurtownia-klon.example.pl', 'Poznań', 'klient', 'pl'),
    ('Drukarnia Skra', 'drukarnia-skra.example', 'Wrocław', 'klient', 'pl'),
    ('Spółdzielnia Młyny', 'spoldzielnia-mlyny.example', 'Ełk', 'klient', 'pl'),
    ('Żółw i Spółka', 'żółw.example.pl', 'Sopot', 'klient', 'pl'),
    ('Gęś, Kaczka i Wspólnicy', 'gęś.example', 'Ostróda', 'newsletter', 'pl'),
    ('Źródło', 'źródło.example.pl', 'Krynica', 'newsletter', 'pl'),
    ('Tunel', 'tunel.example', 'Sosnowiec', 'newsletter', 'pl'),
    ('Północny Port', 'polnocny-port.example', 'Świnoujście', 'klient', 'pl'),
    ('Bank Kaszta', 'bank-kaszta.example', 'Warszawa', 'klient;vip', 'pl'),
    ('Ogrodnik, Burak i Syn', 'ogrodnik.example', 'Radom', 'newsletter', 'pl'),
    ('„Wozownia" Dudy', 'wozownia.example', 'Nowy Sącz', 'newsletter', 'pl'),
    ('Nordlicht GmbH', 'nordlicht.example', 'Kiel', 'export', 'de'),
    ('Bücher & Käse', 'bücher.example', 'Zürich', 'export', 'de'),
    ('Ateliers Dubosc, SARL', 'ateliers-dubosc.example', 'Lyon', 'export', 'fr'),
    ('Crème Fraîche, Inc.', 'crème.example', 'Liège', 'export', 'fr'),
    ('Officine Tevere', 'officine-tevere.example', 'Roma', 'export', 'it'),
    ('Marejada, S.L.', 'marejada.example', 'Cádiz', 'export', 'es'),
    ('Lesní sklad, s.r.o.', 'lesni-sklad.example', 'Brno', 'export', 'cs'),
    ('Fjällgruppen AB', 'fjallgruppen.example', 'Umeå', 'export', 'sv'),
    ('Quimbleby & Thorne, Ltd.', 'quimbleby.example', 'Leeds', 'export', 'en'),
    ("O'Connor, Byrne & Daly", 'claddagh.example', 'Galway', 'export', 'en'),
    ('Harmattan Logistics, Inc.', 'harmattan.example', 'Rotterdam', 'export;vip', 'en'),
    ('', 'example.com', '', 'newsletter', 'pl'),
    ('', 'poczta.example.pl', '', 'newsletter', 'pl'),
    ('', 'skrzynka.example', '', 'newsletter', 'pl'),
]

FIRST = {
    'pl': 'Agnieszka Bożena Cecylia Dobrosława Elżbieta Felicja Grażyna Halszka Jagna Krystyna Łucja Małgorzata Nawojka Rozalia '
          'Świętosława Wąsława Żaneta Zdzisława Andrzej Bogumił Czcibor Gościsław Jędrzej Krzysztof Leszek Mieszko Paweł Radosław '
          'Sławomir Światopełk Wawrzyniec Zbigniew Żelisław',
    'de': 'Änne Brünhild Götz Heiko Jürgen Käthe Lüder Rüdiger Sören Uwe Wiebke',
    'fr': 'Aurélie Benoît Clémence Édouard François Hélène Loïc Noëlle Raphaël Zoé',
    'it': 'Niccolò Agnese Ettore Giosuè Lavinia Ruggero Zita',
    'es': 'Ángela Begoña Íñigo José-María Núria Raúl Ximena',
    'cs': 'Žaneta Ondřej Růžena Šimon Vojtěch Zdeňka Čeněk',
    'sv': 'Åsa Björn Gösta Märta Örjan Sixten Ylva',
    'en': 'Aoife Cormac Gwendolyn Hamish Niamh Percival Saoirse Tobias',
}
LAST = {
    'pl': 'Bączek Brzoza Ćwiklik Dzięcioł Gąsior Gżegżółka Jaskółka Jeż Kądziel Kłębek Łoś Maślak Mżawka Niezgódka Ołówek Pędzel Pszczółka '
          'Rzęsa Rzodkiewka Śledź Świerszcz Szczypior Trzcina Wąż Wieczór Wróbel Źrebak Żbik Żołądź Żurawinka',
    'de': 'Bärlauch Grünspecht Königstein Müßig Schlüßler Weißdorn Zwölfer',
    'fr': "Bruyère Chêne D'Églantine Fougère L'Épine Noyer Orée",
    'it': "Dell'Acqua Ginestra Papavero Rosmarino Salicè",
    'es': 'Alcornoque Castaño Núñez-Olmo Romero Peñasco',
    'cs': 'Bříza Jeřáb Kůrovec Šípek Třešňák Žabka',
    'sv': 'Björkö Ekström-Löv Gräsdahl Sjöstjärna Åkervinda',
    'en': "Bramble O'Thistle Fernsby Hawthorne-Rook Nettleship Quickbeam",
}
PHONE = {  # ranges kept for fiction where a country has one
    'pl': '+48 000 000 %03d', 'de': '+49 30 23125 %03d', 'fr': '+33 1 99 00 0%d %02d', 'it': '+39 06 0000 %04d', 'es': '+34 000 000 %03d',
    'cs': '+420 000 000 %03d', 'sv': '+46 8 465 004 %02d', 'en': '+44 7700 900%03d',
}
ASCII = str.maketrans({
    'ą': 'a', 'ć': 'c', 'ę': 'e', 'ł': 'l', 'ń': 'n', 'ó': 'o', 'ś': 's', 'ź': 'z', 'ż': 'z', 'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'ß': 'ss',
    'é': 'e', 'è': 'e', 'ê': 'e', 'ë': 'e', 'ç': 'c', 'î': 'i', 'ï': 'i', 'ô': 'o', 'ò': 'o', 'ù': 'u', 'à': 'a', 'á': 'a', 'í': 'i',
    'ú': 'u', 'ñ': 'n', 'å': 'a', 'ř': 'r', 'ů': 'u', 'š': 's', 'ž': 'z', 'ě': 'e', 'č': 'c', 'ň': 'n', 'ý': 'y', 'ď': 'd', 'ť': 't',
    ' ': '', '„': '', '"': '',
})
TOTAL = 500


class Dice:
    """A linear congruential generator, so that no Python version changes the file."""
    def __init__(self, seed):
        self.x = seed

    def roll(self, n):
        self.x = (self.x * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.x >> 33) % n

    def pick(self, seq):
        return seq[self.roll(len(seq))]


def local_part(dice, first, last):
    f, l = first.lower().translate(ASCII), last.lower().translate(ASCII)
    form = dice.roll(12)
    if "'" not in l and form == 0:
        l = "o'" + l if dice.roll(4) == 0 else l
    return [f'{f}.{l}', f'{f}.{l}', f'{f[0]}.{l}', f'{f[0]}{l}', f'{l}', f'{f}_{l}', f'{l}.{f}', f'{f}.{l}+newsletter', f'{f}',
            f'{f[0]}.{l}+zakupy', f'{f}-{l}', f'{f}.{l}{dice.roll(90) + 10}'][form]


def phone(dice, lang):
    form = PHONE[lang]
    if form.count('%') == 2:
        return form % (dice.roll(10), dice.roll(100))
    return form % dice.roll(100 if '%02d' in form else 1000)


def rows():
    dice, seen, out = Dice(20261123), set(), []
    for address, name, company, city, tags in BOUNCING:
        seen.add(address)
        lang = 'pl' if 'export' not in tags else 'en'
        out.append([address, name, company, phone(dice, lang) if dice.roll(3) else '', city, tags])
    while len(out) < TOTAL:
        company, domain, city, tags, lang = dice.pick(COMPANIES)
        first, last = dice.pick(FIRST[lang].split()), dice.pick(LAST[lang].split())
        address = f'{local_part(dice, first, last)}@{domain}'
        if address in seen:
            continue
        seen.add(address)
        more = ['', '', '', '', ';targi-2026', ';rabat', ';nie-dzwonić', ';vip'][dice.roll(8)]
        out.append([address, f'{first} {last}' if dice.roll(20) else '', company, phone(dice, lang) if dice.roll(4) else '',
                    city or dice.pick(['Warszawa', 'Łódź', 'Kraków', 'Gdańsk', 'Lublin', '']), tags + more if dice.roll(15) else ''])
    for i in range(len(out) - 1, 0, -1):   # so that the bouncing ones lie anywhere
        j = dice.roll(i + 1)
        out[i], out[j] = out[j], out[i]
    return [row + [f'K-{1000 + 7 * i}' if i % 23 else ''] for i, row in enumerate(out)]


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'contacts.csv')
    with open(sys.argv[1] if len(sys.argv) > 1 else default, 'w', encoding='utf-8', newline='') as f:
        out = csv.writer(f, lineterminator='\n')
        out.writerow(['email', 'name', 'company', 'phone', 'city', 'tags', 'customer_no'])
        out.writerows(rows())


if __name__ == '__main__':
    main()
