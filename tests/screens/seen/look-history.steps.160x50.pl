 Historia: kto co zmienił, najnowsze najpierw

 Krok   Kiedy            Kto         Kontakty  Co
 2      24 lis 12:00     root              52  scan
 1      24 lis 12:00     root             500  import contacts.csv












































 u cofnij ten krok  Enter pokaż  q wróć  ? pomoc
