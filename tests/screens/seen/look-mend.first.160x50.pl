 Poprawianie   0 poprawionych, 36 pozostało

  a.lefevre@ateliers-dubosc.exmaple
  → a.lefevre@ateliers-dubosc.example

  Anaïs Lefèvre
  Ateliers Dubosc, SARL

  błędny od 6 lis 08:35: nieznany host
  ateliers-dubosc.exmaple odpowiedział: 550 Host unknown; twarde, według reguły „host unknown”







































 y przyjmij  e edytuj  n pomiń  i martwy  d cała domena  u cofnij  q wróć  ? pomoc
