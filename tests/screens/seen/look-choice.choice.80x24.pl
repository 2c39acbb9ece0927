 Skrzynka działa
 2 wiadomości od roku 2026, 2 wyglądają na odbicia

 Odbicia do użycia
   ( ) z ostatnich 90 dni
   (x) wszystkie
   ( ) od teraz: żadnej z tych, które tam są
 Potem
   [ ] Usuwaj odbicia z serwera











 Najpierw próba, która niczego nie zmienia; potem pytanie.


 Space wybierz  Enter zapisz i próba  Esc wróć  ? pomoc
