/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_GATE_H
#define CORS_GATE_H

#include <apr_time.h>
#include <sys/types.h>

/*
 * Who may ask a database, so that one which hangs takes no more threads than
 * there are seats: eight for the whole server. Each query line has a gate of
 * its own in each virtual host. It closes when a question fails, or is out
 * for more than a second; then nobody asks but a probe, one second later and
 * every five seconds from then on, until one is answered.
 *
 * A state machine: its memory is shared, the caller holds the lock, and the
 * time is what the caller says. It never waits.
 */
#define CORS_SEATS 8
#define CORS_SEATS_ABANDONED 8      /* of questions that nobody waits for */
#define CORS_CHAIRS 256             /* for those who wait for a seat */
#define CORS_GATES 512
#define CORS_GATE_LATE apr_time_from_sec(1)     /* out for too long */
#define CORS_GATE_WAIT apr_time_from_sec(1)     /* for a seat */
#define CORS_GATE_FIRST apr_time_from_sec(1)    /* from closing to a probe, */
#define CORS_GATE_NEXT apr_time_from_sec(5)     /* and to the next one */

typedef struct cors_seat {
    pid_t pid;                  /* 0: free */
    int gate;
    apr_time_t start;           /* of the question */
    int abandoned;              /* it counts no more */
} cors_seat;

typedef struct cors_gate {
    apr_uint64_t key;           /* 0: free */
    apr_time_t closed;          /* since when; 0: it is open */
    apr_time_t next_probe;
} cors_gate;

/* All bytes 0: every seat is free, every gate open. */
typedef struct cors_gates {
    cors_seat seats[CORS_SEATS + CORS_SEATS_ABANDONED];
    cors_gate gates[CORS_GATES];
    apr_time_t chairs[CORS_CHAIRS];     /* taken since; 0: free */
    int chairs_count;                   /* how many there are */
} cors_gates;

/* The gate of this key, from 0; the last one is shared where none is left. */
int cors_gate_find(cors_gates *gates, apr_uint64_t key);

typedef enum {
    CORS_GATE_ENTERED,          /* ask, and leave */
    CORS_GATE_FULL,             /* no seat is free: try again */
    CORS_GATE_CLOSED            /* or all seats have hung for too long */
} cors_gate_entry;

/*
 * Ask for a seat. *seat: set where it is ENTERED, to be given back.
 * *closed: set to 1 where a question of somebody else's, which is out for
 * too long, has closed the gate right now; else to 0.
 *
 * Seats of processes that are gone are free.
 */
cors_gate_entry cors_gate_enter(cors_gates *gates, int gate, apr_time_t now,
                                pid_t pid, int *seat, int *closed);

/* What became of a question. */
typedef enum {
    CORS_GATE_ANSWERED,
    CORS_GATE_FAILED
} cors_gate_outcome;

typedef enum {
    CORS_GATE_STAYS,
    CORS_GATE_CLOSES,
    CORS_GATE_OPENS
} cors_gate_change;

/*
 * Give the seat back. An answer opens the gate, and questions that are out
 * for too long by then are abandoned: they count no more, whatever becomes
 * of them, and leave their seat to others. *closed: since when it was
 * closed, where it opens.
 */
cors_gate_change cors_gate_leave(cors_gates *gates, int seat,
                                 cors_gate_outcome outcome, apr_time_t now,
                                 apr_time_t *closed);

/*
 * Whether one more may wait for a seat, and look again and again for
 * CORS_GATE_WAIT: as many as there are chairs. *chair: -1 at first, then the
 * chair, which is free again after that time or by cors_gate_stop_waiting().
 */
int cors_gate_may_wait(cors_gates *gates, int *chair, apr_time_t now);
void cors_gate_stop_waiting(cors_gates *gates, int *chair);

/* Give a seat back without having asked. */
void cors_gate_cancel(cors_gates *gates, int seat);

/* Free what a process left behind whose number this one has now. */
void cors_gate_forget(cors_gates *gates, pid_t pid);

/* Whether a gate of any line is closed. */
int cors_gate_is_any_closed(const cors_gates *gates);

/* Have new gates, all open. Seats stay taken, by questions of no gate. */
void cors_gate_renew(cors_gates *gates);

#endif
