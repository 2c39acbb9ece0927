 Poprawianie   1 poprawiony, 35 pozostało

  anna.nowicka@bursztyn.example
  (brak podpowiedzi: e edytuje, i mówi, że martwy)

  Anna Nowicka
  Bursztyn S.A.

  błędny od 3 lis 09:09: nieznany użytkownik
  mx.bursztyn.example odpowiedział: 550 5.1.1 <anna.nowicka@bursztyn.example>:
  Recipient address rejected: User unknown in local recipient table; twarde,
  według reguły „recipient address rejected: user unknown”










 Teraz a.lefevre@ateliers-dubosc.example. u cofa.   (zwrotka edit
 a.lefevre@ateliers-dubosc.exmaple --address a.lefevre@ateliers-dubosc.example)
