#include "events.h"

#include "base/file.h"
#include "text/records.h"

#include <inttypes.h>
#include <stdio.h>

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t below(uint64_t *state, size_t count) {
    return (size_t)(next_random(state) >> 11) % count;
}

static void add(struct events_set *set, struct str event) {
    set->list = arena_grow(&set->arena, set->list, set->count);
    set->list[set->count++] = event;
    set->bytes += event.len;
}

/* ---- what an account does all day ---- */

static const struct action {
    const char *source, *name, *read_only, *request, *response;
} actions[] = {
    {"sts", "AssumeRole", "true",
        "{\"roleArn\":\"arn:aws:iam::111122223333:role/deploy\",\"roleSessionName\":\"ci-4711\","
        "\"durationSeconds\":3600}",
        "{\"credentials\":{\"accessKeyId\":\"ASIAIOSFODNN7EXAMPLE\",\"expiration\":\"May 14, 2024, "
        "3:17:31 AM\"},\"assumedRoleUser\":{\"assumedRoleId\":\"AROACKCEVSQ6C2EXAMPLE:ci-4711\","
        "\"arn\":\"arn:aws:sts::111122223333:assumed-role/deploy/ci-4711\"}}"},
    {"ec2", "DescribeInstances", "true",
        "{\"maxResults\":100,\"instancesSet\":{},\"filterSet\":{\"items\":[{\"name\":\"tag:Name\","
        "\"valueSet\":{\"items\":[{\"value\":\"web\"},{\"value\":\"worker\"}]}}]}}",
        "null"},
    {"s3", "GetObject", "true",
        "{\"bucketName\":\"reports-of-the-house\",\"Host\":\"reports-of-the-house.s3.eu-central-1"
        ".amazonaws.com\",\"key\":\"2024/05/14/daily.csv\"}",
        "null"},
    {"kms", "Decrypt", "true",
        "{\"encryptionContext\":{\"aws:s3:arn\":\"arn:aws:s3:::reports-of-the-house\"},"
        "\"encryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}",
        "null"},
    {"logs", "CreateLogStream", "false",
        "{\"logGroupName\":\"/aws/lambda/thumbnails\",\"logStreamName\":\"2024/05/14/[$LATEST]8c1\"}",
        "null"},
    {"iam", "ListAttachedRolePolicies", "true", "{\"roleName\":\"deploy\",\"maxItems\":1000}",
        "null"},
    {"ec2", "RunInstances", "false",
        "{\"instancesSet\":{\"items\":[{\"imageId\":\"ami-0abcdef1234567890\",\"minCount\":1,"
        "\"maxCount\":1}]},\"instanceType\":\"t3.small\",\"blockDeviceMapping\":{},\"monitoring\":"
        "{\"enabled\":false},\"disableApiTermination\":false}",
        "{\"reservationId\":\"r-0123456789abcdef0\",\"ownerId\":\"111122223333\",\"instancesSet\":"
        "{\"items\":[{\"instanceId\":\"i-0123456789abcdef0\",\"instanceState\":{\"code\":0,"
        "\"name\":\"pending\"},\"amiLaunchIndex\":0}]}}"},
    {"servicecatalog", "SearchProducts", "true",
        "{\"pageSize\":20,\"filters\":{\"FullTextSearch\":[\"database\"]}}", "null"},
};

static const char *const identities[] = {
    "{\"type\":\"AssumedRole\",\"principalId\":\"AROACKCEVSQ6C2EXAMPLE:%s\",\"arn\":"
    "\"arn:aws:sts::111122223333:assumed-role/Developer/%s\",\"accountId\":\"111122223333\","
    "\"accessKeyId\":\"ASIAIOSFODNN7EXAMPLE\",\"sessionContext\":{\"sessionIssuer\":{\"type\":"
    "\"Role\",\"principalId\":\"AROACKCEVSQ6C2EXAMPLE\",\"arn\":\"arn:aws:iam::111122223333:role/"
    "Developer\",\"accountId\":\"111122223333\",\"userName\":\"Developer\"},\"attributes\":"
    "{\"creationDate\":\"2024-05-14T01:58:02Z\",\"mfaAuthenticated\":\"true\"}}}",
    "{\"type\":\"IAMUser\",\"principalId\":\"AIDACKCEVSQ6C2EXAMPLE\",\"userName\":\"%s\",\"arn\":"
    "\"arn:aws:iam::111122223333:user/%s\",\"accountId\":\"111122223333\",\"accessKeyId\":"
    "\"AKIAIOSFODNN7EXAMPLE\"}",
};

static const char *const people[] = {"li.juan", "alice", "mateo", "nikki.wolf", "build", "backup"};
static const char *const regions[] = {"eu-central-1", "us-east-1", "ap-southeast-2"};

#define ONE_OF(list, random) (list)[below((random), sizeof(list) / sizeof *(list))]

static void add_id(struct buf *to, size_t number, uint64_t *random) {
    buf_add_format(to, "%08zx-%04x-4000-8000-%012" PRIx64, number,
        (unsigned)(next_random(random) & 0xffff), next_random(random) & 0xffffffffffff);
}

static void add_daily(struct buf *to, size_t number, uint64_t *random) {
    const struct action *action = &ONE_OF(actions, random);
    const char *who = ONE_OF(people, random);
    size_t second = number / 20 % 86400;
    buf_add_text(to, "{\"eventVersion\":\"1.09\",\"userIdentity\":");
    buf_add_format(to, ONE_OF(identities, random), who, who);
    buf_add_format(to,
        ",\"eventTime\":\"2024-05-14T%02zu:%02zu:%02zuZ\",\"eventSource\":\"%s.amazonaws.com\","
        "\"eventName\":\"%s\",\"awsRegion\":\"%s\",\"sourceIPAddress\":\"198.51.100.%zu\","
        "\"userAgent\":\"aws-cli/2.15.38 Python/3.11.8 Linux/6.1.79 exe/x86_64.amzn.2023\","
        "\"requestParameters\":%s,\"responseElements\":%s,\"requestID\":\"",
        second / 3600, second / 60 % 60, second % 60, action->source, action->name,
        ONE_OF(regions, random), below(random, 250), action->request, action->response);
    add_id(to, number, random);
    buf_add_text(to, "\",\"eventID\":\"");
    add_id(to, number, random);
    buf_add_format(to,
        "\",\"readOnly\":%s,\"eventType\":\"AwsApiCall\",\"managementEvent\":true,"
        "\"recipientAccountId\":\"111122223333\",\"eventCategory\":\"Management\","
        "\"tlsDetails\":{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\","
        "\"clientProvidedHostHeader\":\"%s.eu-central-1.amazonaws.com\"}}",
        action->read_only, action->source);
}

/* ---- what the rules are for ---- */

/* Of a timeline, its first event. */
static const struct json *event_of(const struct manifest_test *test) {
    return test->timeline.count ? test->timeline.events[0].event : test->event;
}

/* Sequences are left out: what they match is more than a pattern and a function. So is what reads
 * no events of CloudTrail. */
static bool has_events(const struct manifest *manifest) {
    return manifest->test_count && manifest->memory.kind != MEMORY_SEQUENCE &&
           str_is(manifest->log, "aws.cloudtrail");
}

static const struct json *pick_test(const struct rules *rules, uint64_t *random) {
    const struct manifest *manifest;
    do manifest = rules->list[below(random, rules->count)].manifest;
    while (!has_events(manifest));
    return event_of(&manifest->tests[below(random, manifest->test_count)]);
}

static void add_test(struct buf *to, const struct json *event, size_t number, uint64_t *random) {
    for (size_t i = 0; i < event->count; i++) {
        const struct json_member *member = &event->members[i];
        buf_add_char(to, i ? ',' : '{');
        json_print_string(to, member->key);
        buf_add_char(to, ':');
        if (str_is(member->key, "eventID")) {
            buf_add_char(to, '"');
            add_id(to, number, random);
            buf_add_char(to, '"');
        } else {
            json_print(to, &member->value);
        }
    }
    buf_add_char(to, '}');
}

/* ---- the interface ---- */

void events_make(struct events_set *set, const struct rules *rules, size_t count, size_t every) {
    uint64_t random = 0x9e3779b97f4a7c15u;
    struct buf text = {0};
    *set = (struct events_set){0};
    for (size_t i = 0; i < count; i++) {
        buf_reset(&text);
        if (below(&random, every) == 0)
            add_test(&text, pick_test(rules, &random), i, &random);
        else
            add_daily(&text, i, &random);
        add(set, arena_copy(&set->arena, buf_str(&text)));
    }
    buf_release(&text);
}

static void read_file(struct events_set *set, const char *path, size_t count) {
    static const char *const wrappers[] = {"Records", NULL};
    struct diag diag = {0};
    struct source *source = source_open(path, &diag);
    if (!source) return;
    struct records *records = records_new(source, wrappers, (struct record_position){0});
    struct record record;
    while (set->count < count && records_next(records, &record, &diag) == RECORD_GOOD)
        add(set, arena_copy(&set->arena, record.bytes));
    records_free(records);
}

bool events_read(struct events_set *set, const char *dir, size_t count) {
    struct paths paths = {0};
    *set = (struct events_set){0};
    if (path_is_directory(dir) && paths_walk(&paths, &set->arena, dir, NULL, NULL))
        for (size_t i = 0; i < paths.count; i++) read_file(set, paths.list[i], count);
    paths_release(&paths);
    for (size_t i = 0; set->count && set->count < count; i++) add(set, set->list[i]);
    return set->count > 0;
}

void events_release(struct events_set *set) {
    arena_release(&set->arena);
}

bool events_write(const struct events_set *set, const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) return false;
    for (size_t i = 0; i < set->count; i++) fprintf(file, "%.*s\n", STR_ARG(set->list[i]));
    return fclose(file) == 0;
}
