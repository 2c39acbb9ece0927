 zwrotka  500 kontaktów  36 błędnych                                                                                              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 36  3 Nowe od wczoraj  4 Sprawdzenie  5 Podejrzane  6 Poprawione                                                                   ? pomoc
┌ Filtr ─────────────────┐ Adres ▲                                   Nazwa              Firma              Stan       Od         Powód              Odbicie
│Stan                    │ "jan kowal"@bursztyn.example              Jan Kowal          Bursztyn S.A.      aktywny
│[ ] błędny            36│ a.d'eglantine+zakupy@ateliers-dubosc.exa… Aurélie D'Églanti… Ateliers Dubosc, … aktywny
│[ ] aktywny          464│ a.lefevre@ateliers-dubosc.exmaple         Anaïs Lefèvre      Ateliers Dubosc, … błędny     6 lis      nieznany host      6 lis 08:35
│Powód                   │ a.pszczolka+zakupy@polnocny-port.example  Agnieszka Pszczół… Północny Port      aktywny
│[ ] nieznany użytkow… 17│ a.sledz@example.com                       Andrzej Śledź                         aktywny
│[ ] nieznany host     16│ a.trzcina+zakupy@polnocny-port.example    Agnieszka Trzcina  Północny Port      aktywny
│[ ] domena nie przyjm… 2│ aenne.weissdorn+newsletter@nordlicht.exa… Änne Weißdorn      Nordlicht GmbH     aktywny
│[ ] przeniesiony       1│ agnese.salice@officine-tevere.example     Agnese Salicè      Officine Tevere    aktywny
│Domena                  │ agnieszka@polnocny-port.example           Agnieszka Pszczół… Północny Port      aktywny
│[ ] polnocny-port.ex… 27│ agzegzolka@drukarnia-skra.example         Agnieszka Gżegżół… Drukarnia Skra     aktywny
│[ ] crème.example     24│ alcornoque@marejada.example               Ángela Alcornoque  Marejada, S.L.     aktywny
│[ ] wozownia.example  23│ andrzej-trzcina@bank-kaszta.example       Andrzej Trzcina    Bank Kaszta        aktywny
│[ ] ateliers-dubosc.… 22│ andrzej.gzegzolka@polnocny-port.example   Andrzej Gżegżółka  Północny Port      aktywny
│[ ] bursztyn.example  21│ andrzej.sledz78@ogrodnik.example          Andrzej Śledź      Ogrodnik, Burak i… aktywny
│[ ] drukarnia-skra.e… 21│ andrzej_dzieciol@tunel.example            Andrzej Dzięcioł   Tunel              aktywny
│[ ] hurtownia-klon.e… 20│ aniezgodka@poczta.example.pl              Andrzej Niezgódka                     aktywny
│[ ] tunel.example     20│ anna.nowicka@bursztyn.example             Anna Nowicka       Bursztyn S.A.      błędny     3 lis      nieznany użytkown… 20 lis 07:30
│[ ] lesni-sklad.exam… 19│ aoife-hawthorne-rook@harmattan.example    Aoife Hawthorne-R… Harmattan Logisti… aktywny
│[ ] gęś.example       19│ aoife.hawthorne-rook@claddagh.example     Aoife Hawthorne-R… O'Connor, Byrne &… aktywny
│Tag                     │ aoree@crème.example                                          Crème Fraîche, In… aktywny
│[ ] export           185│ asa.ekstroem-loev@fjallgruppen.example    Åsa Ekström-Löv    Fjällgruppen AB    aktywny
│[ ] klient           147│ asa@fjallgruppen.example                  Åsa Sjöstjärna     Fjällgruppen AB    aktywny
│[ ] newsletter       146│ aurelie.bruyere@ateliers-dubosc.example   Aurélie Bruyère    Ateliers Dubosc, … aktywny
│[ ] vip               93│ aurelie_noyer@crème.example               Aurélie Noyer      Crème Fraîche, In… aktywny
│[ ] rabat             50│ b.gzygzok.zw11@gmial.com                  Bartłomiej Gżygżok                    błędny     3 lis      nieznany użytkown… 3 lis 09:02
│[ ] nie-dzwonić       45│ b.huber@nordlicht.example                 Birgit Huber       Nordlicht GmbH     aktywny                                  3 lis 09:11
│[ ] targi-2026        38│ b.klebek@polnocny-port.example            Bogumił Kłębek     Północny Port      aktywny
│Zwrotka                 │ b.niezgodka+zakupy@hurtownia-klon.exampl… Bogumił Niezgódka  Hurtownia Klon     aktywny
│[ ] od doby             │ b.pszczolka+zakupy@źródło.example.pl      Bożena Pszczółka   Źródło             aktywny
│[ ] od tygodnia         │ b.weissdorn+zakupy@nordlicht.example      Brünhild Weißdorn  Nordlicht GmbH     aktywny
│[ ] od miesiąca         │ b.zwoelfer@bücher.example                 Brünhild Zwölfer   Bücher & Käse      aktywny
│[ ] nigdy               │ baczek@drukarnia-skra.example             Zdzisława Bączek   Drukarnia Skra     aktywny
│                        │ baczek@gęś.example                        Grażyna Bączek     Gęś, Kaczka i Wsp… aktywny
│                        │ baerlauch@bücher.example                  Brünhild Bärlauch  Bücher & Käse      aktywny
│                        │ barbara.klos@bursztyn.example             Barbara Kłos       Bursztyn S.A.      aktywny
│                        │ begona.alcornoque@marejada.example        Begoña Alcornoque  Marejada, S.L.     aktywny
│                        │ benoit.l'epine@ateliers-dubosc.example    Benoît L'Épine     Ateliers Dubosc, … aktywny
│                        │ benoit.noyer16@ateliers-dubosc.example    Benoît Noyer       Ateliers Dubosc, … aktywny
└────────────────────────┘ 1–38 z 500
 / wszyscy; / szuka
─ Skanowania ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 12:00  main  odczytano 57: 50 odbić, 4 autoodpowiedzi, 1 potwierdzenie, 2 inne wiadomości  36 nowych błędnych  15 miękkich  1 znany




 Space przełącz  Tab z powrotem do listy  x bez ostatniego  ? pomoc
