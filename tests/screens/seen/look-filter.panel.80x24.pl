 zwrotka  500 kontaktów  36 błędnych              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 36  3 Nowe od wczoraj  4 Sprawdzenie               ? pomoc
┌ Filtr ───────────┐ Adres ▲                    Stan       Od     Powód
│Stan              │ "jan kowal"@bursztyn.exam… aktywny
│[ ] błędny      36│ a.d'eglantine+zakupy@atel… aktywny
│[ ] aktywny    464│ a.lefevre@ateliers-dubosc… błędny     6 lis  nieznany host
│Powód             │ a.pszczolka+zakupy@polnoc… aktywny
│[ ] nieznany u… 17│ a.sledz@example.com        aktywny
│[ ] nieznany h… 16│ a.trzcina+zakupy@polnocny… aktywny
│[ ] domena nie … 2│ aenne.weissdorn+newslette… aktywny
│[ ] przeniesiony 1│ agnese.salice@officine-te… aktywny
│Domena            │ agnieszka@polnocny-port.e… aktywny
│[ ] polnocny-p… 27│ agzegzolka@drukarnia-skra… aktywny
│[ ] crème.exam… 24│ alcornoque@marejada.examp… aktywny
│[ ] wozownia.e… 23│ andrzej-trzcina@bank-kasz… aktywny
│[ ] ateliers-d… 22│ andrzej.gzegzolka@polnocn… aktywny
│Tag               │ andrzej.sledz78@ogrodnik.… aktywny
│[ ] export     185│ andrzej_dzieciol@tunel.ex… aktywny
└──────────────────┘ 1–15 z 500
 / wszyscy; / szuka
─ Skanowania ───────────────────────────────────────────────────────────────────
 12:00  main  odczytano 57  36 nowych błędnych  15 miękkich  1 znany

 Space przełącz  Tab z powrotem do listy  x bez ostatniego  ? pomoc
