 Historia: kto co zmienił, najnowsze najpierw

 Krok   Kiedy            Kto         Kontakty  Co
 2      24 lis 12:00     root              52  scan
 1      24 lis 12:00     root             500  import contacts.csv


  ┌ Cofnąć krok 2? ──────────────────────────────────────────────────────────┐
  │                                                                          │
  │ scan, kto: root, 24 lis 12:00:                                           │
  │                                                                          │
  │   scan                                                                   │
  │                                                                          │
  │ 52 kontakty lub adresy się zmienią.                                      │
  │                                                                          │
  │ y cofnij  Esc wróć                                                       │
  └──────────────────────────────────────────────────────────────────────────┘
