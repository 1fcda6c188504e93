/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/byte_set.h"

#include <string.h>

#include "syntax/ascii.h"

/* What stands between brackets. */
typedef struct members {
    int count;                  /* 2: two or more */
    char one;                   /* if it is one */
    int dot;
    int slash;
    int unknown;                /* some of them */
} members;

/*
 * A byte that stands for itself, maybe escaped. Returns its length; 0: it is
 * none, but a letter or digit with a meaning of its own.
 */
static size_t read_byte(const char *at, char *byte)
{
    if (at[0] != '\\') {
        *byte = at[0];
        return at[0] != '\0';
    }
    if (at[1] == 'x' && at[2] == '2' && (at[3] | 0x20) == 'e') {
        *byte = '.';
        return 4;
    }
    *byte = at[1];
    return at[1] != '\0' && !cors_ascii_is_alphanumeric(at[1]) ? 2 : 0;
}

static void add_range(members *all, unsigned char low, unsigned char high)
{
    all->count += low == high ? 1 : 2;
    all->one = (char)low;
    all->dot |= low <= '.' && high >= '.';
    all->slash |= low <= '/' && high >= '/';
}

/* [:alpha:]; of those without a dot and a slash all is known. */
static size_t read_posix_name(const char *at, members *all)
{
    static const char *const known[] = {
        "alnum", "alpha", "digit", "lower", "upper", "word", "xdigit"
    };
    size_t length = 2, i;

    while (at[length] >= 'a' && at[length] <= 'z') {
        length++;
    }
    if (at[1] != ':' || at[length] != ':' || at[length + 1] != ']') {
        return 0;
    }
    all->count += 2;
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (cors_ascii_same(at + 2, length - 2, known[i])) {
            return length + 2;
        }
    }
    all->unknown = 1;
    return length + 2;
}

/* \d and its kind, in a class. */
static size_t read_class_escape(const char *at, members *all)
{
    if (cors_ascii_has("DWSHV", at[1])) {
        all->dot = all->slash = 1;
    }
    else if (!cors_ascii_has("dwshvnrtfb", at[1])) {
        return 0;
    }
    all->count += 2;
    return 2;
}

/* An element of a class. Returns its length; 0: it is not understood. */
static size_t read_element(const char *at, members *all)
{
    char low, high;
    size_t length, more;

    if (at[0] == '[' && cors_ascii_has(":.=", at[1])) {
        return read_posix_name(at, all);
    }
    length = read_byte(at, &low);
    if (length == 0) {
        return at[0] == '\\' ? read_class_escape(at, all) : 0;
    }
    if (at[length] != '-' || at[length + 1] == ']') {
        add_range(all, (unsigned char)low, (unsigned char)low);
        return length;
    }
    more = at[length + 1] == '[' ? 0 : read_byte(at + length + 1, &high);
    if (more == 0 || (unsigned char)high < (unsigned char)low) {
        return 0;
    }
    add_range(all, (unsigned char)low, (unsigned char)high);
    return length + 1 + more;
}

static void set_members(cors_byte_set *set, const members *all, int negated)
{
    set->single = all->count == 1 && !negated;
    set->byte = all->one;
    if (all->unknown) {
        set->slash = 1;
    }
    else if (negated) {
        set->edge = !all->dot;
        set->slash = !all->slash;
    }
    else {
        set->edge = all->dot || all->slash;
        set->slash = all->slash != 0;
    }
}

/* [a-z], [^a-z]; a ] right behind the bracket is one of them. */
static size_t read_class(const char *at, cors_byte_set *set)
{
    members all = { 0, '\0', 0, 0, 0 };
    int negated = at[1] == '^';
    const char *start = at + 1 + negated, *end = start;

    while (*end != ']' || end == start) {
        size_t length = read_element(end, &all);

        if (length == 0) {
            return 0;
        }
        end += length;
    }
    set_members(set, &all, negated);
    return (size_t)(end - at) + 1;
}

size_t cors_byte_set_read(const char *at, cors_byte_set *set)
{
    size_t length;

    memset(set, 0, sizeof(*set));
    if (at[0] == '[') {
        return read_class(at, set);
    }
    if (at[0] == '.' || (at[0] == '\\' && cors_ascii_has("DWSHV", at[1]))) {
        set->edge = set->slash = 1;
        return at[0] == '.' ? 1 : 2;
    }
    if (at[0] == '\\' && cors_ascii_has("dwshv", at[1])) {
        return 2;
    }
    length = read_byte(at, &set->byte);
    set->single = length > 0;
    return length;
}
