 Oryginalna wiadomość, zdekodowana

  From:           Mail Delivery System <Mailer-Daemon@poczta.tartak.example>
  To:             newsletter@zwrotka.example
  Subject:        Mail delivery failed: returning message to sender
  Date:           Fri, 06 Nov 2026 08:38:50 +0000
  Return-Path:    <>
  X-Failed-Recipients:e.lindqvist@fjallgruppen.example
  Auto-Submitted: auto-replied
  Content-Type:   multipart/report; report-type=delivery-status; boundary=1793954330-eximdsn-487957830

 Część 1: text/plain; charset=us-ascii

  This message was created automatically by mail delivery software.

  A message that you sent could not be delivered to one or more of its
  recipients. This is a permanent error. The following address(es) failed:

    e.lindqvist@fjallgruppen.example
      host mx.fjallgruppen.example [203.0.113.17]
      SMTP error from remote mail server after RCPT TO:<e.lindqvist@fjallgruppen.example>:
      550 5.1.1 unknown or illegal alias: e.lindqvist@fjallgruppen.example

 Część 2: message/delivery-status

  Reporting-MTA: dns; poczta.tartak.example

  Action: failed
  Final-Recipient: rfc822;e.lindqvist@fjallgruppen.example
  Status: 5.0.0
  Remote-MTA: dns; mx.fjallgruppen.example
  Diagnostic-Code: smtp; 550 5.1.1 unknown or illegal alias: e.lindqvist@fjallgruppen.example

 Część 3: message/rfc822

 Część 4: text/plain; charset=UTF-8
  From:           Zwrotka Sp. z o.o. <newsletter@zwrotka.example>
  To:             e.lindqvist@fjallgruppen.example
  Subject:        Autumn news from our workshop
  Date:           Fri, 06 Nov 2026 08:38:50 -0000
  Return-Path:    <newsletter@zwrotka.example>
  Content-Type:   text/plain; charset=UTF-8

  Hello,

  we have a new catalogue, with 40 pages of things nobody needs.

  Yours

 q zamknij  Space strona w dół  ? pomoc
