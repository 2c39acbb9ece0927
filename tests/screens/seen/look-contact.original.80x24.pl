 Oryginalna wiadomość, zdekodowana

  From:           Mail Delivery System <Mailer-Daemon@poczta.tartak.example>
  To:             newsletter@zwrotka.example
  Subject:        Mail delivery failed: returning message to sender
  Date:           Fri, 06 Nov 2026 08:38:50 +0000
  Return-Path:    <>
  X-Failed-Recipients:e.lindqvist@fjallgruppen.example
  Auto-Submitted: auto-replied
  Content-Type:   multipart/report; report-type=delivery-status;
                  boundary=1793954330-eximdsn-487957830

 Część 1: text/plain; charset=us-ascii

  This message was created automatically by mail delivery software.

  A message that you sent could not be delivered to one or more of its
  recipients. This is a permanent error. The following address(es) failed:

    e.lindqvist@fjallgruppen.example
      host mx.fjallgruppen.example [203.0.113.17]
      SMTP error from remote mail server after RCPT
 … jeszcze 29 wierszy
 q zamknij  Space strona w dół  ? pomoc
