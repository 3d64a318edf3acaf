// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#include "CPostgres.h"

#include <dlfcn.h>
#include <stddef.h>

struct coffer_libpq_table coffer_libpq;

// By its name alone, as the linker would have named it: where libraries are is the system's to say. Homebrew keeps this one
// apart from the others.
static const char *const names[] = {
#ifdef __APPLE__
    "libpq.5.dylib", "/opt/homebrew/opt/libpq/lib/libpq.5.dylib", "/usr/local/opt/libpq/lib/libpq.5.dylib",
#else
    "libpq.so.5",
#endif
};

int coffer_load_libpq(void) {
    void *library = NULL;
    for (size_t index = 0; library == NULL && index < sizeof names / sizeof *names; index++)
        library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return 0;
    // dlsym(3) has one type for all that it finds, and this is how POSIX has it turned into a function's.
#define COFFER_LIBPQ_FIND(given, name, parameters, passed)                                                               \
    *(void **)&coffer_libpq.name = dlsym(library, #name);                                                                \
    if (coffer_libpq.name == NULL) return 0;
    COFFER_LIBPQ(COFFER_LIBPQ_FIND)
#undef COFFER_LIBPQ_FIND
#define COFFER_LIBPQ_FIND(given, name, parameters, passed) *(void **)&coffer_libpq.name = dlsym(library, #name);
    COFFER_LIBPQ_14(COFFER_LIBPQ_FIND)
#undef COFFER_LIBPQ_FIND
    return 1;
}

int coffer_libpq_has_pipelines(void) {
#define COFFER_LIBPQ_HAS(given, name, parameters, passed) &&coffer_libpq.name != NULL
    return 1 COFFER_LIBPQ_14(COFFER_LIBPQ_HAS);
#undef COFFER_LIBPQ_HAS
}
