$ tocsin help new
usage: tocsin new rule ID [DIR] | pack DIR | editor DIR

rule: ID.yaml in DIR (default: rules, or here). With --from it is made of an
event: a pattern, a test with that event, and tests that each change one thing;
ids, people and addresses in it are masked. pack: a directory with a rule, CI, a
hook and what editors need. editor: that alone, for rules that are there.
Writes over nothing but what it writes into .tocsin.

options:
      --event ID             the event of this id, of many
      --from FILE            the event that the rule is made of
  -q, --quiet; -v, --verbose; --color auto|always|never; -h, --help; --version
$ d=$(mktemp -d -p "$WORK") && tocsin new rule team.policy-attached --from examples/events/event.json "$d" &&
> cat "$d/team.policy-attached.yaml"
wrote …/team.policy-attached.yaml; ids, people and addresses in it are masked, names of things are not: read it before others do
next: change it, then tocsin check …/team.policy-attached.yaml && tocsin test …/team.policy-attached.yaml
# Made of one event. Say here what is worth waking somebody for, and what to do about it.
id: team.policy-attached
title: "AttachUserPolicy was called (iam)"
severity: medium
status: draft
log: aws.cloudtrail
when:
  eventSource: iam.amazonaws.com
  eventName: AttachUserPolicy
  # It said more; take in what makes it suspicious:
  # requestParameters.userName: bob
  # requestParameters.policyArn: "arn:aws:iam::aws:policy/AdministratorAccess"
dedup: {by: [recipientAccountId, userIdentity.arn], period: 1h}
# The event, which each test changes.
test_base:
  eventVersion: "1.09"
  userIdentity:
    type: IAMUser
    principalId: AIDACKCEVSQ6C2EXAMPLE
    arn: "arn:aws:iam::111122223333:user/alice"
    accountId: "111122223333"
    accessKeyId: AKIAIOSFODNN7EXAMPLE
    userName: alice
  eventTime: "2024-05-14T10:44:05Z"
  eventSource: iam.amazonaws.com
  eventName: AttachUserPolicy
  awsRegion: us-east-1
  sourceIPAddress: "192.0.2.1"
  userAgent: "aws-cli/2.15.38 Python/3.11.8 Linux/6.1.79 exe/x86_64.amzn.2023"
  requestParameters:
    userName: bob
    policyArn: "arn:aws:iam::aws:policy/AdministratorAccess"
  responseElements: null
  requestID: "11111111-2222-4333-8444-000000000001"
  eventID: "11111111-2222-4333-8444-000000000002"
  readOnly: false
  eventType: AwsApiCall
  managementEvent: true
  recipientAccountId: "111122223333"
  eventCategory: Management
tests:
  - name: the event it was made of
    event: {}
    expect: alert
  - name: a call of another service
    event: {eventSource: ec2.amazonaws.com}
    expect: nothing
  - name: another call
    event: {eventName: DescribeRegions}
    expect: nothing
$ tocsin new pack -q "$WORK/pack" && cd "$WORK/pack" && find . -type f | sort
./.editorconfig
./.githooks/install
./.githooks/pre-commit
./.github/workflows/rules.yml
./.gitignore
./.gitlab-ci.yml
./.luarc.json
./.tocsin/config.schema.json
./.tocsin/lua/aws.lua
./.tocsin/lua/library/cidr.lua
./.tocsin/lua/library/destination.lua
./.tocsin/lua/library/event.lua
./.tocsin/lua/library/globals.lua
./.tocsin/lua/library/hash.lua
./.tocsin/lua/library/json.lua
./.tocsin/lua/library/lookup.lua
./.tocsin/lua/library/regex.lua
./.tocsin/lua/library/time.lua
./.tocsin/lua/message.lua
./.tocsin/lua/text.lua
./.tocsin/manifest.schema.json
./.vscode/extensions.json
./.vscode/settings.json
./README.md
./rules/example.access-key-created.yaml
./tocsin.yaml
$ tocsin new
tocsin new: what shall it be? rule, pack or editor
try 'tocsin help new'
[2]
$ tocsin new rule
tocsin new: which rule? name its id
try 'tocsin help new'
[2]
$ tocsin new sigma x
tocsin new: no rule, pack or editor: 'sigma'
try 'tocsin help new'
[2]
$ tocsin schema manfest
tocsin schema: no schema 'manfest' (did you mean 'manifest'?)
try 'tocsin help schema'
[2]
$ tocsin completion fish
tocsin completion: of which shell? bash or zsh
try 'tocsin help completion'
[2]
