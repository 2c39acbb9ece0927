 Skrzynka, do której wracają odbicia

 Adres          bounces@gmail.com
 Serwer         imap.gmail.com; wymaga hasła dla programów
 Użytkownik
 Hasło          ******
 lub polecenie
 Certyfikat
 Folder         INBOX
 Potem          keep
 Wysyłasz jako

 trzymane w pliku, który tylko ty możesz czytać; nigdy nie pokazywane










 Enter dalej, potem próba  F2 wypróbuj  Esc wyjdź  F1 pomoc
