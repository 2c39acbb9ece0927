 zwrotka  500 kontaktów  36 błędnych                                                                                              udane skanowanie przed chwilą
 1 Wszyscy  2 Błędne 36  3 Nowe od wczoraj  4 Sprawdzenie  5 Podejrzane  6 Poprawione                                                                   ? pomoc
┌ Filtr ─────────────────┐ Adres ▲                                   Nazwa              Firma              Stan       Od         Powód              Odbicie
│Stan                    │*b.gzygzok.zw11@gmial.com                  Bartłomiej Gżygżok                    błędny     3 lis      nieznany użytkown… 3 lis 09:02
│[ ] błędny             2│*trzmielak.k.zw07@gmial.com                Kunegunda Trzmiel… Trzmielak i Córki  błędny     3 lis      nieznany użytkown… 3 lis 09:02
│[ ] aktywny            0│
│Powód                   │
│[ ] nieznany użytkown… 2│
│Domena                  │
│[x] gmial.com          2│
│[ ] polnocny-port.ex… 27│
│[ ] crème.example     24│
│[ ] wozownia.example  23│
│[ ] ateliers-dubosc.… 22│
│[ ] bursztyn.example  21│
│[ ] drukarnia-skra.e… 21│
│[ ] hurtownia-klon.e… 20│
│[ ] tunel.example     20│
│[ ] lesni-sklad.exam… 19│
│[ ] gęś.example       19│
│Tag                     │                ┌ Oznaczyć 2 kontakty jako: zablokowany? ──────────────────────────────────┐
│[ ] newsletter         2│                │                                                                          │
│[ ] klient             1│                │   b.gzygzok.zw11@gmial.com  błędny                                       │
│Zwrotka                 │                │   trzmielak.k.zw07@gmial.com  błędny                                     │
│[ ] od doby             │                │                                                                          │
│[ ] od tygodnia         │                │ Jeden krok: u go cofa.                                                   │
│[ ] od miesiąca         │                │                                                                          │
│[ ] nigdy               │                │ y zrób to  Esc wróć                                                      │
│                        │                └──────────────────────────────────────────────────────────────────────────┘
│                        │
│                        │
│                        │
│                        │
│                        │
│                        │
│                        │
│                        │
│                        │
│                        │
│                        │
│                        │
└────────────────────────┘ 1–2 z 2                                                                                                                 2 zaznaczone
 / domain:gmial.com
─ Skanowania ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 12:00  main  odczytano 57: 50 odbić, 4 autoodpowiedzi, 1 potwierdzenie, 2 inne wiadomości  36 nowych błędnych  15 miękkich  1 znany
