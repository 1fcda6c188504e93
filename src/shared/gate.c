/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/gate.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define SEATS (CORS_SEATS + CORS_SEATS_ABANDONED)

/* Of a question that is older than the configuration. */
#define NO_GATE (-1)

int cors_gate_find(cors_gates *gates, apr_uint64_t key)
{
    int i = (int)(key % CORS_GATES), tried;

    for (tried = 0; tried < CORS_GATES; tried++) {
        cors_gate *gate = &gates->gates[i];

        if (gate->key == 0) {
            gate->key = key;
        }
        if (gate->key == key) {
            return i;
        }
        i = (i + 1) % CORS_GATES;
    }
    return CORS_GATES - 1;
}

static int is_gone(pid_t pid)
{
    return kill(pid, 0) != 0 && errno == ESRCH;
}

/* A clock that was set back makes no question late, nor early for ever. */
static int is_late(cors_seat *seat, apr_time_t now)
{
    if (seat->start > now) {
        seat->start = now;
    }
    return now - seat->start > CORS_GATE_LATE;
}

static void free_gone(cors_gates *gates, apr_time_t now)
{
    int i;

    for (i = 0; i < SEATS; i++) {
        cors_seat *seat = &gates->seats[i];

        if (seat->pid && is_late(seat, now) && is_gone(seat->pid)) {
            memset(seat, 0, sizeof(*seat));
        }
    }
}

static int has_late(cors_gates *gates, int gate, apr_time_t now)
{
    int i;

    for (i = 0; i < SEATS; i++) {
        cors_seat *seat = &gates->seats[i];

        if (seat->pid && !seat->abandoned && seat->gate == gate
            && is_late(seat, now)) {
            return 1;
        }
    }
    return 0;
}

static void close_gate(cors_gate *gate, apr_time_t now)
{
    gate->closed = now;
    gate->next_probe = now + CORS_GATE_FIRST;
}

/* -1: none is free. */
static int take_seat(cors_gates *gates, int gate, apr_time_t now, pid_t pid)
{
    int taken = 0, unused = -1, i;

    for (i = 0; i < SEATS; i++) {
        const cors_seat *seat = &gates->seats[i];

        if (!seat->pid) {
            unused = i;
        }
        else if (!seat->abandoned) {
            taken++;
        }
    }
    if (unused < 0 || taken >= CORS_SEATS) {
        return -1;
    }
    gates->seats[unused].pid = pid;
    gates->seats[unused].gate = gate;
    gates->seats[unused].start = now;
    gates->seats[unused].abandoned = 0;
    return unused;
}

/* Whether none is worth waiting for: all who sit there hang. */
static int are_all_late(cors_gates *gates, apr_time_t now)
{
    int i;

    for (i = 0; i < SEATS; i++) {
        cors_seat *seat = &gates->seats[i];

        if (seat->pid && !seat->abandoned && !is_late(seat, now)) {
            return 0;
        }
    }
    return 1;
}

/* A probe that the clock, set back, would put off is due now. */
static int is_probe_due(cors_gate *gate, apr_time_t now)
{
    return now >= gate->next_probe
           || gate->next_probe - now > CORS_GATE_NEXT;
}

cors_gate_entry cors_gate_enter(cors_gates *gates, int number,
                                apr_time_t now, pid_t pid, int *seat,
                                int *closed)
{
    cors_gate *gate = &gates->gates[number];

    *closed = 0;
    free_gone(gates, now);
    if (!gate->closed && has_late(gates, number, now)) {
        close_gate(gate, now);
        *closed = 1;
    }
    if (gate->closed && !is_probe_due(gate, now)) {
        return CORS_GATE_CLOSED;
    }
    *seat = take_seat(gates, number, now, pid);
    if (*seat < 0) {
        return gate->closed || are_all_late(gates, now) ? CORS_GATE_CLOSED
                                                        : CORS_GATE_FULL;
    }
    if (gate->closed) {
        gate->next_probe = now + CORS_GATE_NEXT;
    }
    return CORS_GATE_ENTERED;
}

static void abandon_late(cors_gates *gates, int gate, apr_time_t now)
{
    int i;

    for (i = 0; i < SEATS; i++) {
        cors_seat *seat = &gates->seats[i];

        if (seat->pid && seat->gate == gate && is_late(seat, now)) {
            seat->abandoned = 1;
        }
    }
}

cors_gate_change cors_gate_leave(cors_gates *gates, int number,
                                 cors_gate_outcome outcome, apr_time_t now,
                                 apr_time_t *closed)
{
    cors_seat left = gates->seats[number];
    cors_gate *gate;

    memset(&gates->seats[number], 0, sizeof(left));
    if (left.gate == NO_GATE) {
        return CORS_GATE_STAYS;
    }
    gate = &gates->gates[left.gate];
    if (outcome == CORS_GATE_FAILED) {
        if (left.abandoned || gate->closed) {
            return CORS_GATE_STAYS;
        }
        close_gate(gate, now);
        return CORS_GATE_CLOSES;
    }
    abandon_late(gates, left.gate, now);
    *closed = gate->closed;
    gate->closed = 0;
    return *closed ? CORS_GATE_OPENS : CORS_GATE_STAYS;
}

int cors_gate_may_wait(cors_gates *gates, int *chair, apr_time_t now)
{
    int i;

    for (i = 0; *chair < 0 && i < gates->chairs_count; i++) {
        apr_time_t since = gates->chairs[i];

        if (since == 0 || since > now || now - since > CORS_GATE_WAIT) {
            gates->chairs[i] = now;
            *chair = i;
        }
    }
    return *chair >= 0;
}

void cors_gate_stop_waiting(cors_gates *gates, int *chair)
{
    if (*chair >= 0) {
        gates->chairs[*chair] = 0;
        *chair = -1;
    }
}

void cors_gate_cancel(cors_gates *gates, int seat)
{
    memset(&gates->seats[seat], 0, sizeof(gates->seats[seat]));
}

void cors_gate_forget(cors_gates *gates, pid_t pid)
{
    int i;

    for (i = 0; i < SEATS; i++) {
        if (gates->seats[i].pid == pid) {
            memset(&gates->seats[i], 0, sizeof(gates->seats[i]));
        }
    }
}

int cors_gate_is_any_closed(const cors_gates *gates)
{
    int i;

    for (i = 0; i < CORS_GATES; i++) {
        if (gates->gates[i].closed) {
            return 1;
        }
    }
    return 0;
}

void cors_gate_renew(cors_gates *gates)
{
    int i;

    for (i = 0; i < SEATS; i++) {
        gates->seats[i].gate = NO_GATE;
    }
    memset(gates->gates, 0, sizeof(gates->gates));
}
