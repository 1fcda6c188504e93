/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Origins against Node's URL parser, which is a browser's: what the pattern
 * parser accepts is what new URL() would send, and nothing else is. Of a
 * scheme that it does not know it is asked for the parts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pool.h"
#include "syntax/cure.h"
#include "syntax/pattern.h"

#define COUNT 30000
#define NODE "node -e '" \
    "const sent = o => {" \
    "    try {" \
    "        const url = new URL(o);" \
    "        return url.origin !== \"null\" ? url.origin" \
    "            : url.protocol + \"//\" + url.host" \
    "    } catch { return \"-\" }" \
    "};" \
    "const lines = require(\"fs\").readFileSync(0, \"utf8\").split(\"\\n\");" \
    "console.log(lines.map(sent).join(\"\\n\"))'"

static char origins[COUNT][200];
static char sent[COUNT][200];

static void origins_write(const char *path)
{
    FILE *file = fopen(path, "w");
    int i;

    assert_non_null(file);
    for (i = 0; i < COUNT; i++) {
        fprintf(file, i > 0 ? "\n%s" : "%s", origins[i]);
    }
    fclose(file);
}

/* Asks Node what a browser sends from a page at each of these addresses. */
static void ask_node(void)
{
    char path[] = "/tmp/cors-origins-XXXXXX", command[1000];
    FILE *pipe;
    int i;

    close(mkstemp(path));
    origins_write(path);
    snprintf(command, sizeof(command), "%s <%s", NODE, path);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    for (i = 0; i < COUNT; i++) {
        assert_non_null(fgets(sent[i], sizeof(sent[i]), pipe));
        sent[i][strcspn(sent[i], "\n")] = '\0';
    }
    assert_int_equal(pclose(pipe), 0);
    unlink(path);
}

static const char *one_of(const char *const *texts, int count)
{
    return texts[rand() % count];
}

#define ONE_OF(texts) one_of(texts, sizeof(texts) / sizeof(texts[0]))

static void name_generate(char *out)
{
    static const char *const labels[] = {
        "a", "example", "com", "localhost", "a_b", "-a", "a-", "a--b", "xn-",
        "xn--bcher-kva", "xn--", "xn--99999999", "1", "127", "0", "00", "255",
        "256", "08", "010", "0x", "0x7f", "0xg", "65535", "65536",
        "4294967295", "4294967296", "1e3", "A", "aB",
    };
    int i, count = 1 + rand() % 5;

    for (i = 0; i < count; i++) {
        strcat(out, ONE_OF(labels));
        if (i + 1 < count || rand() % 8 == 0) {
            strcat(out, ".");
        }
    }
}

static void opaque_generate(char *out)
{
    static const char *const pieces[] = {
        ".", "a", "aB", "-", "_", "~", "%41", "%", "+", "!", "xn--", "127",
        "\xc3\xbc",
    };
    int i, count = 1 + rand() % 5;

    for (i = 0; i < count; i++) {
        strcat(out, ONE_OF(pieces));
    }
}

static void ipv6_generate(char *out)
{
    static const char *const groups[] = {
        "0", "0", "0", "1", "db8", "0db8", "ffff", "DB8", "10000", "g",
    };
    static const char *const ends[] = { "]", "]", "]", "]", "%1]", "" };
    int i, gap = rand() % 9, count = rand() % 3 ? 8 : 1 + rand() % 9;

    strcat(out, "[");
    for (i = 0; i < count; i++) {
        if (i == gap) {
            strcat(out, i > 0 ? ":" : "::");
            continue;
        }
        strcat(out, one_of(groups, rand() % 8 ? 5 : 10));
        strcat(out, i + 1 < count ? ":" : "");
    }
    strcat(out, rand() % 16 ? "" : ":1.2.3.4");
    strcat(out, ONE_OF(ends));
}

static void origin_generate(char *out)
{
    static const char *const schemes[] = {
        "https://", "https://", "http://", "HTTP://", "https:", "https:/"
    };
    static const char *const opaque_schemes[] = {
        "app://", "web+x.y-1://", "APP://", "app:/",
    };
    static const char *const ports[] = {
        "", "", "", ":8443", ":80", ":443", ":1", ":65535", ":65536", ":0",
        ":", ":08", ":8a",
    };
    static const char *const tails[] = {
        "", "", "", "", "", "", "", "", "/", "?", "#", "/a", "@a", "\\"
    };
    int is_opaque = rand() % 8 == 0;

    if (is_opaque) {
        strcpy(out, one_of(opaque_schemes, rand() % 4 ? 2 : 4));
    }
    else {
        strcpy(out, one_of(schemes, rand() % 4 ? 3 : 6));
    }
    if (rand() % 3 == 0) {
        ipv6_generate(out);
    }
    else if (is_opaque) {
        opaque_generate(out);
    }
    else {
        name_generate(out);
    }
    strcat(out, ONE_OF(ports));
    strcat(out, ONE_OF(tails));
}

/*
 * URLs have empty labels and port 0, and nobody is there to be asked; and
 * opaque hosts of more bytes than schemes in use have.
 */
static int is_stricter(cors_flaw flaw)
{
    return flaw == CORS_FLAW_LABEL_EMPTY || flaw == CORS_FLAW_PORT_RANGE
           || flaw == CORS_FLAW_IPV6_MAPPED
           || flaw == CORS_FLAW_CHARACTER_OPAQUE;
}

static int all_ask_node(void **state)
{
    int i;

    (void)state;
    srand(5);
    for (i = 0; i < COUNT; i++) {
        origin_generate(origins[i]);
    }
    ask_node();
    return 0;
}

static cors_flaw flaw_of(const char *text)
{
    cors_pattern pattern;

    return cors_pattern_parse(text, strlen(text), &pattern);
}

static void what_is_accepted_is_what_browsers_send(void **state)
{
    int accepted = 0, wrong = 0, i;

    (void)state;
    for (i = 0; i < COUNT; i++) {
        cors_flaw flaw = flaw_of(origins[i]);

        accepted += flaw == CORS_FLAW_NONE;
        if (!is_stricter(flaw)
            && (flaw == CORS_FLAW_NONE)
               != (strcmp(origins[i], sent[i]) == 0)) {
            print_error("%s: %s\n", origins[i],
                        flaw ? cors_flaw_text(flaw) : "accepted");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    printf("note: %d origins, %d of them accepted, as Node's URL parser "
           "says\n", COUNT, accepted);
    assert_true(accepted >= COUNT / 20 && accepted <= COUNT / 2);
}

/*
 * A text that is no URL (an address with a zone, say) may have a cure; an
 * IPv4 address inside an IPv6 one is taken out of it.
 */
static int is_url(int i)
{
    return strcmp(sent[i], "-") != 0 && !strstr(sent[i], "//[::ffff:");
}

/* And what is offered instead of a URL is what browsers make of it. */
static void what_is_cured_is_what_browsers_send(void **state)
{
    int cured = 0, wrong = 0, i;

    open_pool(state);
    for (i = 0; i < COUNT; i++) {
        cors_flaw flaw = flaw_of(origins[i]);
        const char *cure = cors_cure_pattern(pool, origins[i],
                                             strlen(origins[i]), flaw);

        if (cure && is_url(i) && flaw != CORS_FLAW_LABEL_EMPTY) {
            cured++;
            if (strcmp(cure, sent[i]) != 0) {
                print_error("%s: %s, not %s\n", origins[i], cure, sent[i]);
                wrong++;
            }
        }
        apr_pool_clear(pool);
    }
    close_pool(state);
    assert_int_equal(wrong, 0);
    assert_true(cured >= COUNT / 20 && cured <= COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_accepted_is_what_browsers_send),
        cmocka_unit_test(what_is_cured_is_what_browsers_send),
    };

    return cmocka_run_group_tests(tests, all_ask_node, NULL);
}
