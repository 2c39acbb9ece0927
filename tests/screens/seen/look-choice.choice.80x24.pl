 Skrzynka działa
 2 wiadomości od roku 2026, 2 wyglądają na odbicia

 Zwrotki do użycia
   ( ) z ostatnich 90 dni
   (x) wszystkie
   ( ) od teraz: żadnej z tych, które tam są
 Potem
   [ ] Usuwaj zwrotki z serwera












 Najpierw próba, która niczego nie zmienia; potem pytanie.

 Space wybierz  Enter zapisz, potem próba  Esc wróć  ? pomoc
