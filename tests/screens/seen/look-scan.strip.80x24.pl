 zwrotka  500 kontaktów  38 błędnych              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 38  3 Nowe od wczoraj  4 Sprawdzenie               ? pomoc
┌ Filtr ───────────┐ Adres ▲                    Stan       Od     Powód
│Stan              │ "jan kowal"@bursztyn.exam… aktywny
│[ ] błędny      38│ a.d'eglantine+zakupy@atel… aktywny
│[ ] skarga       1│ a.lefevre@ateliers-dubosc… błędny     6 lis  nieznany host
│[ ] aktywny    461│ a.pszczolka+zakupy@polnoc… aktywny
│Powód             │ a.sledz@example.com        aktywny
│[ ] nieznany u… 18│ a.trzcina+zakupy@polnocny… aktywny
│[ ] nieznany h… 16│ aenne.weissdorn+newslette… aktywny
│[ ] domena nie … 2│ agnese.salice@officine-te… aktywny
│Domena            │ agnieszka@polnocny-port.e… aktywny
│[ ] polnocny-p… 27│ agzegzolka@drukarnia-skra… aktywny
│[ ] crème.exam… 24│ alcornoque@marejada.examp… aktywny
│[ ] wozownia.e… 23│ andrzej-trzcina@bank-kasz… aktywny
│Tag               │ andrzej.gzegzolka@polnocn… aktywny
│[ ] export     185│ andrzej.sledz78@ogrodnik.… aktywny
│[ ] klient     147│ andrzej_dzieciol@tunel.ex… aktywny
└──────────────────┘ 1–15 z 500
 / wszyscy; / szuka
─ Skanowania ───────────────────────────────────────────────────────────────────
 12:00  main  odczytano 66  2 nowe błędne  4 miękkie  1 skarga
 12:00  main  odczytano 57  36 nowych błędnych  15 miękkich  1 znany
 Koniec skanowania: odczytano 66  2 nowe błędne  4 miękkie  1 skarga
