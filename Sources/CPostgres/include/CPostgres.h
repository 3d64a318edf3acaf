// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0
//
// libpq, loaded when it is first wanted and not linked: it brings some twenty libraries along, which a program that names no
// database would load at every start. Its binary interface is that of libpq.so.5 since PostgreSQL 8.2, so that what is used
// of it is declared here, and no header of it is needed: https://www.postgresql.org/docs/current/libpq.html.

#ifndef COFFER_POSTGRES_H
#define COFFER_POSTGRES_H

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef unsigned int Oid;

typedef enum { CONNECTION_OK = 0, CONNECTION_BAD = 1 } ConnStatusType;

typedef enum {
    PGRES_POLLING_FAILED = 0,
    PGRES_POLLING_READING = 1,
    PGRES_POLLING_WRITING = 2,
    PGRES_POLLING_OK = 3
} PostgresPollingStatusType;

// The last two are those of a pipeline (PostgreSQL 14): its end, and a statement that was passed over behind one that failed.
typedef enum {
    PGRES_EMPTY_QUERY = 0,
    PGRES_COMMAND_OK = 1,
    PGRES_TUPLES_OK = 2,
    PGRES_PIPELINE_SYNC = 10,
    PGRES_PIPELINE_ABORTED = 11
} ExecStatusType;

// From the least to the most; the last is a SQLSTATE in the place of words (PostgreSQL 12).
typedef enum { PQERRORS_TERSE = 0, PQERRORS_DEFAULT = 1, PQERRORS_VERBOSE = 2, PQERRORS_SQLSTATE = 3 } PGVerbosity;

typedef enum {
    PQTRANS_IDLE = 0,
    PQTRANS_ACTIVE = 1,
    PQTRANS_INTRANS = 2,
    PQTRANS_INERROR = 3,
    PQTRANS_UNKNOWN = 4
} PGTransactionStatusType;

typedef struct {
    char *keyword;
    char *envvar;
    char *compiled;
    char *val;
    char *label;
    // "*" of what is a password, "D" of what is seldom needed.
    char *dispchar;
    int dispsize;
} PQconninfoOption;

typedef struct pgNotify {
    char *relname;
    int be_pid;
    char *extra;
    struct pgNotify *next;
} PGnotify;

typedef void (*PQnoticeReceiver)(void *argument, const PGresult *result);

// Every function that is used: what it gives, its name, its parameters, and those as they are passed on.
#define COFFER_LIBPQ(F)                                                                                                  \
    F(PQconninfoOption *, PQconninfoParse, (const char *settings, char **message), (settings, message))                 \
    F(void, PQconninfoFree, (PQconninfoOption * options), (options))                                                     \
    F(PGconn *, PQconnectStart, (const char *settings), (settings))                                                      \
    F(PostgresPollingStatusType, PQconnectPoll, (PGconn * connection), (connection))                                     \
    F(void, PQfinish, (PGconn * connection), (connection))                                                               \
    F(ConnStatusType, PQstatus, (const PGconn *connection), (connection))                                                \
    F(PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection))                            \
    F(int, PQconnectionNeedsPassword, (const PGconn *connection), (connection))                                          \
    F(PGVerbosity, PQsetErrorVerbosity, (PGconn * connection, PGVerbosity verbosity), (connection, verbosity))           \
    F(char *, PQerrorMessage, (const PGconn *connection), (connection))                                                  \
    F(int, PQbackendPID, (const PGconn *connection), (connection))                                                       \
    F(int, PQsocket, (const PGconn *connection), (connection))                                                           \
    F(int, PQsetnonblocking, (PGconn * connection, int flag), (connection, flag))                                        \
    F(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn * connection, PQnoticeReceiver receiver, void *argument),           \
      (connection, receiver, argument))                                                                                  \
    F(int, PQsendQuery, (PGconn * connection, const char *text), (connection, text))                                     \
    F(int, PQsendQueryParams,                                                                                            \
      (PGconn * connection, const char *text, int count, const Oid *types, const char *const *values,                    \
       const int *lengths, const int *formats, int format),                                                              \
      (connection, text, count, types, values, lengths, formats, format))                                                \
    F(int, PQflush, (PGconn * connection), (connection))                                                                 \
    F(int, PQconsumeInput, (PGconn * connection), (connection))                                                          \
    F(int, PQisBusy, (PGconn * connection), (connection))                                                                \
    F(PGresult *, PQgetResult, (PGconn * connection), (connection))                                                      \
    F(PGnotify *, PQnotifies, (PGconn * connection), (connection))                                                       \
    F(void, PQfreemem, (void *memory), (memory))                                                                         \
    F(void, PQclear, (PGresult * result), (result))                                                                      \
    F(ExecStatusType, PQresultStatus, (const PGresult *result), (result))                                                \
    F(char *, PQresultErrorField, (const PGresult *result, int field), (result, field))                                  \
    F(char *, PQcmdStatus, (PGresult * result), (result))                                                                \
    F(char *, PQcmdTuples, (PGresult * result), (result))                                                                \
    F(int, PQntuples, (const PGresult *result), (result))                                                                \
    F(Oid, PQftype, (const PGresult *result, int column), (result, column))                                              \
    F(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column))                            \
    F(int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column))                            \
    F(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column))

// What libpq has since PostgreSQL 14: several statements in one round trip.
#define COFFER_LIBPQ_14(F)                                                                                               \
    F(int, PQenterPipelineMode, (PGconn * connection), (connection))                                                     \
    F(int, PQexitPipelineMode, (PGconn * connection), (connection))                                                      \
    F(int, PQpipelineSync, (PGconn * connection), (connection))

// Where they are once the library is loaded; those of version 14 are NULL in an older one.
#define COFFER_LIBPQ_MEMBER(given, name, parameters, passed) given(*name) parameters;
struct coffer_libpq_table {
    COFFER_LIBPQ(COFFER_LIBPQ_MEMBER)
    COFFER_LIBPQ_14(COFFER_LIBPQ_MEMBER)
};
#undef COFFER_LIBPQ_MEMBER

extern struct coffer_libpq_table coffer_libpq;

// Under the names that they have in libpq, of which its documentation speaks. Within each file that uses them: a function of
// that name in the program would be found by libpq in the place of its own.
#define COFFER_LIBPQ_CALL(given, name, parameters, passed)                                                               \
    static inline given name parameters { return coffer_libpq.name passed; }
COFFER_LIBPQ(COFFER_LIBPQ_CALL)
COFFER_LIBPQ_14(COFFER_LIBPQ_CALL)
#undef COFFER_LIBPQ_CALL

// Loads the library, with all that it needs, at once: a function that is looked up when it is first called leaves registers
// on the stack through which a secret may have gone (docs/decisions/0009-memory.md). Returns 1, or 0 if it is not there, or
// is not what it should be. It is to return before any of the functions is called, and is never unloaded.
int coffer_load_libpq(void);

// Whether the library that was loaded has the functions of version 14.
int coffer_libpq_has_pipelines(void);

#endif
