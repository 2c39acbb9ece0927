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
  M                 oznacz jako błędny, aktywny lub zablokowany: zaznaczone
                    albo ten
  t                 tagi (+a,-b): zaznaczone albo ten
  D                 popraw domenę tego kontaktu u wszystkich, którzy ją mają
  T                 błędnie wpisane domeny w całej bazie, poprawiane jednym
                    klawiszem
  @                 zapytaj DNS, czy domena przyjmuje pocztę
  &                 połącz dwa zaznaczone kontakty
  w                 zapisz to, co widać, do pliku
 … jeszcze 43 wiersze
 q zamknij  Space strona w dół  ? pomoc
