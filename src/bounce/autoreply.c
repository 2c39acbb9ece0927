/* SPDX-License-Identifier: MIT */
#include "bounce/autoreply.h"

#include <ctype.h>
#include <pthread.h>
#include <string.h>

#include "bounce/fold.h"
#include "bounce/notice.h"
#include "bounce/phrases.h"
#include "mail/addrspec.h"

enum word {
    WORD_FAILURE,   /* subject of a bounce */
    WORD_AWAY,      /* subject of an automatic answer */
    WORD_AWAY_TEXT, /* its text */
    WORD_CHALLENGE,
    WORD_READ,      /* receipt */
    WORD_DAEMON,    /* sender's name or local part */
};

static const struct {
    enum word word;
    const char *text;
} words[] = {
    /* ---- subjects of bounces */
    {WORD_FAILURE, "undeliver"},
    {WORD_FAILURE, "delivery status notification"},
    {WORD_FAILURE, "delivery failure"},
    {WORD_FAILURE, "delivery failed"},
    {WORD_FAILURE, "delivery has failed"},
    {WORD_FAILURE, "delivery error"},
    {WORD_FAILURE, "delivery problem"},
    {WORD_FAILURE, "delivery delayed"},
    {WORD_FAILURE, "delivery delay"},
    {WORD_FAILURE, "delivery report"},
    {WORD_FAILURE, "delivery status"},
    {WORD_FAILURE, "delivery notification"},
    {WORD_FAILURE, "delivery unsuccessful"},
    {WORD_FAILURE, "delivery incomplete"},
    {WORD_FAILURE, "delivery warning"},
    {WORD_FAILURE, "delivery attempt"},
    {WORD_FAILURE, "mail delivery"},
    {WORD_FAILURE, "mail status report"},
    {WORD_FAILURE, "failed delivery"},
    {WORD_FAILURE, "failure delivery"},
    {WORD_FAILURE, "failure notice"},
    {WORD_FAILURE, "failure notification"},
    {WORD_FAILURE, "failed mail"},
    {WORD_FAILURE, "returned mail"},
    {WORD_FAILURE, "returned to sender"},
    {WORD_FAILURE, "returning message to sender"},
    {WORD_FAILURE, "returned email"},
    {WORD_FAILURE, "returned e-mail"},
    {WORD_FAILURE, "mail returned"},
    {WORD_FAILURE, "message returned"},
    {WORD_FAILURE, "bounce"},
    {WORD_FAILURE, "bounced"},
    {WORD_FAILURE, "you @ are not member"}, /* fml to the author of what it did not take */
    {WORD_FAILURE, "not member article from"},
    {WORD_FAILURE, "non-delivery"},
    {WORD_FAILURE, "nondeliver"},
    {WORD_FAILURE, "non delivery"},
    {WORD_FAILURE, "not delivered"},
    {WORD_FAILURE, "couldn't be delivered"},
    {WORD_FAILURE, "could not be delivered"},
    {WORD_FAILURE, "cannot be delivered"},
    {WORD_FAILURE, "can't be delivered"},
    {WORD_FAILURE, "mail system error"},
    {WORD_FAILURE, "mail error"},
    {WORD_FAILURE, "mail failure"},
    {WORD_FAILURE, "unable to deliver"},
    {WORD_FAILURE, "rejected mail"},
    {WORD_FAILURE, "{mail rejected,mail refused,delivery refused,not deliverable,non-deliverable,nondeliverable,mail not delivered,could not deliver,rejected posting,unknown recipient,failed to deliver,delivery not possible,mail bounced}"},
    {WORD_FAILURE, "message you sent blocked"},
    {WORD_FAILURE, "message rejected"},
    {WORD_FAILURE, "error sending your mail"},
    {WORD_FAILURE, "user unknown"},
    {WORD_FAILURE, "warning: message * delayed"},
    {WORD_FAILURE, "warning: could not send"},
    {WORD_FAILURE, "postmaster notify"},
    {WORD_FAILURE, "postmaster notification"},
    {WORD_FAILURE, "error sending message"},
    {WORD_FAILURE, "nullmailer notification"},
    {WORD_FAILURE, "message frozen"},
    {WORD_FAILURE, "message status - undeliverable"},
    {WORD_FAILURE, "rejected:"},
    {WORD_FAILURE, "unzustellbar"},
    {WORD_FAILURE, "nicht zustellbar"},
    {WORD_FAILURE, "nicht zugestellt"},
    {WORD_FAILURE, "zustellung"},
    {WORD_FAILURE, "unzustellbarkeit"},
    {WORD_FAILURE, "non remis"},
    {WORD_FAILURE, "echec de la remise"},
    {WORD_FAILURE, "echec de remise"},
    {WORD_FAILURE, "echec de distribution"},
    {WORD_FAILURE, "message non distribue"},
    {WORD_FAILURE, "avis de non-remise"},
    {WORD_FAILURE, "no se puede entregar"},
    {WORD_FAILURE, "no se ha podido entregar"},
    {WORD_FAILURE, "no entregado"},
    {WORD_FAILURE, "error de entrega"},
    {WORD_FAILURE, "nao entregue"},
    {WORD_FAILURE, "nao e possivel entregar"},
    {WORD_FAILURE, "falha na entrega"},
    {WORD_FAILURE, "falha de entrega"},
    {WORD_FAILURE, "mancato recapito"},
    {WORD_FAILURE, "non recapitabile"},
    {WORD_FAILURE, "mancata consegna"},
    {WORD_FAILURE, "nie dostarczono"},
    {WORD_FAILURE, "niedostarczon"},
    {WORD_FAILURE, "niedostarczal"},
    {WORD_FAILURE, "nie mozna dostarczyc"},
    {WORD_FAILURE, "nie udalo sie dostarczyc"},
    {WORD_FAILURE, "blad dostarcz"},
    {WORD_FAILURE, "zwrot wiadomosci"},
    {WORD_FAILURE, "zwrot poczty"},
    {WORD_FAILURE, "onbestelbaar"},
    {WORD_FAILURE, "kan inte levereras"},
    {WORD_FAILURE, "olevererbart"},
    {WORD_FAILURE, "kan ikke leveres"},
    {WORD_FAILURE, "nedoruciteln"},
    {WORD_FAILURE, "kezbesithetetlen"},
    {WORD_FAILURE, "teslim edilemedi"},
    {WORD_FAILURE, "не доставлено"},
    {WORD_FAILURE, "недоставлен"},
    {WORD_FAILURE, "не удается доставить"},
    {WORD_FAILURE, "配信不能"},
    {WORD_FAILURE, "配信できません"},
    {WORD_FAILURE, "送信エラー"},
    {WORD_FAILURE, "メールエラー"},
    {WORD_FAILURE, "エラー通知"},
    {WORD_FAILURE, "{転送エラー,配送エラー,配信エラー,不達,未達,送信失敗,配信失敗,配送失敗,送信できません,届きません,配送不能}"},
    {WORD_FAILURE, "{nie zostala dostarczona,nie zostal dostarczony,niedoreczon,blad wysylania,blad doreczenia,nie doreczono,nieudane dostarczenie,zwrot listu,wiadomosc zwrocona,odrzucono wiadomosc,wiadomosc odrzucona,blad poczty}"},
    {WORD_FAILURE, "{niepowodzenie dostarcz,niepowodzenie doreczenia,opoznione dostarcz,opoznienie w dostarcz,opoznienie dostarcz,opoznienie doreczenia,wiadomosc opozniona,ostrzezenie: wiadomosc,poczta zwrocona,raport doreczenia,raport dostarczenia,raport o niedostarczeniu,powiadomienie o niedostarczeniu,powiadomienie o stanie}"},
    {WORD_FAILURE, "{zustellstatus,zustellbenachrichtigung,message retarde,remise retardee,entrega retrasada,entrega atrasada,consegna ritardata,notificacion de estado,notification d'etat,stato di recapito,配送遅延}"},
    {WORD_FAILURE, "{fehler bei der ubermittlung,ubermittlungsfehler,zustellfehler,zustellungsfehler,nachrichtenzustellung,versand fehlgeschlagen,senden fehlgeschlagen,nicht ausgeliefert,mail-fehler,konnte nicht zugestellt}"},
    {WORD_FAILURE, "{echec d'envoi,echec de l'envoi,echec de livraison,non delivre,non distribuable,impossible de remettre,message refuse,retour a l'expediteur,rapport de non-remise,message n'a pas pu etre,mail n'a pas pu etre,message n'a pas ete,mail n'a pas ete,e-mail n'a pas ete,courriel n'a pas}"},
    {WORD_FAILURE, "{no entregable,entrega fallida,fallo en la entrega,fallo de entrega,correo devuelto,mensaje devuelto,no se pudo entregar,no entregada}"},
    {WORD_FAILURE, "{mensagem devolvida,e-mail devolvido,email devolvido,entrega falhou,nao entregavel,mensagem nao entregue,erro no envio,erro de entrega,erro ao enviar}"},
    {WORD_FAILURE, "{errore di consegna,consegna fallita,messaggio non consegnato,non consegnato,non recapitato,errore nella consegna,avviso di mancata,notifica di mancata,messaggio respinto}"},
    {WORD_FAILURE, "{niet bezorgd,niet afgeleverd,kan niet worden bezorgd,kunde inte levereras,kunne ikke leveres,nedoruceno,nedorucena,nedorucen,nedorucitelna,nelze dorucit,sikertelen kezbesites,kezbesitesi hiba,iletilemedi,gonderilemedi,nelivrat,toimitus epaonnistui}"},
    {WORD_FAILURE, "{невозможно доставить,ошибка доставки,не удалось доставить,возврат письма,возвращено отправителю,не було доставлено,сообщение не доставлено}"},
    {WORD_FAILURE, "{郵件退回,邮件退回,退回通知,退信通知,無法送達,寄送失敗,傳遞失敗,投递失败,发送失败,邮件被退回,無法投遞,傳送失敗,投递状态,전송 실패,배달 실패,전송되지,반송된}"},
    {WORD_FAILURE, "{imposibil de livrat,teslim edilemeyen,ei voi toimittaa,ei voida toimittaa,toimittamaton,nedorucitelne,neisporucivo,nedostavljivo,nie je mozne dorucit,khong the gui,не може да бъде доставено,не може да се достави,не вдається доставити,не вдалося доставити,ненадеждно доставено,не се доставя}"},
    {WORD_FAILURE, "{μη παραδοτεο,δεν ηταν δυνατη η παραδοση,αποτυχια παραδοσης,לא ניתן למסירה,לא ניתן למסור,ההודעה לא נמסרה,غير قابل للتسليم,تعذر التسليم,تعذر تسليم,ไม่สามารถส่งได้,ส่งไม่ได้,no es pot lliurar,no s'ha pogut lliurar,nepristatyta,neiveikiama pristatyti,nav piegadajams,kohaletoimetamatu,tidak terkirim}"},
    {WORD_FAILURE, "{无法传递,無法傳送,无法投递,傳送狀態通知,배달할 수 없음,배달되지 않음,전달 실패,전송할 수 없,配信できませんでした,メール配信エラー,配達不能}"},
    {WORD_FAILURE, "退信"},
    {WORD_FAILURE, "未送达"},
    {WORD_FAILURE, "无法送达"},
    {WORD_FAILURE, "無法傳遞"},
    {WORD_FAILURE, "보낸 편지"},
    {WORD_FAILURE, "배달되지"},
    /* ---- subjects of automatic answers */
    {WORD_AWAY, "out of office"},
    {WORD_AWAY, "out-of-office"},
    {WORD_AWAY, "out of the office"},
    {WORD_AWAY, "automatic reply"},
    {WORD_AWAY, "automatic response"},
    {WORD_AWAY, "automated reply"},
    {WORD_AWAY, "automated response"},
    {WORD_AWAY, "auto reply"},
    {WORD_AWAY, "auto-reply"},
    {WORD_AWAY, "autoreply"},
    {WORD_AWAY, "auto response"},
    {WORD_AWAY, "auto-response"},
    {WORD_AWAY, "autoresponse"},
    {WORD_AWAY, "auto responder"},
    {WORD_AWAY, "autoresponder"},
    {WORD_AWAY, "auto:"},
    {WORD_AWAY, "ooo:"},
    {WORD_AWAY, "vacation"},
    {WORD_AWAY, "on holiday"},
    {WORD_AWAY, "on annual leave"},
    {WORD_AWAY, "on leave"},
    {WORD_AWAY, "maternity leave"},
    {WORD_AWAY, "parental leave"},
    {WORD_AWAY, "away from"},
    {WORD_AWAY, "away until"},
    {WORD_AWAY, "i am away"},
    {WORD_AWAY, "abwesenheit"},
    {WORD_AWAY, "automatische antwort"},
    {WORD_AWAY, "abwesend"},
    {WORD_AWAY, "nicht im buro"},
    {WORD_AWAY, "im urlaub"},
    {WORD_AWAY, "autoantwort"},
    {WORD_AWAY, "reponse automatique"},
    {WORD_AWAY, "absence du bureau"},
    {WORD_AWAY, "absent du bureau"},
    {WORD_AWAY, "message d'absence"},
    {WORD_AWAY, "en conges"},
    {WORD_AWAY, "respuesta automatica"},
    {WORD_AWAY, "fuera de la oficina"},
    {WORD_AWAY, "ausencia"},
    {WORD_AWAY, "resposta automatica"},
    {WORD_AWAY, "fora do escritorio"},
    {WORD_AWAY, "risposta automatica"},
    {WORD_AWAY, "fuori sede"},
    {WORD_AWAY, "fuori ufficio"},
    {WORD_AWAY, "assenza"},
    {WORD_AWAY, "automatische antwoord"},
    {WORD_AWAY, "automatisch antwoord"},
    {WORD_AWAY, "afwezig"},
    {WORD_AWAY, "odpowiedz automatyczna"},
    {WORD_AWAY, "automatyczna odpowiedz"},
    {WORD_AWAY, "autoodpowiedz"},
    {WORD_AWAY, "autoresponder:"},
    {WORD_AWAY, "poza biurem"},
    {WORD_AWAY, "nieobecnosc"},
    {WORD_AWAY, "nieobecny"},
    {WORD_AWAY, "jestem na urlopie"},
    {WORD_AWAY, "urlop"},
    {WORD_AWAY, "automaticka odpoved"},
    {WORD_AWAY, "mimo kancelar"},
    {WORD_AWAY, "automatikus valasz"},
    {WORD_AWAY, "autosvar"},
    {WORD_AWAY, "automatiskt svar"},
    {WORD_AWAY, "automatisk svar"},
    {WORD_AWAY, "franvaro"},
    {WORD_AWAY, "ikke til stede"},
    {WORD_AWAY, "poissa"},
    {WORD_AWAY, "automaattinen vastaus"},
    {WORD_AWAY, "otomatik yanit"},
    {WORD_AWAY, "автоответ"},
    {WORD_AWAY, "автоматический ответ"},
    {WORD_AWAY, "нет на месте"},
    {WORD_AWAY, "в отпуске"},
    {WORD_AWAY, "автоматична відповідь"},
    {WORD_AWAY, "自動応答"},
    {WORD_AWAY, "自動返信"},
    {WORD_AWAY, "不在"},
    {WORD_AWAY, "自动回复"},
    {WORD_AWAY, "自动答复"},
    {WORD_AWAY, "外出"},
    {WORD_AWAY, "自動回覆"},
    {WORD_AWAY, "부재중"},
    {WORD_AWAY, "자동 회신"},
    {WORD_AWAY, "thank you for contacting"},
    {WORD_AWAY, "thank you for your email"},
    {WORD_AWAY, "thank you for your message"},
    {WORD_AWAY, "we have received your"},
    {WORD_AWAY, "ticket received"},
    {WORD_AWAY, "request received"},
    {WORD_AWAY, "your request has been received"},
    /* ---- texts of automatic answers */
    {WORD_AWAY_TEXT, "i am out of the office"},
    {WORD_AWAY_TEXT, "i'm out of the office"},
    {WORD_AWAY_TEXT, "i am currently out of"},
    {WORD_AWAY_TEXT, "i will be out of the office"},
    {WORD_AWAY_TEXT, "currently away"},
    {WORD_AWAY_TEXT, "i am away"},
    {WORD_AWAY_TEXT, "i am on vacation"},
    {WORD_AWAY_TEXT, "i'm on vacation"},
    {WORD_AWAY_TEXT, "i am on leave"},
    {WORD_AWAY_TEXT, "on annual leave"},
    {WORD_AWAY_TEXT, "will be back on"},
    {WORD_AWAY_TEXT, "ich bin derzeit nicht"},
    {WORD_AWAY_TEXT, "ich bin im urlaub"},
    {WORD_AWAY_TEXT, "ich bin bis"},
    {WORD_AWAY_TEXT, "je suis absent"},
    {WORD_AWAY_TEXT, "je suis actuellement absent"},
    {WORD_AWAY_TEXT, "estoy fuera de la oficina"},
    {WORD_AWAY_TEXT, "estare fuera"},
    {WORD_AWAY_TEXT, "sono fuori ufficio"},
    {WORD_AWAY_TEXT, "sono assente"},
    {WORD_AWAY_TEXT, "estou ausente"},
    {WORD_AWAY_TEXT, "estou de ferias"},
    {WORD_AWAY_TEXT, "ik ben afwezig"},
    {WORD_AWAY_TEXT, "jestem nieobecn"},
    {WORD_AWAY_TEXT, "jestem na urlopie"},
    {WORD_AWAY_TEXT, "przebywam na urlopie"},
    {WORD_AWAY_TEXT, "jestem poza biurem"},
    {WORD_AWAY_TEXT, "bede nieobecn"},
    {WORD_AWAY_TEXT, "я в отпуске"},
    {WORD_AWAY_TEXT, "休暇"},
    {WORD_AWAY_TEXT, "this is an automated response"},
    {WORD_AWAY_TEXT, "this is an automatic reply"},
    {WORD_AWAY_TEXT, "no longer with the company"},
    {WORD_AWAY_TEXT, "no longer works"},
    {WORD_AWAY_TEXT, "no longer working"},
    {WORD_AWAY_TEXT, "has left the company"},
    {WORD_AWAY_TEXT, "nie pracuje juz"},
    /* ---- challenges */
    {WORD_CHALLENGE, "please confirm that you are human"},
    {WORD_CHALLENGE, "confirm you are human"},
    {WORD_CHALLENGE, "you are a human"},
    {WORD_CHALLENGE, "verify that you are a real person"},
    {WORD_CHALLENGE, "verify your email delivery"},
    {WORD_CHALLENGE, "spamarrest"},
    {WORD_CHALLENGE, "spam arrest"},
    {WORD_CHALLENGE, "boxbe"},
    {WORD_CHALLENGE, "click here to verify"},
    {WORD_CHALLENGE, "sender verification"},
    {WORD_CHALLENGE, "verification required"},
    {WORD_CHALLENGE, "challenge-response"},
    {WORD_CHALLENGE, "challenge/response"},
    {WORD_CHALLENGE, "please confirm your message"},
    {WORD_CHALLENGE, "confirm the delivery of your message"},
    {WORD_CHALLENGE, "your message is waiting for confirmation"},
    {WORD_CHALLENGE, "message is being held"},
    {WORD_CHALLENGE, "message awaits your confirmation"},
    {WORD_CHALLENGE, "action required to deliver your"},
    {WORD_CHALLENGE, "approved senders list"},
    {WORD_CHALLENGE, "allowed senders list"},
    {WORD_CHALLENGE, "uol antispam"},
    {WORD_CHALLENGE, "antispam uol"},
    {WORD_CHALLENGE, "tmda"},
    {WORD_CHALLENGE, "potwierdz, ze jestes czlowiekiem"},
    {WORD_CHALLENGE, "captcha"},
    {WORD_CHALLENGE, "whitelist your address"},
    {WORD_CHALLENGE, "bestatigen sie, dass sie ein mensch"},
    /* ---- read receipts without RFC 8098 */
    {WORD_READ, "read:"},
    {WORD_READ, "read receipt"},
    {WORD_READ, "return receipt"},
    {WORD_READ, "gelesen:"},
    {WORD_READ, "lesebestatigung"},
    {WORD_READ, "lu :"},
    {WORD_READ, "lu:"},
    {WORD_READ, "leido:"},
    {WORD_READ, "letto:"},
    {WORD_READ, "lida:"},
    {WORD_READ, "przeczytano:"},
    {WORD_READ, "potwierdzenie przeczytania"},
    {WORD_READ, "potwierdzenie otrzymania"},
    {WORD_READ, "прочтено:"},
    {WORD_READ, "прочитано:"},
    {WORD_READ, "開封済み"},
    {WORD_READ, "已读"},
    {WORD_READ, "deleted:"},
    {WORD_READ, "not read:"},
    {WORD_READ, "ungelesen geloscht"},
    {WORD_READ, "successful mail delivery report"},
    {WORD_READ, "delivery status notification (success)"},
    {WORD_READ, "delivered:"},
    {WORD_READ, "relayed:"},
    {WORD_READ, "zugestellt:"},
    {WORD_READ, "dostarczono:"},
    /* ---- daemons */
    {WORD_DAEMON, "mailer-daemon"},
    {WORD_DAEMON, "mailer_daemon"},
    {WORD_DAEMON, "mailerdaemon"},
    {WORD_DAEMON, "mailer daemon"},
    {WORD_DAEMON, "mail daemon"},
    {WORD_DAEMON, "mail-daemon"},
    {WORD_DAEMON, "mdaemon"},
    {WORD_DAEMON, "postmaster"},
    {WORD_DAEMON, "post_master"},
    {WORD_DAEMON, "poostmaster"},
    {WORD_DAEMON, "post office"},
    {WORD_DAEMON, "mail delivery"},
    {WORD_DAEMON, "mail.delivery"},
    {WORD_DAEMON, "maildelivery"},
    {WORD_DAEMON, "mail system"},
    {WORD_DAEMON, "microsoft outlook"},
    {WORD_DAEMON, "microsoft exchange"},
    {WORD_DAEMON, "microsoftexchange"},
    {WORD_DAEMON, "system administrator"},
    {WORD_DAEMON, "systemadministrator"},
    {WORD_DAEMON, "mail administrator"},
    {WORD_DAEMON, "bounce"},
    {WORD_DAEMON, "mmsc"},
    {WORD_DAEMON, "internet mail delivery"},
    {WORD_DAEMON, "interscan"},
    {WORD_DAEMON, "mailsweeper"},
    {WORD_DAEMON, "mail gateway"},
    {WORD_DAEMON, "undeliver"},
};

#define WORDS (sizeof words / sizeof *words)

static struct phrases *automaton;
static pthread_once_t built = PTHREAD_ONCE_INIT;

static void build(void)
{
    const char *texts[WORDS];
    for (size_t i = 0; i < WORDS; i++)
        texts[i] = words[i].text;
    automaton = phrases_new(texts, WORDS);
}

/* The kinds of word in a text, a bit each; where the first of them stands in *at. */
static unsigned kinds(struct work *work, struct span text, size_t *at)
{
    pthread_once(&built, build);
    struct span folded = fold_words(work->arena, span_cut(text, 0, 4000));
    struct phrase_hit hits[32];
    size_t n = phrases_find(automaton, folded, hits, 32);
    unsigned found = 0;
    for (size_t i = 0; i < n; i++)
        found |= 1u << words[hits[i].phrase].word;
    if (at && n)
        *at = hits[0].from;
    return found;
}

static struct span get(struct work *work, const char *name)
{
    return header_get(work->arena, work->header, name);
}

static bool has(struct work *work, const char *name)
{
    return header_has(work->header, name);
}

/* "Re:", "Odp:", "I:", "Fwd:": up to five letters and a colon, in any tongue; a server's has more. */
static bool answer_subject(struct span subject)
{
    static const char *const marks[] = {"re :",   "tr :",    "doorst:", "inoltra:", "inoltro:", "reenv:",
                                        "ответ:", "答复",    "回复",    "回覆",     "转发",     "轉寄",
                                        "轉發",   "返信",    "転送",    "전달",     "회신",     "re[",
                                        "fwd ",   "[fwd"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (span_starts_text(subject, marks[i]))
            return true;
    size_t n = 0;
    while (n < subject.n && n < 5 && isalpha((unsigned char)subject.at[n]))
        n++;
    return n && n < 5 && n < subject.n && subject.at[n] == ':' &&
           !span_starts_nocase(subject, SPAN("mail")) && !span_starts_nocase(subject, SPAN("dsn"));
}

static bool automatic(struct work *work)
{
    static const char *const marks[] = {
        "X-Autoreply", "X-Autorespond", "X-Auto-Response-From", "X-AutoReply-From",
        "X-Vacation", "X-Mail-Autoreply", "X-FC-MachineGenerated", "X-Autogenerated",
        "X-OOF", "X-Auto-Reply-From"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (has(work, marks[i]))
            return true;
    struct span submitted = get(work, "Auto-Submitted"), precedence = get(work, "Precedence");
    return (submitted.n && !span_starts_nocase(submitted, SPAN("no"))) ||
           span_starts_nocase(precedence, SPAN("auto"));
}

/* A desk's ticket system, which quotes what it was asked about. */
static bool tickets(struct work *work)
{
    static const char *const marks[] = {"RT-Ticket",   "X-RT-Loop-Prevention", "RT-Originator", "X-OTRS-Loop",
                                        "X-Znuny-Loop", "X-Zammad-Ticket-Id"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (has(work, marks[i]))
            return true;
    return false;
}

void author_read(struct work *work, struct author *out)
{
    *out = (struct author){0};
    struct span from = header_text(work->arena, get(work, "From"));
    struct span path = span_trim(get(work, "Return-Path"));
    unsigned who = kinds(work, from, NULL);
    /* folding makes "@" of addresses: look at the local part by itself */
    ptrdiff_t at = work->from.at ? span_find_last(work->from, '@') : -1;
    struct span sender = addrspec_first(work->arena, path);
    bool own = sender.at && span_equal_nocase(sender, work->from);
    /* "Postmaster" as the name of somebody who answers under his own address */
    if (own && has(work, "In-Reply-To"))
        who = 0;
    if (at > 0)
        who |= kinds(work, span_cut(work->from, 0, (size_t)at), NULL);
    bool null_path = has(work, "Return-Path") &&
                     (!path.n || span_starts(path, SPAN("<>")) ||
                      span_starts_nocase(path, SPAN("<MAILER-DAEMON")));
    bool no_from = has(work, "From") && !work->from.at &&
                   (!span_trim(from).n || span_find(from, SPAN("<>")) >= 0);
    out->daemon = (who & 1u << WORD_DAEMON) || null_path || no_from ||
                  span_starts_nocase(from, SPAN("mailer")) || has(work, "X-Failed-Recipients");
    out->subject = kinds(work, work->subject, NULL);
    out->failure = (out->subject & 1u << WORD_FAILURE) != 0;
    out->automatic = automatic(work);
    out->person = answer_subject(work->subject) || has(work, "In-Reply-To");
    if (tickets(work)) {
        out->daemon = false;
        out->person = true;
    }
    out->own_name = !out->daemon && own;
    out->list = has(work, "List-Id") || has(work, "List-Post") || has(work, "X-Mailman-Version") ||
                has(work, "X-ML-Name");
}

enum bounce_kind autoreply_kind(struct work *work, const struct author *author, struct span notice)
{
    unsigned subject = author->subject, text = kinds(work, notice, NULL);
    if ((subject | text) & 1u << WORD_CHALLENGE)
        return BOUNCE_CHALLENGE;
    if (subject & 1u << WORD_AWAY)
        return BOUNCE_AUTOREPLY;
    if (subject & 1u << WORD_READ)
        return BOUNCE_RECEIPT;
    if (author->automatic || (text & 1u << WORD_AWAY_TEXT && !author->person))
        return BOUNCE_AUTOREPLY;
    return BOUNCE_OTHER;
}
