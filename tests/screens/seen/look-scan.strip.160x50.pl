 zwrotka  500 kontaktów  38 błędnych                                                                                              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 38  3 Nowe od wczoraj  4 Sprawdzenie  5 Podejrzane  6 Poprawione                                                                   ? pomoc
┌ Filtr ─────────────────┐ Adres ▲                                   Nazwa              Firma              Stan       Od         Powód              Odbicie
│Stan                    │ "jan kowal"@bursztyn.example              Jan Kowal          Bursztyn S.A.      aktywny
│[ ] błędny            38│ a.d'eglantine+zakupy@ateliers-dubosc.exa… Aurélie D'Églanti… Ateliers Dubosc, … aktywny
│[ ] skarga             1│ a.lefevre@ateliers-dubosc.exmaple         Anaïs Lefèvre      Ateliers Dubosc, … błędny     6 lis      nieznany host      6 lis 08:35
│[ ] aktywny          461│ a.pszczolka+zakupy@polnocny-port.example  Agnieszka Pszczół… Północny Port      aktywny
│Powód                   │ a.sledz@example.com                       Andrzej Śledź                         aktywny
│[ ] nieznany użytkow… 18│ a.trzcina+zakupy@polnocny-port.example    Agnieszka Trzcina  Północny Port      aktywny
│[ ] nieznany host     16│ aenne.weissdorn+newsletter@nordlicht.exa… Änne Weißdorn      Nordlicht GmbH     aktywny
│[ ] domena nie przyjm… 2│ agnese.salice@officine-tevere.example     Agnese Salicè      Officine Tevere    aktywny
│[ ] zgłoszone jako sp… 1│ agnieszka@polnocny-port.example           Agnieszka Pszczół… Północny Port      aktywny
│[ ] przeniesiony       1│ agzegzolka@drukarnia-skra.example         Agnieszka Gżegżół… Drukarnia Skra     aktywny
│[ ] konto wyłączone    1│ alcornoque@marejada.example               Ángela Alcornoque  Marejada, S.L.     aktywny
│Domena                  │ andrzej-trzcina@bank-kaszta.example       Andrzej Trzcina    Bank Kaszta        aktywny
│[ ] polnocny-port.ex… 27│ andrzej.gzegzolka@polnocny-port.example   Andrzej Gżegżółka  Północny Port      aktywny
│[ ] crème.example     24│ andrzej.sledz78@ogrodnik.example          Andrzej Śledź      Ogrodnik, Burak i… aktywny
│[ ] wozownia.example  23│ andrzej_dzieciol@tunel.example            Andrzej Dzięcioł   Tunel              aktywny
│[ ] ateliers-dubosc.… 22│ aniezgodka@poczta.example.pl              Andrzej Niezgódka                     aktywny
│[ ] bursztyn.example  21│ anna.nowicka@bursztyn.example             Anna Nowicka       Bursztyn S.A.      błędny     3 lis      nieznany użytkown… 20 lis 07:30
│[ ] drukarnia-skra.e… 21│ aoife-hawthorne-rook@harmattan.example    Aoife Hawthorne-R… Harmattan Logisti… aktywny
│[ ] hurtownia-klon.e… 20│ aoife.hawthorne-rook@claddagh.example     Aoife Hawthorne-R… O'Connor, Byrne &… aktywny
│[ ] tunel.example     20│ aoree@crème.example                                          Crème Fraîche, In… aktywny
│[ ] lesni-sklad.exam… 19│ asa.ekstroem-loev@fjallgruppen.example    Åsa Ekström-Löv    Fjällgruppen AB    aktywny
│Tag                     │ asa@fjallgruppen.example                  Åsa Sjöstjärna     Fjällgruppen AB    aktywny
│[ ] export           185│ aurelie.bruyere@ateliers-dubosc.example   Aurélie Bruyère    Ateliers Dubosc, … aktywny
│[ ] klient           147│ aurelie_noyer@crème.example               Aurélie Noyer      Crème Fraîche, In… aktywny
│[ ] newsletter       146│ b.gzygzok.zw11@gmial.com                  Bartłomiej Gżygżok                    błędny     3 lis      nieznany użytkown… 3 lis 09:02
│[ ] vip               93│ b.huber@nordlicht.example                 Birgit Huber       Nordlicht GmbH     aktywny                                  3 lis 09:11
│[ ] rabat             50│ b.klebek@polnocny-port.example            Bogumił Kłębek     Północny Port      aktywny
│[ ] nie-dzwonić       45│ b.niezgodka+zakupy@hurtownia-klon.exampl… Bogumił Niezgódka  Hurtownia Klon     aktywny
│[ ] targi-2026        38│ b.pszczolka+zakupy@źródło.example.pl      Bożena Pszczółka   Źródło             aktywny
│Zwrotka                 │ b.weissdorn+zakupy@nordlicht.example      Brünhild Weißdorn  Nordlicht GmbH     aktywny
│[ ] od doby             │ b.zwoelfer@bücher.example                 Brünhild Zwölfer   Bücher & Käse      aktywny
│[ ] od tygodnia         │ baczek@drukarnia-skra.example             Zdzisława Bączek   Drukarnia Skra     aktywny
│[ ] od miesiąca         │ baczek@gęś.example                        Grażyna Bączek     Gęś, Kaczka i Wsp… aktywny
│[ ] nigdy               │ baerlauch@bücher.example                  Brünhild Bärlauch  Bücher & Käse      aktywny
│                        │ barbara.klos@bursztyn.example             Barbara Kłos       Bursztyn S.A.      aktywny
│                        │ begona.alcornoque@marejada.example        Begoña Alcornoque  Marejada, S.L.     aktywny
│                        │ benoit.l'epine@ateliers-dubosc.example    Benoît L'Épine     Ateliers Dubosc, … aktywny
│                        │ benoit.noyer16@ateliers-dubosc.example    Benoît Noyer       Ateliers Dubosc, … aktywny
└────────────────────────┘ 1–38 z 500
 / wszyscy; / szuka
─ Skanowania ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 12:00  main  odczytano 66: 6 odbić, 1 skarga na spam, 1 autoodpowiedź, 1 inna wiadomość, 57 kopii już widzianych  2 nowe błędne  4 miękkie  1 skarga
 12:00  main  odczytano 57: 50 odbić, 4 autoodpowiedzi, 1 potwierdzenie, 2 inne wiadomości  36 nowych błędnych  15 miękkich  1 znany



 Koniec skanowania: odczytano 66  2 nowe błędne  4 miękkie  1 skarga
