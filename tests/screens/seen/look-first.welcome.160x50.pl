 zwrotka

  Nic tu jeszcze nie ma. Dwie rzeczy do zrobienia:

  i  Importuj kontakty
     z pliku CSV, vCard lub JSON Lines: kolumny są znajdowane po nazwach

  n  albo wpisz jeden
     żeby zobaczyć, jak to wygląda

  a  Dodaj skrzynkę, do której wracają odbicia
     adres, serwer, hasło: każdy krok jest sprawdzany przed zapisem

  Albo najpierw demo: wyjść przez q i uruchomić ./bootstrap demo



































 i import  n nowy kontakt  a dodaj skrzynkę  ? pomoc
