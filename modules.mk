# What the module is made of, in the manner of `apxs -g`.

sources = $(wildcard mod_cors_cookies.c) $(sort $(wildcard src/*/*.c))
objects = $(patsubst %.c,build/module/%.slo,$(sources:src/%=%))

# httpd loads its modules into one name space: the record alone may be seen
exports = ^cors_cookies_module$$

mod_cors_cookies.la: $(objects) build/link.flags
	$(SH_LINK) $(objects:.slo=.lo) $(MOD_LIBS)

shared = mod_cors_cookies.la
