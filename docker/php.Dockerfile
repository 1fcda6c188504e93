# SPDX-License-Identifier: Apache-2.0
#
# The official image of PHP with Apache httpd, with the module:
#
#   docker build -t php-cors -f docker/php.Dockerfile .
#
# Its httpd is Debian's, so the module comes as Debian's package, which
# enables itself. The image that comes out has nothing that built it.

FROM php:apache AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
    apache2-dev build-essential debhelper dh-apache2 fakeroot libidn2-dev \
    libpsl-dev pkg-config
COPY . /usr/src/mod_cors_cookies
WORKDIR /usr/src/mod_cors_cookies
RUN make deb DEPS=:

FROM php:apache
COPY --from=build /usr/src/mod_cors_cookies/build/deb/*.deb /tmp/
RUN apt-get update && apt-get install -y --no-install-recommends \
    /tmp/libapache2-mod-cors-cookies_*.deb \
    && rm -rf /tmp/*.deb /var/lib/apt/lists/* && apache2ctl -t
