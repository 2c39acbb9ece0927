/* SPDX-License-Identifier: MIT
 *
 * For contacts.c: names by language, the commonest family names first. A name that stands twice counts once.
 */
#ifndef BENCH_NAMES_H
#define BENCH_NAMES_H

static const struct language {
    const char *given, *family, *cities, *trades;
    const char *domain; /* top-level, of companies */
    const char *dial;
} languages[] = {
    {"Anna Piotr Katarzyna Krzysztof Maria Andrzej Małgorzata Tomasz Agnieszka Jan Barbara Paweł Ewa Michał "
     "Krystyna Marcin Elżbieta Jakub Magdalena Adam Zofia Łukasz Joanna Grzegorz Aleksandra Wojciech Monika "
     "Mateusz Teresa Mariusz Danuta Dariusz Natalia Zbigniew Karolina Jerzy Marta Rafał Julia Robert Beata "
     "Kamil Dorota Jacek Jadwiga Szymon Alicja Kacper Irena Ryszard Justyna Maciej Weronika Kazimierz Iwona "
     "Sławomir Renata Stanisław Wanda Bartosz Bożena Wiesław Sylwia Przemysław Emilia Patryk",
     "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski "
     "Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając "
     "Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski "
     "Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak "
     "Szewczyk Ostrowski Tomaszewski Pietrzak Zalewski Wróblewski Marciniak Jasiński Zawadzki Bąk Jakubowski "
     "Sadowski Duda Włodarczyk Wilk Chmielewski Borkowski Sokołowski Szczepański Sawicki Kucharski Lis Maciejewski "
     "Kubiak Kalinowski Mazurek Wysocki Kołodziej Kaźmierczak Czarnecki Sobczak Konieczny Urbański Głowacki "
     "Wasilewski Sikorski Zakrzewski Krajewski Krupa Laskowski Ziółkowski Gajewski Mróz Szulc Makowski Brzeziński "
     "Kaczmarczyk Przybylski Baranowski Borowski Błaszczyk Kozak Kania Szczepaniak Leszczyński Górecki Cieślak "
     "Lipiński Kasprzak Janik Mikołajczyk Czerwiński Andrzejewski Polak Markowski Sobolewski Bednarek Cieślik "
     "Olejniczak Nowacki Konieczna Kosiński Wawrzyniak Urban Janiszewski Kurowski Tomczak Wierzbicki Banaś "
     "Kołodziejczyk Bielecki Klimek Orłowski Milewski Sowa Musiał Stachowiak Romanowski Stankiewicz Matuszewski "
     "Owczarek Kopeć Kłos Żak Rogowski Rybak Skiba Domański Dobrowolski Karpiński Piątek Kozioł Wilczyński "
     "Czajkowski Sosnowski Szczęsny Rudnicki Bednarz Marszałek Jurek Pająk Podgórski Wnuk Żukowski Kot Gołębiowski "
     "Stefański Madej Siwek Michalik Drozd Grzelak Socha Rosiński Kujawa Kaleta Skowroński Kacprzak Wolski Dziedzic "
     "Tomczyk Bukowski Świątek Sroka Stasiak Leśniak Gutowski Pietrzyk Cichoń Bieniek Majchrzak Mucha Mielczarek "
     "Łuczak Frankowski Filipek Zięba Jóźwiak Kowalewski Kędzierski Muszyński Klimczak Gawroński Sienkiewicz Śliwa "
     "Wrona Jarosz Rak Grzybowski Kubicki Różański Ptak Smoliński Strzelecki Pawlik Łukasik Sobczyk Guzik Chojnacki "
     "Bartczak Drozdowski Żurek Kruk Cybulski Zych Gil Matusiak Wdowiak Mroczek Kasprzyk Wrzesiński Gajda Szwed "
     "Olszak Pluta Krzemiński Zaremba Węgrzyn Ratajczak Zaborowski Kędziora Słowik Szczurek Pawelec Jędrzejewski "
     "Janowski Niemiec Gruszka Olech Sołtys Trojanowski Misiak Banasiak Wasiak Jagodziński Biernacki Adamski",
     "Warszawa Kraków Łódź Wrocław Poznań Gdańsk Szczecin Bydgoszcz Lublin Katowice Białystok Gdynia Rzeszów "
     "Toruń Kielce Olsztyn Radom Zabrze Bytom Opole Słupsk Żory",
     "Transport Budowa Meble Druk Ogrody Okna Serwis Handel Instal Piekarnia Apteka Auto Szkoła Biuro Drewno Stal",
     "pl", "+48"},
    {"Peter Ursula Wolfgang Monika Jürgen Petra Klaus Sabine Andreas Karin Stefan Renate Thomas Helga Christian "
     "Birgit Uwe Gabriele Werner Ingrid Günter Claudia Horst Susanne Bernd Heike Frank Brigitte Jörg Angelika "
     "Matthias Ute Dieter Silke Ralf Kerstin Björn Käthe Sören Jens Anke Kai Heidi Götz Bärbel Hannes Lukas Lena "
     "Leonie Finn Emma Moritz Hannah Jonas Mia",
     "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
     "Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause "
     "Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz "
     "Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann "
     "Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß "
     "Seidel Heinrich Brandt Haas Schreiber Graf Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas "
     "Voigt Sauer Arnold Wolff Pfeiffer Ernst Lindner Hübner Kramer Franz Beyer Wenzel Barth Hermann Marx Götz "
     "Zimmer Riedel Schlüter Ullrich Brinkmann Noack Eberhardt Gerlach Kirchner Ackermann Pfaff Steinbach Unger "
     "Reuter Hauser Strauß Naumann Bischoff Trautmann Rößler Dörr Löffler Kästner Nüßlein Überall Öhler Hägele",
     "Berlin Hamburg München Köln Frankfurt Stuttgart Düsseldorf Leipzig Dresden Nürnberg Bremen Essen Görlitz",
     "Bau Haustechnik Garten Druckerei Elektro Logistik Metall Optik Software Reisen Möbel Holz", "de", "+49"},
    {"Jiří Jana Petr Lenka Josef Kateřina Pavel Lucie Martin Věra Tomáš Alena Jaroslav Hana Miroslav Petra "
     "Zdeněk Veronika Václav Martina Milan Jitka František Michaela Karel Tereza Lukáš Jarmila Ondřej Zuzana "
     "Vojtěch Ivana Radek Šárka Libor Dana Bohumil Blanka Štěpán Eliška Matěj Markéta",
     "Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Pokorný Pospíšil Marek Hájek Jelínek "
     "Růžička Beneš Fiala Sedláček Doležal Zeman Kolář Navrátil Čermák Urbánek Vaněk Blažek Kříž Kovář Kratochvíl "
     "Bartoš Vlček Musil Šimek Polák Konečný Malý Čech Štěpánek Staněk Holub Šťastný Kadlec Dostál Soukup Mareš "
     "Sýkora Moravec Tichý Valenta Vávra Matoušek Bureš Ševčík Hruška Mašek Dušek Kopecký Říha Hrubý Janda Bláha "
     "Müllner Toman Adámek Bednář Vacek Žák Jaroš Hlaváček Kašpar Liška Dohnal Kubát Štefánek Tomeš Fojtík Vlasák "
     "Křenek Brož Zika Šebesta Jech Rezek Strnad Trnka Havlíček Kubeš Slavík Nosek Krejčí Šindelář Hanák Kalina",
     "Praha Brno Ostrava Plzeň Liberec Olomouc Zlín Hradec Jihlava Přerov", "Stavby Doprava Nábytek Sklo Servis Pivovar Tisk",
     "cz", "+420"},
    {"Jean Marie Pierre Nathalie Michel Isabelle Philippe Sylvie Alain Catherine Nicolas Françoise Christophe "
     "Céline Patrick Valérie Frédéric Sandrine Laurent Véronique Sébastien Stéphanie Julien Élodie Éric Aurélie "
     "Olivier Chantal Benoît Hélène Guillaume Émilie Rémi Chloé Loïc Amélie Gaëlle Mathilde Hugo Manon",
     "Martinet Bernard Dubois Durand Leroy Moreau Laurent Lefebvre Bertrand Roux Fournier Morel Girard Bonnet "
     "Lambert Fontaine Rousseau Vincent Lefèvre Faure Mercier Boyer Blanc Guérin Boucher Chevalier Gauthier Perrin "
     "Robin Clément Morin Gautier Dumont Lopez Garnier Fabre Marchand Duval Denis Dufour Lemaire Meunier Brun "
     "Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Renard Picard Rolland Leclerc Lacroix Fleury "
     "Caron Colin Vidal Aubert Renaud Lemoine Bourgeois Noël Pierron Benard Carpentier Schaeffer Vasseur Philippot "
     "Huet Boulanger Guillot Prévost Charpentier Baillot Poirier Maillard Besson Charrier Germain Tessier Millet "
     "Langlois Mallet Berthier Collet Étienne Hervé Pelletier Jacquet Hébert Breton Delmas Ferrand Coulon Grondin",
     "Paris Lyon Marseille Toulouse Nice Nantes Strasbourg Lille Orléans Angoulême", "Travaux Conseil Jardin Imprimerie Voyages Menuiserie",
     "fr", "+33"},
    {"James Mary Robert Patricia John Jennifer David Linda William Susan Richard Jessica Joseph Sarah Charles "
     "Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Sandra Steven Ashley Paul Emily Andrew Donna Joshua "
     "Michelle Kevin Carol Brian Amanda George Melissa Timothy Deborah Ronald Rebecca Jason Laura Zoë Chloë Siân",
     "Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Taylor Moore Jackson White Harris "
     "Thompson Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker Hall Campbell "
     "Mitchell Carter Roberts Phillips Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook Rogers Morgan "
     "Cooper Peterson Reed Bailey Bell Kelly Howard Ward Cox Richardson Wood Watson Brooks Bennett Gray Hughes "
     "Price Myers Long Foster Sanders Ross Powell Sullivan Russell Butler Henderson Barnes Fisher Graham Jordan "
     "Reynolds Hamilton Ford Gibson Wallace Woods Cole West Owens Burns Ellis Harrison McDonald Marshall Wells Webb "
     "Simpson Stevens Tucker Porter Hunter Hicks Crawford Boyd Mason Kennedy Warren Dixon Burke Gordon Shaw Holmes "
     "Rice Robertson Hunt Black Daniels Palmer Mills Grant Knight Ferguson Rose Stone Hawkins Dunn Perkins Hudson "
     "Spencer Gardner Payne Pierce Berry Arnott Wagstaff Ray Watkins Olson Carroll Duncan Snyder Hart Cunningham "
     "Bradley Lane Andrews Harper Fox Riley Armstrong Carpenterson Weaver Greene Lawrence Elliott Chavez Sims Austin",
     "London Leeds Bristol Manchester Glasgow Cardiff Dublin York Bath Hull", "Plumbing Travel Books Dental Fitness Legal Catering Studio",
     "co.uk", "+44"},
    {"Lars Kirsten Søren Mette Anders Anne Mikkel Hanne Jørgen Lene Henrik Karl Åse Bjørn Ingeborg Nils Astrid "
     "Gunnar Sigrid Magnus Kristina Olof Märta Göran Åsa Håkan Ulla Östen Jóhann Guðrún Sigurður Þóra Mikko "
     "Päivi Jukka Riitta Antti Sinikka Erik Maja",
     "Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen "
     "Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Johansson Andersson Karlsson Nilsson "
     "Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Jönsson "
     "Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Axelsson Bergström Lundberg Lind Lundgren "
     "Lundqvist Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg Sjöberg Wallin Engström Danielsson Håkansson "
     "Eklund Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen "
     "Saarinen Salminen Heinonen Niemi Heikkilä Kinnunen Salonen Turunen Berg Haugen Hagen Johannessen Bakken Kristiansen "
     "Solberg Moen Strand Lie Dahl Ødegård Bøe Næss Sæther Myhre",
     "København Aarhus Oslo Bergen Stockholm Göteborg Malmö Helsinki Tampere Reykjavík", "Byg Rederi Data Fisk Arkitekt Kaffe",
     "dk", "+45"},
    {"Oleksandr Olena Serhii Nataliia Volodymyr Iryna Andrii Tetiana Viktor Oksana Yurii Svitlana Mykola Liudmyla "
     "Ivan Halyna Vasyl Olha Ihor Yuliia Dmytro Viktoriia Petro Mariia Roman Nadiia Bohdan Larysa Taras Kateryna "
     "Maksym Daryna Vitalii Sofiia Oleh Zoia Yevhen Anastasiia Pavlo Valentyna",
     "Melnyk Shevchenko Boiko Kovalenko Bondarenko Tkachenko Kovalchuk Kravchenko Oliinyk Shevchuk Koval Polishchuk "
     "Bondar Tkachuk Moroz Marchenko Lysenko Rudenko Savchenko Petrenko Kravchuk Klymenko Ponomarenko Savchuk "
     "Vasylenko Pavlenko Martyniuk Harashchenko Semenenko Kharchenko Sydorenko Kuzmenko Romanenko Levchenko Panchenko "
     "Karpenko Tymoshenko Kostenko Yurchenko Tereshchenko Hrytsenko Babenko Zaitsev Nazarenko Didenko Hryhorenko "
     "Mazurenko Pylypenko Yakovenko Hnatiuk Bilous Kolesnyk Zinchenko Fedorenko Marchuk Demchenko Bohdanenko "
     "Kushnir Rybalko Symonenko Onyshchenko Chornyi Holovko Hordiienko Zhuk Kyrychenko Shcherbak Lytvyn Yatsenko "
     "Havryliuk Dovzhenko Stetsenko Vovk Popovych Bilyk Honchar Kulyk Prykhodko Skoropad Tyshchenko Hrushevskyi "
     "Zhadan Andrukhovych Izdryk Prokhasko Vynnychuk Kostiuk Stus Sverstiuk Chornovil Drach Pavlychko Tychyna Rylskyi",
     "Kyiv Lviv Odesa Kharkiv Dnipro Poltava Chernivtsi Uzhhorod", "Agro Zerno Tekst Medica Soft Budinok",
     "com.ua", "+380"},
};

/* Each provider as often as its weight; NULL: the company's own domain. */
static const struct {
    const char *domain;
    unsigned weight;
} providers[] = {
    {"gmail.com", 25}, {"wp.pl", 9},      {"onet.pl", 4},     {"o2.pl", 5},       {"interia.pl", 4},
    {"op.pl", 2},      {"outlook.com", 4}, {"hotmail.com", 3}, {"yahoo.com", 3},   {"icloud.com", 2},
    {"gmx.de", 3},     {"web.de", 2},     {"seznam.cz", 3},   {"t-online.de", 1}, {"orange.fr", 1},
    {"free.fr", 1},    {"ukr.net", 2},    {"live.com", 1},    {NULL, 25}};

static const char *const tags[] = {"newsletter", "newsletter", "", "", "", "newsletter;2026", "", "vip",
                                   "",           "targi",      "", "", "", "partner",         "", "targi;vip"};

#endif
