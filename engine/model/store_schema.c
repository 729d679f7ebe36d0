/* The shape of the store, as its history: a new store goes through all of it.
 *
 * Times are milliseconds (UTC); a time that is unknown is INT64_MIN. Columns that are long stand
 * last, so that a scan passes over them. */
#include "model/store_private.h"

const char *const store_scripts[STORE_VERSION] = {
    "PRAGMA application_id = 0x746f6373;"

    "CREATE TABLE input ("
    "  key TEXT PRIMARY KEY,"
    "  path TEXT NOT NULL,"
    "  offset INTEGER NOT NULL,"
    "  line INTEGER NOT NULL,"
    "  records INTEGER NOT NULL,"
    "  context INTEGER NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  done INTEGER NOT NULL,"
    "  seen_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;"

    "CREATE TABLE alert ("
    "  number INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE,"
    "  rule TEXT NOT NULL,"
    "  dedup TEXT NOT NULL,"
    "  severity TEXT NOT NULL,"
    "  log TEXT NOT NULL,"
    "  time_ms INTEGER NOT NULL,"
    "  last_time_ms INTEGER NOT NULL,"
    "  period_ms INTEGER NOT NULL,"
    "  count INTEGER NOT NULL,"
    "  created_ms INTEGER NOT NULL,"
    "  rules_version TEXT NOT NULL,"
    "  title TEXT NOT NULL,"
    "  event_ids TEXT NOT NULL," /* JSON strings with commas between them */
    "  body TEXT NOT NULL"
    ");"
    "CREATE INDEX alert_by_key ON alert (rule, dedup, time_ms) WHERE period_ms > 0;"
    "CREATE INDEX alert_by_age ON alert (created_ms);"

    "CREATE TABLE alert_event ("
    "  alert INTEGER NOT NULL REFERENCES alert ON DELETE CASCADE,"
    "  event TEXT NOT NULL,"
    "  PRIMARY KEY (alert, event)"
    ") WITHOUT ROWID;"

    "CREATE TABLE delivery ("
    "  id INTEGER PRIMARY KEY,"
    "  alert INTEGER NOT NULL REFERENCES alert ON DELETE CASCADE,"
    "  destination TEXT NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  created_ms INTEGER NOT NULL,"
    "  due_ms INTEGER NOT NULL,"
    "  UNIQUE (alert, destination)"
    ");"

    "CREATE TABLE rejected ("
    "  id INTEGER PRIMARY KEY,"
    "  source TEXT NOT NULL,"
    "  line INTEGER NOT NULL,"
    "  record INTEGER NOT NULL,"
    "  rule TEXT NOT NULL,"
    "  at_ms INTEGER NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  bytes TEXT NOT NULL"
    ");"
    "CREATE INDEX rejected_by_age ON rejected (at_ms);",

    /* 2: an alert is told again when more matches came, so deliveries have a revision; and a
     * delivery says how its last attempt went. What was there counts as told. */
    "CREATE TABLE alert_2 ("
    "  number INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE,"
    "  rule TEXT NOT NULL,"
    "  dedup TEXT NOT NULL,"
    "  severity TEXT NOT NULL,"
    "  log TEXT NOT NULL,"
    "  time_ms INTEGER NOT NULL,"
    "  last_time_ms INTEGER NOT NULL,"
    "  period_ms INTEGER NOT NULL,"
    "  closes_ms INTEGER NOT NULL,"
    "  count INTEGER NOT NULL,"
    "  told INTEGER NOT NULL," /* the count it was last told with */
    "  revision INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  created_ms INTEGER NOT NULL,"
    "  rules_version TEXT NOT NULL,"
    "  title TEXT NOT NULL,"
    "  event_ids TEXT NOT NULL,"
    "  body TEXT NOT NULL"
    ");"
    "INSERT INTO alert_2"
    "  SELECT number, id, rule, dedup, severity, log, time_ms, last_time_ms, period_ms,"
    "    CASE WHEN time_ms = -9223372036854775808 THEN time_ms"
    "      WHEN time_ms > 9223372036854775807 - period_ms THEN 9223372036854775807"
    "      ELSE time_ms + period_ms END,"
    "    count, count, 1, 0, created_ms, rules_version, title, event_ids, body FROM alert;"
    "DROP TABLE alert;"
    "ALTER TABLE alert_2 RENAME TO alert;"
    "CREATE INDEX alert_by_key ON alert (rule, dedup, time_ms) WHERE period_ms > 0;"
    "CREATE INDEX alert_by_age ON alert (created_ms);"
    "CREATE INDEX alert_untold ON alert (closes_ms, time_ms, id) WHERE told < count;"

    /* A file is the same while it begins as it did, and reading goes on in the middle of a line. */
    "ALTER TABLE input ADD COLUMN head TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE input ADD COLUMN line_column INTEGER NOT NULL DEFAULT 0;"

    "CREATE TABLE delivery_2 ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," /* never used again: a sender may still hold it */
    "  alert INTEGER NOT NULL REFERENCES alert ON DELETE CASCADE,"
    "  revision INTEGER NOT NULL,"
    "  destination TEXT NOT NULL,"
    "  state INTEGER NOT NULL," /* enum delivery_state */
    "  attempts INTEGER NOT NULL,"
    "  created_ms INTEGER NOT NULL,"
    "  due_ms INTEGER NOT NULL,"
    "  updated_ms INTEGER NOT NULL,"
    "  last_status INTEGER NOT NULL,"
    "  last_error TEXT NOT NULL,"
    "  UNIQUE (alert, revision, destination)"
    ");"
    "INSERT INTO delivery_2"
    "  SELECT id, alert, 1, destination, state, attempts, created_ms, due_ms, created_ms, 0, ''"
    "  FROM delivery;"
    "DROP TABLE delivery;"
    "ALTER TABLE delivery_2 RENAME TO delivery;"
    "CREATE INDEX delivery_due ON delivery (destination, due_ms) WHERE state = 0;"
    "CREATE INDEX delivery_by_state ON delivery (state, due_ms);",

    /* 3: why a rule could not judge an event, and which. Of those before, the texts of version 2 say
     * why. The columns stand behind `bytes`, so that a large store is not written anew. */
    "ALTER TABLE rejected ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;" /* enum failure_kind */
    "ALTER TABLE rejected ADD COLUMN event TEXT NOT NULL DEFAULT '';"
    "UPDATE rejected SET kind = CASE"
    "    WHEN reason LIKE '%took too many steps' THEN 2"
    "    WHEN reason LIKE '%regular expression in ''when'' met its limit' THEN 2"
    "    WHEN reason LIKE '%used too much memory' THEN 3"
    "    WHEN reason LIKE '%took too much time' THEN 4"
    "    ELSE 1 END"
    "  WHERE rule <> '';",

    /* 4: the memory of rules (model/memory.h), and at which match an alert's period begins, which
     * is not its first one where a memory decides what fires. */
    "ALTER TABLE alert ADD COLUMN begins_ms INTEGER NOT NULL DEFAULT 0;"
    "UPDATE alert SET begins_ms = time_ms;"
    "DROP INDEX alert_by_key;"
    "CREATE INDEX alert_by_key ON alert (rule, dedup, begins_ms) WHERE period_ms > 0;"

    "CREATE TABLE memory ("
    "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  rule TEXT NOT NULL UNIQUE,"
    "  definition TEXT NOT NULL,"
    "  started_ms INTEGER NOT NULL," /* the earliest match; INT64_MAX: none yet */
    "  keys INTEGER NOT NULL"
    ");"
    "CREATE TABLE memory_key ("
    "  number INTEGER PRIMARY KEY,"
    "  memory INTEGER NOT NULL,"
    "  key TEXT NOT NULL,"
    "  keep_ms INTEGER NOT NULL,"  /* it can matter until so much event time is behind this */
    "  events INTEGER NOT NULL,"   /* rows of memory_event */
    "  first_ms INTEGER NOT NULL," /* of first_seen: the stretch in which it was seen; */
    "  last_ms INTEGER NOT NULL,"  /* last < first: it was not */
    "  UNIQUE (memory, key)"
    ");"
    "CREATE INDEX memory_key_age ON memory_key (memory, keep_ms);"
    "CREATE TABLE memory_event ("
    "  key INTEGER NOT NULL,"
    "  step INTEGER NOT NULL,"
    "  time_ms INTEGER NOT NULL,"
    "  event TEXT NOT NULL,"
    "  keep_ms INTEGER NOT NULL," /* its time, or the newest time when it came, if it came late */
    "  counted INTEGER NOT NULL," /* on something that fired */
    "  fired INTEGER NOT NULL,"
    "  value TEXT NOT NULL,"
    "  PRIMARY KEY (key, step, time_ms, event)"
    ") WITHOUT ROWID;"
    "CREATE TABLE memory_due ("
    "  log TEXT NOT NULL,"
    "  due_ms INTEGER NOT NULL,"
    "  memory INTEGER NOT NULL,"
    "  time_ms INTEGER NOT NULL,"
    "  event TEXT NOT NULL,"
    "  key INTEGER NOT NULL,"
    "  kept TEXT NOT NULL,"
    "  PRIMARY KEY (log, due_ms, memory, time_ms, event, key)"
    ") WITHOUT ROWID;"
    "CREATE TABLE memory_period ("
    "  rule TEXT NOT NULL,"
    "  dedup TEXT NOT NULL,"
    "  time_ms INTEGER NOT NULL,"
    "  begins INTEGER NOT NULL," /* a period does, at this time */
    "  PRIMARY KEY (rule, dedup, time_ms)"
    ") WITHOUT ROWID;"
    "CREATE INDEX memory_period_age ON memory_period (time_ms);"
    "INSERT OR IGNORE INTO memory_period SELECT rule, dedup, time_ms, 1 FROM alert"
    "  WHERE period_ms > 0 AND time_ms > -9223372036854775808;"
    "CREATE TABLE memory_time ("
    "  log TEXT PRIMARY KEY,"
    "  newest_ms INTEGER NOT NULL"
    ") WITHOUT ROWID;",

    /* 5: few times begin a period, and those are looked for. How many keys and matches there are is
     * counted while they are in use; and the number of a key that went is not given to another, as decisions may wait for it. */
    "CREATE INDEX memory_period_begin ON memory_period (rule, dedup, time_ms) WHERE begins;"
    "CREATE TABLE memory_key_5 ("
    "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  memory INTEGER NOT NULL,"
    "  key TEXT NOT NULL,"
    "  keep_ms INTEGER NOT NULL,"
    "  first_ms INTEGER NOT NULL,"
    "  last_ms INTEGER NOT NULL,"
    "  UNIQUE (memory, key)"
    ");"
    "INSERT INTO memory_key_5 SELECT number, memory, key, keep_ms, first_ms, last_ms FROM memory_key;"
    "DROP TABLE memory_key;"
    "ALTER TABLE memory_key_5 RENAME TO memory_key;"
    "CREATE INDEX memory_key_age ON memory_key (memory, keep_ms);"
    "ALTER TABLE memory DROP COLUMN keys;"

    /* And alerts that rules read as events, until they have; how often exceptions held. */
    "CREATE TABLE unread_alert ("
    "  number INTEGER PRIMARY KEY,"
    "  alert TEXT NOT NULL"
    ");"
    "CREATE TABLE exception ("
    "  rule TEXT NOT NULL,"
    "  id TEXT NOT NULL," /* a hash of its pattern and its reason */
    "  hits INTEGER NOT NULL,"
    "  last_ms INTEGER NOT NULL," /* of events */
    "  seen_ms INTEGER NOT NULL," /* by the wall */
    "  owner TEXT NOT NULL,"
    "  until TEXT NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  PRIMARY KEY (rule, id)"
    ") WITHOUT ROWID;",
};
