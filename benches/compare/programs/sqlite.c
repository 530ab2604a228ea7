// Runs the SQL on standard input in a database in memory, and prints the rows. ?1 in the SQL is the
// first argument, and so on.
#include "common.h"
#include "sqlite3.h"

// The library is built without a system (SQLITE_OS_OTHER): what follows is all that it asks of one
// for a database in memory.
static int no_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                   int *out) {
    return SQLITE_CANTOPEN;
}
static int no_name(sqlite3_vfs *vfs, const char *name, int flag) { return SQLITE_IOERR; }
static int no_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
    *out = 0;
    return SQLITE_OK;
}
static int same_name(sqlite3_vfs *vfs, const char *name, int room, char *out) {
    return snprintf(out, room, "%s", name) < room ? SQLITE_OK : SQLITE_CANTOPEN;
}
static int randomness(sqlite3_vfs *vfs, int count, char *out) {
    for (int i = 0; i < count; i++)
        out[i] = random_number();
    return count;
}
static int no_sleep(sqlite3_vfs *vfs, int microseconds) { return microseconds; }
static int no_time(sqlite3_vfs *vfs, double *out) {
    *out = 2460000.5;
    return SQLITE_OK;
}
static int no_error(sqlite3_vfs *vfs, int room, char *out) { return 0; }

int sqlite3_os_init(void) {
    static sqlite3_vfs vfs = {.iVersion = 1,
                              .szOsFile = sizeof(sqlite3_file),
                              .mxPathname = 64,
                              .zName = "none",
                              .xOpen = no_file,
                              .xDelete = no_name,
                              .xAccess = no_access,
                              .xFullPathname = same_name,
                              .xRandomness = randomness,
                              .xSleep = no_sleep,
                              .xCurrentTime = no_time,
                              .xGetLastError = no_error};
    return sqlite3_vfs_register(&vfs, 1);
}
int sqlite3_os_end(void) { return SQLITE_OK; }

static void print_row(sqlite3_stmt *statement) {
    int columns = sqlite3_column_count(statement);
    for (int i = 0; i < columns; i++) {
        const unsigned char *text = sqlite3_column_text(statement, i);
        printf("%s%s", text ? (const char *)text : "NULL", i + 1 < columns ? "|" : "\n");
    }
}

int main(int count, char **values) {
    size_t length;
    const char *text = input(1 << 20, &length);
    sqlite3 *db;
    int code = sqlite3_open(":memory:", &db);
    while (code == SQLITE_OK && *text) {
        sqlite3_stmt *statement;
        code = sqlite3_prepare_v2(db, text, -1, &statement, &text);
        if (code != SQLITE_OK || !statement)
            continue;
        for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++)
            sqlite3_bind_int(statement, i, argument(count, values, i, 0));
        while (sqlite3_step(statement) == SQLITE_ROW)
            print_row(statement);
        code = sqlite3_finalize(statement);
    }
    if (code != SQLITE_OK)
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    return code != SQLITE_OK;
}
