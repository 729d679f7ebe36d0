"""Rules of a bench, drawn by chance, and each in four languages: a manifest, Lua, Python and jq.

`Rule.holds` is the judge that the engines are held against: it knows none of these languages.
"""
import json
from dataclasses import dataclass

from make_records import FREQUENT, RARE

VERBS = ("Create Delete Put Update Modify Attach Detach Stop Start Enable Disable Revoke Authorize "
         "Register Deregister Associate Disassociate Reset Restore Terminate Import Export").split()
NOUNS = ("AccessKey Alias Application Authorizer Backup Bucket BucketPolicy Certificate ChangeSet "
         "Channel Cluster Connection Connector Dashboard Dataset Deployment Detector Directory "
         "Domain Endpoint Environment EventBus Filter Firewall FlowLogs Function Gateway Grant "
         "Group GroupPolicy Image Instance InstanceProfile Integration Key KeyPolicy Layer License "
         "Listener LoadBalancer LogGroup LoginProfile Member Model Monitor NetworkAcl Notebook "
         "Parameter Permission Pipeline Policy Portfolio Principal Product Profile Project "
         "Provider Proxy Queue Record Recorder Repository Resolver Role RolePolicy Route "
         "RouteTable Rule Schedule Secret SecurityGroup Service Share Snapshot Stack Stage Subnet "
         "Subscription Table Target Template Token Topic Trail Trust User UserPolicy Vault Volume "
         "Vpc Webhook Workflow Workspace").split()
REQUEST_KEYS = ("name bucketName roleName userName groupName policyArn keyId secretId "
                "functionName instanceId volumeId topicArn tableName clusterName").split()
_NOTHING = object()


def value_at(event, path):
    for key in path.split("."):
        event = event.get(key, _NOTHING) if isinstance(event, dict) else _NOTHING
    return event


@dataclass(frozen=True)
class Is:
    """A field is one of some strings."""
    path: str
    values: tuple

    def holds(self, event):
        value = value_at(event, self.path)
        return isinstance(value, str) and value in self.values

    def lua(self):
        return "(%s)" % " or ".join(f"event.{self.path} == {json.dumps(v)}" for v in self.values)

    def python(self):
        return "%s in {%s}" % (_deep_get(self.path), ", ".join(map(json.dumps, self.values)))

    def jq(self):
        return "(.%s | %s)" % (self.path, " or ".join(f". == {json.dumps(v)}" for v in self.values))

    def example(self, rnd):
        return rnd.choice(self.values)


@dataclass(frozen=True)
class Begins:
    """A field is a string that begins so."""
    path: str
    prefix: str

    def holds(self, event):
        value = value_at(event, self.path)
        return isinstance(value, str) and value.startswith(self.prefix)

    def lua(self):
        return '(event.%s or ""):sub(1, %d) == %s' % (
            self.path, len(self.prefix), json.dumps(self.prefix))

    def python(self):
        return '(%s or "").startswith(%s)' % (_deep_get(self.path), json.dumps(self.prefix))

    def jq(self):
        return '(.%s // "" | startswith(%s))' % (self.path, json.dumps(self.prefix))

    def example(self, rnd):
        return self.prefix + str(rnd.randrange(1, 250))


@dataclass(frozen=True)
class Differs:
    """A field is a string, and another one."""
    path: str
    other: str

    def holds(self, event):
        value = value_at(event, self.path)
        return isinstance(value, str) and value != self.other

    def lua(self):
        return "event.%s ~= nil and event.%s ~= %s" % (
            self.path, self.path, json.dumps(self.other))

    def python(self):
        return "%s not in (None, %s)" % (_deep_get(self.path), json.dumps(self.other))

    def jq(self):
        return "(.%s | . != null and . != %s)" % (self.path, json.dumps(self.other))

    def example(self, rnd):
        return "some-%d" % rnd.randrange(1000)


def _deep_get(path):
    return "deep_get(event, %s)" % ", ".join(map(json.dumps, path.split(".")))


@dataclass(frozen=True)
class Rule:
    number: int
    names: tuple  # event names
    tests: tuple

    @property
    def id(self):
        return "bench.r%05d" % self.number

    def holds(self, event):
        return event["eventName"] in self.names and all(test.holds(event) for test in self.tests)

    def _manifest(self, when, lua):
        return (f"id: {self.id}\ntitle: rule {self.number} of the bench\nseverity: low\n"
                f"log: aws.cloudtrail\ndedup: {{period: 0}}\n{when}"
                f"lua: |\n  function rule(event) return {lua} end\n")

    def manifest(self):
        when = "when: {eventName: %s}\n" % json.dumps(self.names)
        return self._manifest(when, " and ".join(test.lua() for test in self.tests))

    def manifest_of_lua_alone(self):
        name = Is("eventName", self.names)
        return self._manifest("", " and ".join(test.lua() for test in (name, *self.tests)))

    def python(self):
        function = "r%05d" % self.number
        return "N_%s = {%s}\ndef %s(event):\n    return event.get('eventName') in N_%s and %s\n" \
            "RULES.append(%s)\n" % (
                function, ", ".join(map(json.dumps, self.names)), function, function,
                " and ".join(test.python() for test in self.tests), function)

    def jq(self):
        names = " or ".join("$n == " + json.dumps(name) for name in self.names)
        return '(if (%s) and %s then "%s" else empty end)' % (
            names, " and ".join(test.jq() for test in self.tests), self.id)


def _draw_test(rnd):
    return rnd.choice((
        lambda: Is("userIdentity.type", ("Root",)),
        lambda: Is("userIdentity.type", ("Root", "FederatedUser", "WebIdentityUser")),
        lambda: Is("errorCode", (rnd.choice(("Client.DryRunOperation", "OptInRequired")),)),
        lambda: Is("awsRegion", (rnd.choice(("ap-east-1", "af-south-1", "me-south-1")),)),
        lambda: Is("userIdentity.sessionContext.attributes.mfaAuthenticated", ("unknown",)),
        lambda: Is("responseElements." + rnd.choice(("status", "state")), ("Failed", "Refused")),
        lambda: Is("requestParameters." + rnd.choice(REQUEST_KEYS),
                   ("secret-%04d" % rnd.randrange(10000),)),
        lambda: Begins("requestParameters." + rnd.choice(REQUEST_KEYS),
                       "live-%03d-" % rnd.randrange(1000)),
        lambda: Begins("sourceIPAddress", "203.0.113.%d" % rnd.randrange(1, 9)),
        lambda: Begins("userAgent", rnd.choice(("Kali", "Pacu/", "python-requests/", "curl/"))),
    ))()


def _draw_name(rnd):
    """Of an event that does occur; rules seldom want what everybody does all day."""
    return rnd.choice(FREQUENT)[1] if rnd.random() < 0.01 else rnd.choice(RARE)


def _draw_rule(rnd, number, strange):
    names = rnd.sample(strange, rnd.choice((1, 1, 1, 2, 2, 3, 5)))
    if rnd.random() < 0.1:
        names[0] = _draw_name(rnd)
    tests = [_draw_test(rnd)]
    if rnd.random() < 0.5:
        tests.append(Differs(*rnd.choice((
            ("recipientAccountId", "999999999999"), ("eventSource", "internal.amazonaws.com")))))
    return Rule(number, tuple(sorted(names)), tuple(tests))


def draw_rules(rnd, count):
    """The first asks for root making a portfolio; most others want names that hardly occur."""
    first = Rule(0, ("CreatePortfolio",), (Is("userIdentity.type", ("Root",)),))
    strange = [verb + noun for verb in VERBS for noun in NOUNS if verb + noun != "CreatePortfolio"]
    return [first] + [_draw_rule(rnd, number, strange) for number in range(1, count)]
