 zwrotka  500 kontaktów  36 błędnych              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 36  3 Nowe od wczoraj  4 Sprawdzenie               ? pomoc
┌ Filtr ───────────┐ Adres ▲                    Stan       Od     Powód
│Stan              │*b.gzygzok.zw11@gmial.com   błędny     3 lis  nieznany użyt…
│[ ] błędny       2│*trzmielak.k.zw07@gmial.com błędny     3 lis  nieznany użyt…
│[ ] aktywny      0│
│Powód             │
│[┌ Oznaczyć 2 kontakty jako: zablokowany? ──────────────────────────────────┐
│D│                                                                          │
│[│   b.gzygzok.zw11@gmial.com  błędny                                       │
│[│   trzmielak.k.zw07@gmial.com  błędny                                     │
│[│                                                                          │
│[│ Jeden krok: u go cofa.                                                   │
│[│                                                                          │
│T│ y zrób to  Esc wróć                                                      │
│[└──────────────────────────────────────────────────────────────────────────┘
│[ ] klient       1│
│Zwrotka           │
└──────────────────┘ 1–2 z 2                                       2 zaznaczone
 / domain:gmial.com
─ Skanowania ───────────────────────────────────────────────────────────────────
 12:00  main  odczytano 57  36 nowych błędnych  15 miękkich  1 znany
