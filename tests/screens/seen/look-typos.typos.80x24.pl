 Błędnie wpisane domeny: 25 kontaktów

        2  gmial.com  wygląda jak  gmail.com
        2  wp.lp  wygląda jak  wp.pl
        1  ateliers-dubosc.exmaple  wygląda jak  ateliers-dubosc.example
        1  burstzyn.example  wygląda jak  bursztyn.example
        1  bursztyn.exmaple  wygląda jak  bursztyn.example
        1  drukarna-skra.example  wygląda jak  drukarnia-skra.example
        1  drukarnia-skra.exampl  wygląda jak  drukarnia-skra.example
        1  gamil.com  wygląda jak  gmail.com
        1  gmai.com  wygląda jak  gmail.com
        1  gmail.con  wygląda jak  gmail.com
        1  gmal.com  wygląda jak  gmail.com
        1  hotmial.com  wygląda jak  hotmail.com
        1  hurtowna-klon.example.pl  wygląda jak  hurtownia-klon.example.pl
        1  hurtownia-klon.exampel.pl  wygląda jak  hurtownia-klon.example.pl
        1  interia.lp  wygląda jak  interia.pl
        1  lesni-sklad.exampe  wygląda jak  lesni-sklad.example
        1  nordlcht.example  wygląda jak  nordlicht.example
        1  nordlicht.exmple  wygląda jak  nordlicht.example
        1  o2.lp  wygląda jak  o2.pl


 y popraw  * wszystkie  d inna  Enter pokaż je  @ zapytaj DNS  ? pomoc
