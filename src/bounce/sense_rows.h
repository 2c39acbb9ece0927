/* SPDX-License-Identifier: MIT
 *
 * The words of sense.c by what they mean: folded, as phrases.h has it, whole words, but for the beginnings
 * of words in SENSE_STEM.
 */
    /* ---- whom: somebody whom one writes to */
    {SENSE_WHOM, "{user,users,username,user name,userid,user id,login,account,accounts,mailbox,mail box,mail-box,mailboxes,inbox,maildrop,mail drop}"},
    {SENSE_WHOM, "{recipient,recipients,recipient's,addressee,addressees,rcpt,receiver,address,addresses,email address,email account,email id,email user,mail user,mail account,mail id,local part,local-part}"},
    {SENSE_WHOM, "{person,individual,employee,staff,staff member,customer,subscriber,member,student,pupil,teacher,colleague,contact,alias,owner,somebody,someone,anybody,anyone,he,she}"},
    {SENSE_WHOM, "{benutzer,empfanger,empfaenger,postfach,konto,adresse,nutzer,teilnehmer,kunde,mitarbeiter,mitarbeiterin,benutzerkonto,mailadresse,e-mail-adresse,emailadresse,anwender}"},
    {SENSE_WHOM, "{utilisateur,destinataire,boite,boite aux lettres,compte,adresse,abonne,correspondant,salarie,collaborateur,l'utilisateur,l'adresse,l'abonne}"},
    {SENSE_WHOM, "{usuario,cuenta,buzon,direccion,destinatario,casilla,usuaria,utilizador,conta,caixa postal,caixa,endereco,utente,casella,indirizzo,casella di posta,l'utente,l'indirizzo,persona,empleado,funcionario,dipendente}"},
    {SENSE_WHOM, "{uzytkownik,uzytkownika,adres,adresu,adresat,adresata,odbiorca,odbiorcy,skrzynka,skrzynki,konto,konta,pracownik,pracownika,klient,abonent,osoba,osoby}"},
    {SENSE_WHOM, "{gebruiker,ontvanger,postvak,adres,geadresseerde,medewerker,klant,uzivatel,uzivatele,schranka,schranku,adresa,adresu,prijemce,prijemca,ucet,mottagare,mottagaren,anvandare,anvandaren,mottaker,mottakeren,bruger,brugeren,bruker,brukeren,modtager,modtageren,kontot,kontoen,adressen,postkassen}"},
    {SENSE_WHOM, "{пользователь,пользователя,пользователю,адрес,адреса,адресат,адресата,получатель,получателя,ящик,ящика,аккаунт,учетная запись,сотрудник,сотрудника,абонент,користувач,користувача,одержувач,одержувача,скринька}"},
    {SENSE_WHOM, "{kullanici,alici,hesap,posta kutusu,felhasznalo,cimzett,postafiok,utilizatorul,destinatarul,contul,kayttaja,kayttajaa,vastaanottaja,vastaanottajaa,osoite,osoitetta}"},
    {SENSE_THEM, "@"},
    /* ---- where: the domain or host of one */
    {SENSE_WHERE, "{domain,domain name,hostname,host name,domains,domane,domaene,domaine,dominio,domena,domeny,domene,domein,домен,tartomany,alan adi}"},
    /* ---- gone: there is no such person, or no more */
    {SENSE_GONE, "{unknown,not known,isn't known,nonexistent,non-existent,nonexisting,non-existing,inexistent,nonexistant,non existent,no such,not exist,not exists,doesn't exist,doesnt exist,dosn't exist,dosen't exist,does'nt exist,dont exist,not exit,don't exist,exists no,never existed,existed}"},
    {SENSE_GONE, "{not found,no found,cannot find,can't find,could not find,couldn't find,can not find,unable to find,unable to locate,failed to find,failed to locate,did not find,didn't find,could not locate,couldn't locate,cannot locate,can't locate,not be found,not be located,not locate,not located,find no,found no}"},
    {SENSE_GONE, "{no record,no records,not in our records,no trace,no match,no matches,not match,doesn't match,matches no,matched no,no matching,not matched,unmatched,no entry,no longer,no more,not any more,not anymore,nobody,no one,noone,no-one}"},
    {SENSE_GONE, "{any more,anymore}"},
    {SENSE_GONE, "{has left,had left,have left,left our,left the,left this,left us,left without,left in,departed,deceased,died,passed away,graduated,resigned,retired,quit,former,formerly,ex-employee,ex employee,ex-customer,previous employee,gone,gone away,moved away}"},
    {SENSE_GONE, "{deleted,removed,erased,purged,abandoned,obsolete,dead,defunct,decommissioned,deprovisioned,dissolved,wiped,vacated}"},
    {SENSE_GONE, "{invalid,not valid,isn't valid,unrecognized,unrecognised,not recognized,not recognised,unregistered,not registered,isn't registered,misspelled,mistyped,mis-spelled,misspelt,undeliverable,non-deliverable,unassigned,not assigned,unallocated,not allocated}"},
    {SENSE_GONE, "{has no mailbox,has no account,without mailbox,without a mailbox,have no mailbox,no mailbox,no account,no user,no users,no recipient,no address,no customer,no person,no employee,not a user,not a customer,not our customer,not a client,not a member,not a mailbox,not a recipient,not employed,isn't a user,isn't our,not one of our,none of our,not among our,not part of,not hosted,not ours,not here,isn't here,not on this,not on our,not at this,not in our,not in this,not in the}"},
    {SENSE_GONE, "{existiert nicht,nicht existiert,existieren nicht,unbekannt,unbekannter,unbekanntes,unbekannte,nicht bekannt,nicht gefunden,nicht vorhanden,nicht mehr,ungultig,ungueltig,ungultige,ungultiger,geloscht,geloescht,gibt es nicht,ausgeschieden,verstorben,verlassen,entfernt,kein,keine,keinen,nicht ermittelt,nicht zuordnen,nicht zugeordnet,ehemaliger,ehemalige,ehemaligen}"},
    {SENSE_GONE, "{inconnu,inconnue,inconnus,inexistant,inexistante,n'existe pas,n'existe plus,introuvable,non trouve,non trouvee,n'est plus,ne fait plus,plus partie,a quitte,ne travaille plus,supprime,supprimee,invalide,erronee,errone,decede,aucun,aucune}"},
    {SENSE_GONE, "{desconocido,desconocida,no existe,ya no,inexistente,inexistentes,no encontrado,no encontrada,no se encuentra,no se encontro,no figura,no pertenece,invalido,invalida,eliminado,eliminada,borrado,borrada,dado de baja,dada de baja,no trabaja,desconhecido,desconhecida,nao existe,nao mais,nao encontrado,nao encontrada,nao consta,nao pertence,nao trabalha,removido,removida,excluido,excluida,desligado,nao localizado}"},
    {SENSE_GONE, "{sconosciuto,sconosciuta,inesistente,non esiste,non esistono,non piu,non e piu,non trovato,non trovata,non presente,non lavora,non risulta,eliminato,eliminata,cancellato,cancellata,rimosso,rimossa,errato,errata,nessun,nessuna}"},
    {SENSE_GONE, "{nie istnieje,nie istnieja,juz nie,nieznany,nieznana,nieznane,nie znaleziono,nie znaleziony,nie odnaleziono,nie znamy,nie ma,brak,usuniety,usunieta,usuniete,skasowany,skasowana,skasowane,zlikwidowany,zlikwidowana,zlikwidowane,niepoprawny,nieprawidlowy,nieprawidlowa,bledny,bledna,nie pracuje,odszedl,odeszla,zmarl,zmarla,nieistniejacy,nieistniejaca,nieistniejace}"},
    {SENSE_GONE, "{onbekend,onbekende,bestaat niet,niet meer,niet gevonden,ongeldig,verwijderd,verlaten,neexistuje,neznamy,neznama,nenalezen,nenalezena,nenalezeno,neplatny,neplatna,zrusen,zrusena,smazan,smazana,okand,ukjent,ukendt,finns inte,finns ej,finnes ikke,findes ikke,eksisterer ikke,inte langre,ikke lenger,ikke laengere,hittades inte,slettet,raderad,borttagen,avslutad,sluttet,slutat}"},
    {SENSE_GONE, "{не существует,не существуют,не найден,не найдена,не найдено,неизвестен,неизвестный,неизвестна,больше не,удален,удалена,нет такого,такого нет,уволен,уволился,уволилась,не работает,не зарегистрирован,недействителен,недействительный,не існує,не знайдено,невідомий,більше не,видалено}"},
    {SENSE_GONE, "{bulunamadi,mevcut degil,yok,gecersiz,silindi,silinmis,nem letezik,nem talalhato,ismeretlen,torolve,megszunt,nu exista,necunoscut,sters,nu mai,ei ole,ei loydy,tuntematon,poistettu}"},
    /* ---- shut: closed or never opened */
    {SENSE_SHUT, "{disabled,suspended,deactivated,inactivated,inactive,closed,terminated,cancelled,canceled,revoked,dormant,hibernated,hibernating,in hibernation,frozen,locked,discontinued,expired,archived,banned,barred,unsubscribed from our service,shut down,shut off,switched off,turned off,out of service,not in service,unused,disused,lapsed}"},
    {SENSE_SHUT, "{not active,isn't active,not activated,never activated,yet activated,not yet activated,not been activated,never logged in,never been used,not been used,not logged in,not enabled,isn't enabled,never enabled,not mail-enabled,not mail enabled,not licensed,unlicensed,no license,not provisioned,not been created,not yet created,never created,not set up,not been set up}"},
    {SENSE_SHUT, "{gesperrt,deaktiviert,stillgelegt,abgelaufen,geschlossen,gekundigt,gekuendigt,inaktiv,nicht aktiv,nicht aktiviert,abgeschaltet,abgemeldet,desactive,desactivee,suspendu,suspendue,ferme,fermee,cloture,cloturee,resilie,resiliee,expire,expiree,inactif,inactive,bloque}"},
    {SENSE_SHUT, "{deshabilitado,deshabilitada,desactivado,desactivada,suspendido,suspendida,inactivo,inactiva,cerrado,cerrada,cancelado,cancelada,caducado,caducada,desativado,desativada,suspenso,suspensa,inativo,inativa,encerrado,encerrada,bloqueado,bloqueada,disattivato,disattivata,disabilitato,disabilitata,sospeso,sospesa,chiuso,chiusa,scaduto,scaduta,inattivo,inattiva,cessato,cessata}"},
    {SENSE_SHUT, "{zablokowany,zablokowana,zablokowane,zawieszony,zawieszona,zawieszone,zamkniety,zamknieta,zamkniete,nieaktywny,nieaktywna,nieaktywne,wylaczony,wylaczona,wylaczone,wygaslo,wygasla,wygasl,rozwiazana,wypowiedziana,geblokkeerd,gesloten,opgeheven,opgezegd,uitgeschakeld,verlopen,inactief,zablokovan,zablokovana,deaktivovan,deaktivovana,sparrat,sparret,lukket,stengt,avstangt,заблокирован,заблокирована,отключен,отключена,закрыт,закрыта,деактивирован,неактивен,приостановлен,приостановлена,заблоковано,вимкнено}"},
    /* ---- moved */
    {SENSE_MOVED, "{has moved,have moved,moved to,user moved,new address,new email,changed his,changed her,changed their,address changed,address has changed,has changed,relocated,neue adresse,nouvelle adresse,nueva direccion,novo endereco,nuovo indirizzo,nowy adres,новый адрес}"},
    /* ---- only: what a short answer needs no noun for */
    {SENSE_BARE, "{suspended,disabled,deactivated,inactive,retired,deleted,no longer here,gone away,no longer exists,nobody here,no one here,not here,never heard of him,never heard of her,never heard of them,unknown here,not known here}"},
    /* ---- said of whatever is refused */
    {SENSE_NOTHING, "{without forwarding address,no forwarding address,no forwarding,recipient address rejected,address rejected,recipient rejected,user rejected}"},
    /* ---- guards: with one of these it may be about somebody or something else */
    {SENSE_GUARD, "{sending,sent by,mail from,from:,from address,return-path,return path,reverse-path,reverse path,envelope from,your,you are not,you're not,you have,we are,submitter,helo,ehlo,ptr,reverse,rdns,ip,ips,client,host #,#,mta}"},
    {SENSE_STEM, "{sender,originator,relay,server}"},
    {SENSE_GUARD, "{bulk,policy,policies,malware,block list,blocked,block,dnsbl,rbl,reputation,spf,dkim,dmarc,abuse,abusive,unsolicited,reject-reason,score,suspicious,dictionary,trap}"},
    {SENSE_STEM, "{spam,junk,content,virus,phish,attach,blacklist,blocklist,complain,filter,quarantine,fraud,harvest,rule}"},
    {SENSE_GUARD, "{full,storage,space,size,large,larger,big,bigger,too long,too many,rate,capacity,over its,maximum,disk}"},
    {SENSE_STEM, "{quota,limit,exceed,throttl,overload}"},
    {SENSE_GUARD, "{try again,retry,retries,later,timeout,timed out,time out,unreachable,busy,not yet available,currently unavailable,for the moment,at the moment,at this time,tls,ssl,starttls,password,denied,deny,access,forbidden,challenge,subscribed to,list,lists,group,groups,only}"},
    {SENSE_STEM, "{temporar,greylist,graylist,defer,delay,connect,certificate,encrypt,auth,credential,permission,permit,allow,restrict,prohibit,privilege,moderat,approv,whitelist,allowlist,confirm}"},
    {SENSE_GUARD, "{script,file,files,folder,database,db,table,program,process,module,library,ldap error,internal,system error,fault,exception,hop,hops,message-id,subject,body,charset,encoding,syntax,protocol,extension,session,queue,mailer,driver,transport,pipe,lookup error,query,resolve-error,dns error,nameserver,name server,certificate,link,links,url,urls,macro,image,date,timestamp,signature}"},
    {SENSE_STEM, "{config,loop,header,command,parameter,option,image}"},
    {SENSE_GUARD, "{if,may,might,may be,might be,maybe,possibly,perhaps,unsubscribe,opted,opt-out,previously bounced,will be,soon}"},
    {SENSE_STEM, "{suppress}"},
    {SENSE_GUARD, "{l'expediteur,ihr,ihre,ihrer,votre,vos,su,sua,seu,tuo,suo,vostro,panstwa}"},
    {SENSE_STEM, "{absender,expediteur,remitente,remetente,mittente,nadawc,odesilatel,отправител,відправник,avsandare,afsender,avsender,gonderen,felado,twoj,ваш}"},
    {SENSE_GUARD, "{voll,uberfullt,kontingent,vorubergehend,zeitweise,spater,inhalt,pleine,plein,saturee,plus tard,politique,cuota,espacio,conteudo,cheia,cheio,espaco,cota,spazio,pelna,pelny,miejsca,limit,pozniej,tresc,vol,plna,docasne,позже,спам,dolu,betelt,tele}"},
    {SENSE_STEM, "{speicher,verbindung,richtlinie,depasse,temporaire,momentane,llen,excedi,temporal,politica,pien,superat,temporane,przepeln,chwilow,czasow,tymczasow,polityk,tijdelijk,переполнен,квот,временн,лимит,политик}"},
    {SENSE_STEM, "{nachricht,mensaje,mensagem,messaggi,bericht,zprava,zpravu,sprava,spravu,wiadomosc,сообщен,письм,повідомлен,uzenet,mesaj,viesti,meddelande,meddelelse,melding}"},
    /* ... what else may be unknown, invalid, expired, removed or left */
    {SENSE_GUARD, "{error,errors,reason,reasons,problem,problems,failure,response,status,instructions,removed you,contacts,conversation,key,keys,pgp,gpg,smime,s/mime,duplicate,license,licence,trial,evaluation,vacation,pop,pop3,imap,node,backend,by another,bounces,newsletter,newsletters,sent by,used to send,until,not for good}"},
    {SENSE_STEM, "{forward,maintenance,migrat,upgrad,lock by,locked by,message expired,mail expired,delivery expired,character,format,sequence,count,route,how to,message id,no such message,by administrator,by the administrator,by admin,dead-letter,digest,correspond}"},
