# SPDX-License-Identifier: Apache-2.0
#
# The official image of httpd, with the module:
#
#   docker build -t httpd-cors -f docker/httpd.Dockerfile .
#
# The image that comes out has no compiler.

FROM httpd:2.4 AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
    gcc libc6-dev libapr1-dev libaprutil1-dev libidn2-dev libpsl-dev make \
    pkg-config
COPY . /usr/src/mod_cors_cookies
WORKDIR /usr/src/mod_cors_cookies
RUN make DEPS=: install DESTDIR=/made

FROM httpd:2.4
RUN apt-get update && apt-get install -y --no-install-recommends \
    libidn2-0 libpsl5 && rm -rf /var/lib/apt/lists/*
COPY --from=build /made/usr/local/apache2/modules/mod_cors_cookies.so \
    /usr/local/apache2/modules/
COPY conf/cors_cookies.conf /usr/local/apache2/conf/extra/
RUN printf '%s\n' \
    'LoadModule cors_cookies_module modules/mod_cors_cookies.so' \
    'Include conf/extra/cors_cookies.conf' \
    >>/usr/local/apache2/conf/httpd.conf && httpd -t
