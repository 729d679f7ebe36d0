$ cat > $WORK/hint.yaml <<'END'
> id: example.root-creates-portfolio
> title: Portfolio created by root
> severity: high
> log: aws.cloudtrail
> status: draft
> lua: |
>   function rule(event)
>     if event.eventName ~= "CreatePortfolio" then
>       return false
>     end
>     return event.userIdentity.type == "Root"
>   end
> END
$ cd $WORK && tocsin check hint.yaml
hint.yaml:8:14: warning: the rule is called for every event: this test could be `when: {eventName: [CreatePortfolio]}` [TC214]
        if event.eventName ~= "CreatePortfolio" then
                 ^
1 rule: no error, 1 warning
