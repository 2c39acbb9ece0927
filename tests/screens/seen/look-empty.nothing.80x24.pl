 zwrotka  500 kontaktów  36 błędnych              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 36  3 Nowe od wczoraj  4 Sprawdzenie               ? pomoc
┌ Filtr ───────────┐ Adres ▲                    Stan       Od     Powód
│Stan              │
│[ ] błędny       0│  Nic nie pasuje.
│[ ] aktywny      0│
│Tag               │  Bez „zzzz” pasowałyby 93; usuwa to x.
│[x] vip          0│
│Zwrotka           │
│[ ] od doby       │
│[ ] od tygodnia   │
│[ ] od miesiąca   │
│[ ] nigdy         │
│                  │
│                  │
│                  │
│                  │
│                  │
└──────────────────┘
 / tag:vip zzzz
─ Skanowania ───────────────────────────────────────────────────────────────────
 12:00  main  odczytano 57  36 nowych błędnych  15 miękkich  1 znany

 Enter otwórz  e edytuj  m popraw  / szukaj  f filtr  s skanuj  ? pomoc
