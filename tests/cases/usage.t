$ tocsin
tocsin reads events, asks your rules about each, and raises alerts.

usage: tocsin COMMAND [OPTION...] [ARGUMENT...]

  run        read events until they end or SIGTERM, and alert
  replay     put past events through the rules; send nothing
  test       run the tests in the manifests
  check      load configuration and rules, report every problem
  explain    why each rule fires on an event, or does not
  alerts     the alerts and deliveries in the store
  attack     what the rules cover of MITRE ATT&CK
  diff       what two versions of the rules make of the same events
  new        write a rule or a pack of rules to begin with
  schema     print the JSON Schema of a rule, tocsin.yaml or an alert
  completion print what completes the command line in that shell
  man        print the manual page of a command

'tocsin help COMMAND' tells more. Each takes -q to say only what went wrong, -v
to say more, --color auto|always|never, -h and --version. Exit codes: 0 fine,
1 findings, 2 wrong usage, 3 configuration or rules do not load, 4 an input
could not be read.
[2]
$ tocsin --version
tocsin 0.1.0
$ tocsin reply
tocsin: unknown command 'reply' (did you mean 'replay'?)
try 'tocsin help'
[2]
$ tocsin replay --fromat json x
tocsin replay: unknown option '--fromat' (did you mean '--format'?)
try 'tocsin help replay'
[2]
$ tocsin replay -f yaml x
tocsin replay: --format is text|json, not 'yaml'
[2]
$ tocsin replay -r
tocsin replay: argument missing: option 'rules'
try 'tocsin help replay'
[2]
$ tocsin replay -x
tocsin replay: unknown option '-x'
try 'tocsin help replay'
[2]
$ tocsin replay
tocsin replay: nothing to read: name a file, a directory, or '-'
[2]
$ tocsin replay -r rules -q no-such-file
… error cannot open 'no-such-file': No such file or directory
[4]
$ tocsin replay -r no-such-rules examples
… error: cannot open 'no-such-rules': No such file or directory [TC005]
[3]
$ tocsin help check
usage: tocsin check [PATH...]

Says everything that can be known without an event, with file, line and column.
Exits 1 when it finds an error. 'tocsin help TC012' explains a finding by its
code, 'tocsin help codes' lists them all. '-' is a file that an editor shows.

options:
  -r, --rules PATH           rule file or directory (may be repeated)
  -c, --config FILE          configuration (default: tocsin.yaml here)
  -o, --output FILE          write there instead of standard output
  -f, --format FORMAT        text, json, sarif or github
      --in-process           run rules in this process, for debuggers
      --strict               exit 1 on warnings, too
      --fix                  correct files where it is sure what is meant
      --dry-run              with --fix: print the difference, write nothing
      --path FILE            with '-': the file that standard input is
  -q, --quiet; -v, --verbose; --color auto|always|never; -h, --help; --version
