 zwrotka  500 kontaktów  36 błędnych              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 36  3 Nowe od wczoraj  4 Sprawdzenie               ? pomoc
┌ Filtr ───────────┐ Adres ▲                     Stan      Od     Powód
│Stan              │ "jan kowal"@bursztyn.examp… aktywny
│[ ] błędny      36│ a.d'eglantine+zakupy@ateli… aktywny
│[ ] aktywny    464│ a.lefevre@ateliers-dubosc.… błędny    6 lis  nieznany host
│Powód             │ a.pszczolka+zakupy@polnocn… aktywny
│[ ] nieznany u… 17│ a.sledz@example.com         aktywny
│[ ] nieznany h… 16│ a.trzcina+zakupy@polnocny-… aktywny
│[ ] domena nie … 2│ aenne.weissdorn+newsletter… aktywny
│[ ] przeniesiony 1│ agnese.salice@officine-tev… aktywny
│Domena            │ agnieszka@polnocny-port.ex… aktywny
│[ ] polnocny-p… 27│ agzegzolka@drukarnia-skra.… aktywny
│[ ] crème.exam… 24│ alcornoque@marejada.example aktywny
│[ ] wozownia.e… 23│ andrzej-trzcina@bank-kaszt… aktywny
│[ ] ateliers-d… 22│ andrzej.gzegzolka@polnocny… aktywny
│Tag               │ andrzej.sledz78@ogrodnik.e… aktywny
│[ ] export     185│ andrzej_dzieciol@tunel.exa… aktywny
└──────────────────┘ 1–15 z 500
 / wszyscy; / szuka
─ Skanowania ───────────────────────────────────────────────────────────────────
 12:00  main  odczytano 57  36 nowych błędnych  15 miękkich  1 znany

 Space przełącz  Tab z powrotem do listy  x bez ostatniego  ? pomoc
