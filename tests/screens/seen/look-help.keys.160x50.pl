 Klawisze: Lista

  Enter, Right      otwórz kontakt: dlaczego, historia, wszystko
  e                 edytuj kontakt
  m                 poprawianie: błędne kontakty, jeden po drugim
  /                 wpisz zapytanie; lista podąża za nim
  f, Tab, Left      przejdź do panelu filtrów
  s                 skanuj odbicia teraz albo obserwuj trwające skanowanie
  u                 cofnij swój ostatni krok; najpierw jest nazwany
  Space             zaznacz lub odznacz i idź dalej
  V                 zaznacz zakres: stąd do miejsca następnego V
  *                 zaznacz wszystkie pasujące; ponownie: żaden
  n                 wpisz nowy kontakt
  M                 oznacz jako błędny, aktywny lub zablokowany: zaznaczone albo ten
  t                 tagi (+a,-b): zaznaczone albo ten
  D                 popraw domenę tego kontaktu u wszystkich, którzy ją mają
  T                 błędnie wpisane domeny w całej bazie, poprawiane jednym klawiszem
  @                 zapytaj DNS, czy domena przyjmuje pocztę
  &                 połącz dwa zaznaczone kontakty
  w                 zapisz to, co widać, do pliku
  x                 usuń ostatni człon zapytania
  1-9, 0            widoki: 1 wszystkie, 2 błędne, 3 nowe, 4 sprawdzenie, 5 podejrzane, 6 poprawione, 7 8 9 0 własne
  v                 zachowaj to zapytanie jako własny widok albo go usuń
  F                 ukryj lub pokaż panel filtra: na wolnym łączu mniej do przesłania
  %                 skocz do podanego procentu listy
  o                 sortuj według następnej kolumny: adres, nazwa, domena, stan, odbicie
  O                 sortuj odwrotnie
  q                 wyjdź od razu; trwające skanowanie idzie dalej
  Esc               zakończ zakres, potem zaznaczenie, potem zapytanie

 Wszędzie
  j, Down           w dół
  k, Up             w górę
  PgDn, Ctrl-F      strona w dół
  PgUp, Ctrl-B      strona w górę
  g, Home           na górę (gg też)
  G, End            na dół
  r                 sprawdzenie: czego skanowanie nie rozstrzyga
  H                 historia: kto co zmienił, i cofanie dowolnego kroku
  c                 kopiuj adres
  C                 kopiuj cały wiersz
  :                 dowolne polecenie, jak w powłoce: :backup PLIK, :erase ADRES; Tab dopełnia
  Ctrl-L            narysuj ekran od nowa
  ?, F1             ta strona
  q, Esc            zamknij stronę

 Zapytania
  kowal                   słowo wszędzie: adres, nazwa, firma, pola; lodz znajduje Łódź
 … jeszcze 9 wierszy
 q zamknij  Space strona w dół  ? pomoc
