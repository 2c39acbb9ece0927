# SPDX-License-Identifier: MIT
"""Bounces to order, as Postfix words them."""


def hard(address, n=0, extra=''):
    """A delivery report: `address` does not exist."""
    return (f'Received: from mx.example by mail.example; Mon, 23 Nov 2026 10:00:00 +0100\n'
            f'From: MAILER-DAEMON@mx.example\nTo: newsletter@example.com\nMessage-ID: <{n}.{address}>\n'
            f'Subject: Undelivered Mail Returned to Sender\nDate: Mon, 23 Nov 2026 10:00:00 +0100\n{extra}'
            'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n'
            '--b\nContent-Type: text/plain\n\nSorry.\n\n--b\nContent-Type: message/delivery-status\n\n'
            'Reporting-MTA: dns; mx.example\n\n'
            f'Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n'
            'Diagnostic-Code: smtp; 550 5.1.1 no such user here\n\n--b--\n').encode()
