#!/bin/sh
# SPDX-License-Identifier: MIT
# Fetches the packages of the mail servers that lab.py unpacks; installs nothing.
set -eu
mkdir -p "${LAB:-/tmp/zwrotka-lab}/deb"
cd "${LAB:-/tmp/zwrotka-lab}/deb"
apt-get download exim4-daemon-light exim4-base exim4-config opensmtpd \
    sendmail-bin sendmail-base sendmail-cf m4 procmail \
    courier-mta courier-base courier-authlib courier-authdaemon courier-authlib-userdb \
    dma nullmailer mlmmj vacation dovecot-sieve dovecot-lmtpd maildrop \
    libevent-2.1-7 libgnutls-dane0 libidn12 libnsl2 libpcre2-8-0 libwrap0 liblockfile1 \
    libldap-2.5-0 libsasl2-2 libcourier-unicode4 libgdbm6 libltdl7 libpcre3 \
    libnet-cidr-perl libunbound8 libtirpc3 libprotobuf-c1
