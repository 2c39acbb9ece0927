 Edycja: b.gzygzok.zw11@gmial.com
 błędny od 3 lis 09:02: nieznany użytkownik. mx.gmial.com odpowiedział: 550 5.1.1 <b.gzygzok.zw11@gmial.com>: Recipient address rejected: User unknown in
 virtual mailbox table; twarde, według reguły „recipient address rejected: user unknown”

 Adres           b.gzygzok.zw11@gmial.com                                                                                           → b.gzygzok.zw11@gmail.com
                 → na końcu linii ją przyjmuje
 Nazwa           Bartłomiej Gżygżok
 phone           +48 000 000 132
 city            Gdynia
 customer_no     K-1406
 company
 Tagi            newsletter
 Numer zewn.




































 Enter zapisz  Tab następne pole  Ctrl-N zapisz, dalej  Esc wyjdź  Ctrl-G porzuć  F1 pomoc
