 zwrotka  500 kontaktów  36 błędnych                                                                                              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 36  3 Nowe od wczoraj  4 Sprawdzenie  5 Podejrzane  6 Poprawione                                                                   ? pomoc
┌ Filtr ─────────────────┐ Adres ▲                                   Nazwa              Firma              Stan       Od         Powód              Odbicie
│Stan                    │ a.lefevre@ateliers-dubosc.exmaple         Anaïs Lefèvre      Ateliers Dubosc, … błędny     6 lis      nieznany host      6 lis 08:35
│[x] błędny            36│*anna.nowicka@bursztyn.example             Anna Nowicka       Bursztyn S.A.      błędny     3 lis      nieznany użytkown… 20 lis 07:30
│[ ] aktywny          464│ b.gzygzok.zw11@gmial.com                  Bartłomiej Gżygżok                    błędny     3 lis      nieznany użytkown… 3 lis 09:02
│Powód                   │ biuro@stara-kuznia.example                                   Stara Kuźnia       błędny     10 lis     przeniesiony       10 lis 10:07
│[ ] nieznany użytkow… 17│ d.chrzaszcz.zw43@wp.lp                    Dobrogost Chrząsz…                    błędny     3 lis      nieznany użytkown… 3 lis 09:06
│[ ] nieznany host     16│ e.lindqvist@fjallgruppen.example          Elsa Lindqvist     Fjällgruppen AB    błędny     6 lis      nieznany użytkown… 6 lis 08:38
│[ ] domena nie przyjm… 2│ ewa+oferty@drukarnia-skra.exampl          Ewa Iskra-Płomień  Drukarnia Skra     błędny     17 lis     nieznany host      17 lis 08:01
│[ ] przeniesiony       1│ gabka.zw41@wp.lp                          Sędzimira Gąbka    Gąbka Clean        błędny     3 lis      nieznany host      3 lis 09:05
│Domena                  │ h.swiergotek.zw53@onet.lp                 Hieronima Świergo…                    błędny     10 lis     nieznany użytkown… 10 lis 10:02
│[ ] gmial.com          2│ h.yamada@sakuraya.example                 山田 花            桜屋               błędny     6 lis      nieznany użytkown… 6 lis 08:40
│[ ] wp.lp              2│ henryk.lis@spoldzielnia-mlyny.example     Henryk Lis         Spółdzielnia Młyny błędny     10 lis     nieznany użytkown… 10 lis 10:08
│[ ] ateliers-dubosc.e… 1│ ida.sowinska@hurtownia-klon.exampel.pl    Ida Sowińska-Dąb   Hurtownia Klon     błędny     10 lis     nieznany host      10 lis 10:05
│[ ] burstzyn.example   1│ j.grossmann@nordlicht.exmple              Jörg Großmann      Nordlicht GmbH     błędny     6 lis      nieznany host      6 lis 08:34
│[ ] bursztyn.example   1│ kierownik@hurtownia-klon.example.pl                          Hurtownia Klon     błędny     3 lis      nieznany użytkown… 3 lis 09:15
│[ ] bursztyn.exmaple   1│ klara.sykora@lesni-sklad.example          Klára Sýkorová     Lesní sklad, s.r.… błędny     6 lis      nieznany użytkown… 6 lis 08:44
│[ ] dawna-gielda.exam… 1│ ksawery.zdzblo.zw23@gmail.con             Ksawery Źdźbło     Źdźbło Meble       błędny     3 lis      nieznany host      3 lis 09:03
│[ ] drukarna-skra.exa… 1│ lech.wrona@drukarna-skra.example          Lech Wrona         Drukarnia Skra     błędny     17 lis     nieznany użytkown… 17 lis 08:02
│[ ] drukarnia-skra.ex… 1│ lubomir.pokrzyk.zw47@o2.lp                Lubomir Pokrzyk    Zielarnia Pokrzyk  błędny     10 lis     nieznany host      10 lis 10:01
│[ ] drukarnia-skra.ex… 1│ m.kolczatek.zw31@gamil.com                Mścisława Kolczat…                    błędny     3 lis      domena nie przyjm… 3 lis 09:04
│Tag                     │ m.novotna@lesni-sklad.exampe              Markéta Novotná    Lesní sklad, s.r.… błędny     6 lis      nieznany host      6 lis 08:36
│[ ] klient            15│ m.okafor@harmattan.example                Makena Okafor      Harmattan Logisti… błędny     6 lis      nieznany użytkown… 6 lis 08:39
│[ ] newsletter        15│ o.przepiorek.zw37@gmal.com                Olgierd Przepiórek Przepiórek Auto    błędny     3 lis      nieznany użytkown… 3 lis 09:05
│[ ] export            11│ p.wrzosowiec.zw19@gmai.com                Pelagia Wrzosowiec Wrzosowiec, Mgła … błędny     3 lis      nieznany host      3 lis 09:03
│[ ] vip                3│ p.zajac@drukarnia-skra.example            Patryk Zając       Drukarnia Skra     błędny     10 lis     nieznany użytkown… 10 lis 10:09
│[ ] targi-2026         1│ perkoz.a.zw61@hotmial.com                 Alojzy Perkoz      Perkoz Yachts      błędny     6 lis      nieznany użytkown… 6 lis 08:31
│Zwrotka                 │ quimby.r.zw67@outlok.com                  Rosalind Quimbleby Quimbleby & Thorn… błędny     6 lis      nieznany użytkown… 6 lis 08:32
│[ ] od doby             │ r.dab@hurtowna-klon.example.pl            Roch Dąb           Hurtownia Klon     błędny     10 lis     nieznany host      10 lis 10:06
│[ ] od tygodnia         │ s.o'hara@nordlcht.example                 Siobhán O'Hara     Nordlicht GmbH     błędny     6 lis      nieznany host      6 lis 08:33
│[ ] od miesiąca         │ t.jezioro@bursztyn.exmaple                Tymon Jezioro      Bursztyn S.A.      błędny     10 lis     nieznany host      10 lis 10:04
│[ ] nigdy               │ t.petrov@reka.example                     Тимофей Петров     Река               błędny     6 lis      nieznany użytkown… 6 lis 08:45
│                        │ trzmielak.k.zw07@gmial.com                Kunegunda Trzmiel… Trzmielak i Córki  błędny     3 lis      nieznany użytkown… 3 lis 09:02
│                        │ vexelblad.zw71@yaho.com                   Torvald Vexelblad  Vexelblad AB       błędny     6 lis      nieznany host      6 lis 08:32
│                        │ w.mazur@dawna-gielda.example              Wit Mazur          Dawna Giełda       błędny     17 lis     domena nie przyjm… 17 lis 08:07
│                        │ wieslawa.mak@burstzyn.example             Wiesława Mak       Bursztyn S.A.      błędny     10 lis     nieznany host      10 lis 10:04
│                        │ z.bzygzyn.zw59@interia.lp                 Zyta Bżygżyn       Bżygżyn sp. j.     błędny     10 lis     nieznany host      10 lis 10:02
│                        │ zofia.mlyn@spoldzielnia-mlny.example      Zofia Młyńska      Spółdzielnia Młyny błędny     17 lis     nieznany host      17 lis 08:03
│                        │
│                        │
└────────────────────────┘ 1–36 z 36                                                                                                               1 zaznaczony
 / state:invalid
─ Skanowania ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 12:00  main  odczytano 57: 50 odbić, 4 autoodpowiedzi, 1 potwierdzenie, 2 inne wiadomości  36 nowych błędnych  15 miękkich  1 znany




 Enter otwórz  e edytuj  m popraw  / szukaj  f filtr  s skanuj  u cofnij  Space zaznacz  n nowy  q wyjdź  ? pomoc
