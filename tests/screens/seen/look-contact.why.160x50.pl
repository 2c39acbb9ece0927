 e.lindqvist@fjallgruppen.example  Elsa Lindqvist                                                                                                        błędny

 Dlaczego
  błędny od 6 lis 08:38: nieznany użytkownik
  6 lis 08:38   mx.fjallgruppen.example odpowiedział: 550 5.1.1 unknown or illegal alias: e.lindqvist@fjallgruppen.example; twarde, według reguły „unknown or
                illegal alias”
  Wysyłka go pomija.

 Kontakt
  adres         e.lindqvist@fjallgruppen.example
  nazwa         Elsa Lindqvist
  tagi          export
  company       Fjällgruppen AB
  phone         +44 7700 900616
  city          Umeå
  customer_no   K-4444

 Historia
  24 lis 12:00  root, krok 1: import contacts.csv
  24 lis 12:00  root, krok 2: scan





























 e edytuj  M oznacz  t tagi  o oryginał  n następny  p poprzedni  u cofnij  q wróć  ? pomoc
