"""Records like those of CloudTrail, all of them invented: what an account does on a long day.

Knows nothing of rules. A record's shape is drawn once and spelled as a template, so that a million
records take seconds: a few names are frequent and many are rare, as in life.
"""
import json
import random

ACCOUNT = "111122223333"
REGIONS = "eu-central-1 us-east-1 us-west-2 ap-southeast-2".split()
PEOPLE = ("alice ben carla dmitri elif farid grace hiro ines jonas kofi lena marco noor olga pedro "
          "quinn rosa sven tara").split()
AGENTS = (
    "aws-cli/2.15.38 Python/3.11.8 Linux/6.1.79 exe/x86_64.amzn.2023 prompt/off command/sts",
    "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#6.1.79 md/arch#x86_64 lang/python#3.11.8",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 terraform-provider-aws/5.45.0 aws-sdk-go-v2/1.26.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
    "AWS Internal",
)

# service, event name, request, response: what is done all day
FREQUENT = (
    ("sts", "AssumeRole",
     {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/deploy", "roleSessionName": "pipeline-4711",
      "durationSeconds": 3600},
     {"credentials": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE",
                      "expiration": "May 14, 2024, 3:17:31 AM"},
      "assumedRoleUser": {"assumedRoleId": "AROACKCEVSQ6C2EXAMPLE:pipeline-4711",
                          "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/pipeline-4711"}}),
    ("kms", "Decrypt",
     {"encryptionContext": {"aws:s3:arn": "arn:aws:s3:::reports-of-the-house/2024/05/14"},
      "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}, None),
    ("ec2", "DescribeInstances",
     {"maxResults": 100, "instancesSet": {}, "filterSet": {"items": [
         {"name": "tag:Name", "valueSet": {"items": [{"value": "web"}, {"value": "worker"}]}},
         {"name": "instance-state-name", "valueSet": {"items": [{"value": "running"}]}}]}}, None),
    ("s3", "GetObject",
     {"bucketName": "reports-of-the-house", "key": "2024/05/14/daily.csv",
      "Host": "reports-of-the-house.s3.eu-central-1.amazonaws.com"}, None),
    ("logs", "CreateLogStream",
     {"logGroupName": "/aws/lambda/thumbnails", "logStreamName": "2024/05/14/[$LATEST]8c1f"}, None),
    ("iam", "GetRole", {"roleName": "deploy"}, None),
    ("ec2", "DescribeSecurityGroups",
     {"securityGroupSet": {"items": [{"groupId": "sg-0123456789abcdef0"}]}, "filterSet": {},
      "securityGroupIdSet": {}}, None),
    ("ssm", "GetParameter", {"name": "/web/production/endpoint", "withDecryption": True}, None),
    ("ec2", "RunInstances",
     {"instancesSet": {"items": [{"imageId": "ami-0abcdef1234567890", "minCount": 1,
                                  "maxCount": 1}]},
      "instanceType": "t3.small", "blockDeviceMapping": {}, "monitoring": {"enabled": False}},
     {"reservationId": "r-0123456789abcdef0", "ownerId": ACCOUNT, "instancesSet": {"items": [
         {"instanceId": "i-0123456789abcdef0", "imageId": "ami-0abcdef1234567890",
          "instanceState": {"code": 0, "name": "pending"}, "amiLaunchIndex": 0}]}}),
)

RARE_VERBS = "List Describe Get BatchGet Search".split()
RARE_NOUNS = ("Alarms Backups Buckets Certificates Clusters Distributions Findings Functions "
              "Grants Images Keys Layers Metrics Policies Portfolios Queues Recipes Repositories "
              "Rules Secrets Snapshots Stacks Streams Tables").split()
RARE = [verb + noun for verb in RARE_VERBS for noun in RARE_NOUNS]
RARE_SHARE = 0.3


def _issuer(name):
    return {"sessionIssuer": {"type": "Role", "principalId": "AROACKCEVSQ6C2EXAMPLE",
                              "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
                              "accountId": ACCOUNT, "userName": name},
            "webIdFederationData": {},
            "attributes": {"creationDate": "2024-05-14T01:58:02Z", "mfaAuthenticated": "false"}}


IDENTITIES = (
    (60, lambda: {"type": "AssumedRole", "principalId": "AROACKCEVSQ6C2EXAMPLE:%(who)s",
                  "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Developer/%(who)s",
                  "accountId": ACCOUNT, "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
                  "sessionContext": _issuer("Developer")}),
    (30, lambda: {"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE",
                  "arn": f"arn:aws:iam::{ACCOUNT}:user/%(who)s", "accountId": ACCOUNT,
                  "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "%(who)s"}),
    (9, lambda: {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}),
    (1, lambda: {"type": "Root", "principalId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root",
                 "accountId": ACCOUNT, "accessKeyId": ""}),
)


def _action(rnd):
    if rnd.random() >= RARE_SHARE:
        return rnd.choice(FREQUENT)
    return ("servicecatalog", rnd.choice(RARE), {"pageSize": 50, "filters": {"items": [
        {"key": "owner", "values": ["house"]}]}, "sortOrder": "ASCENDING"}, None)


POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*"}]})


def _shape(rnd):
    """One record whose changing parts are %(name)s. Some hold a backslash, as in life."""
    service, name, request, response = _action(rnd)
    if rnd.random() < 0.012:
        request = {"policyDocument": POLICY}
    (identity,) = rnd.choices([make for _, make in IDENTITIES], [share for share, _ in IDENTITIES])
    refused = rnd.random() < 0.03
    event = {
        "eventVersion": "1.09", "userIdentity": identity(), "eventTime": "%(time)s",
        "eventSource": service + ".amazonaws.com", "eventName": name,
        "awsRegion": rnd.choice(REGIONS), "sourceIPAddress": "%(address)s",
        "userAgent": rnd.choice(AGENTS)}
    if refused:
        event["errorCode"] = "AccessDenied"
        event["errorMessage"] = "User: %(who)s is not authorized to perform: " + name
    event.update({
        "requestParameters": request, "responseElements": None if refused else response,
        "requestID": "%(request)s", "eventID": "%(id)s", "readOnly": response is None,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::S3::Object",
                       "ARN": "arn:aws:s3:::reports-of-the-house/2024/05/14/daily.csv"}],
        "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": ACCOUNT,
        "eventCategory": "Management", "sessionCredentialFromConsole": "true",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                       "clientProvidedHostHeader": f"{service}.eu-central-1.amazonaws.com"}})
    return spell(event)


def spell(event):
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


def _uuid(rnd):
    bits = "%032x" % rnd.getrandbits(128)
    return "-".join((bits[:8], bits[8:12], bits[12:16], bits[16:20], bits[20:]))


def _time(seconds):
    days, seconds = divmod(int(seconds), 86400)
    return "2024-%02d-%02dT%02d:%02d:%02dZ" % (
        1 + days // 28 % 12, 1 + days % 28, seconds // 3600, seconds // 60 % 60, seconds % 60)


def records(seed):
    """Endless: lines of JSON, each with an id, a time, a user and an address of its own."""
    rnd = random.Random(seed)
    shapes = [_shape(rnd) for _ in range(2000)]
    clock = 0.0
    while True:
        clock += rnd.expovariate(4.0)
        yield rnd.choice(shapes) % {
            "time": _time(clock), "id": _uuid(rnd), "request": _uuid(rnd),
            "who": rnd.choice(PEOPLE), "address": "198.51.100.%d" % rnd.randrange(1, 255)}
