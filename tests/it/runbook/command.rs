//! What copying a block means.

use std::collections::BTreeMap;

use dogwatch::domain::runbook::command::{copied, destructive, filled, may_hold, placeholders, places};
use proptest::prelude::*;

#[test]
fn what_is_copied_is_what_would_be_typed() {
    let cases = [
        ("kubectl get pods", "kubectl get pods"),
        ("# all of them\nkubectl get pods", "# all of them\nkubectl get pods"),
        ("$ kubectl get pods", "kubectl get pods"),
        ("  $ a\n  out\n  $ b", "a\nb"),
        ("$ a\nout\n\nout\n# then\n$ b", "a\n# then\nb"),
        ("$ a \\\n    --flag \\\n    x\nout", "a \\\n    --flag \\\n    x"),
        ("$ a \\\n> b\nout", "a \\\nb"),
        ("$ curl -v x\n> GET / HTTP/1.1\n< 200", "curl -v x"),
        ("$ cat <<EOF\nline\n$ no prompt\nEOF\nout", "cat <<EOF\nline\n$ no prompt\nEOF"),
        ("$ cat <<-'END' > f\n> line\n> END\nout", "cat <<-'END' > f\nline\nEND"),
        ("$ cat <<< word\nout", "cat <<< word"),
        ("$ psql -c 'select\n  1'\nout", "psql -c 'select\n  1'"),
        ("$ echo don't\nout\n$ b", "echo don't\nb"),
        ("$ a |\n  b\nout", "a |\n  b"),
        ("user@host:~$ a\nout", "a"),
        ("root@pod-1:/# a\nout", "a"),
        ("[root@host etc]# a\nout", "a"),
        ("bash-5.1$ a\nout", "a"),
        ("(venv) $ a\nout", "a"),
        ("PS C:\\> Get-Item x\nout", "Get-Item x"),
        ("PS /home> a", "a"),
        ("C:\\Users\\me>dir\nout", "dir"),
        (">>> a()\n1\n>>> b", "a()\nb"),
        ("mysql> select 1;\n1", "select 1;"),
        ("postgres=# select 1;\n1", "select 1;"),
        ("$ sudo -i\n# systemctl stop x\nout\n# exit", "sudo -i\nsystemctl stop x\nexit"),
        ("# systemctl stop x\nout", "# systemctl stop x\nout"),
        ("$NAME is no prompt", "$NAME is no prompt"),
        ("price: 5$ each", "price: 5$ each"),
        ("a: 1\n> b", "a: 1\n> b"),
        ("a: 1\n...\nb: 2", "a: 1\n...\nb: 2"),
        ("cat <<EOF\n$ in a script\nEOF\nrm x", "cat <<EOF\n$ in a script\nEOF\nrm x"),
        ("$ \nout", ""),
        ("", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(copied(text), expected, "for {text:?}");
    }
}

#[test]
fn placeholders_are_what_the_reader_has_to_put_in() {
    let cases = [
        ("kubectl drain <node>", "<node>"),
        ("a <node name> <ns>/<pod> <node name>", "<node name> <ns> <pod>"),
        ("cat <<EOF\nx\nEOF", ""),
        ("a 2>&1 >out <in", ""),
        ("a -> b <- c", ""),
        ("<b>x</b><br>", ""),
        ("<app>\n</app> <x>", "<x>"),
        ("Vec<String>", ""),
        ("mail <a@b.example> <https://x.example/>", ""),
        ("pod <none> <unknown>", ""),
        ("echo $NAME ${OTHER} $NAME", "$NAME $OTHER"),
        ("echo $HOME $PATH $USER $PWD $1 $? $$ $name $Name $(A)", ""),
        ("NAME=x; echo $NAME $B", "$B"),
        ("export NAME=x\necho ${NAME}", ""),
        ("for NODE in a b; do echo $NODE; done", ""),
        ("read -r NAME; echo $NAME", ""),
        ("echo ${NAME:-x} ${NAME:=x}", ""),
        ("awk '{print $NF}'", ""),
        ("echo \"$NAME\" \\$NO", "$NAME"),
        ("# set <x>\nrun <y>", "<y>"),
        ("a {{ cluster }} {{ labels.instance }}", "{{ cluster }} {{ labels.instance }}"),
        ("docker ps --format '{{.Names}} {{range .x}}{{end}} {{json .}}'", ""),
        ("kubectl -n [namespace] get pods", "[namespace]"),
        ("[ -f x ] && [[ $a ]] ; ls [a-z]* [0-9] x[abc]", ""),
        ("[Unit]\nA=b", ""),
        ("tool [options] x", ""),
        ("don't touch <node> isn't", "<node>"),
        ("echo '<node>'", "<node>"),
    ];
    for (text, expected) in cases {
        assert_eq!(placeholders(text).join(" "), expected, "for {text:?}");
    }
}

#[test]
fn a_value_is_one_word_wherever_its_placeholder_stands() {
    let cases = [
        ("drain <node>", "n1.example", "drain n1.example"),
        ("drain <node>", "a b", "drain 'a b'"),
        ("drain <node>", "$(reboot)", "drain '$(reboot)'"),
        ("drain <node>", "it's", r"drain 'it'\''s'"),
        ("drain <node>", "", "drain ''"),
        ("drain pod-<node>-x <node>", "a", "drain pod-a-x a"),
        ("drain \"<node>\"", "$(reboot)", "drain \"\"'$(reboot)'\"\""),
        ("drain '{\"n\":\"<node>\"}'", "a;b", "drain '{\"n\":\"''a;b''\"}'"),
        ("drain '<node>'", "a", "drain 'a'"),
        ("# <node>\ndrain <other>", "a", "# <node>\ndrain <other>"),
    ];
    for (text, value, expected) in cases {
        let values = BTreeMap::from([("<node>".to_owned(), value.to_owned())]);
        assert_eq!(filled(text, &values), expected, "for {text:?} and {value:?}");
    }
    let values = BTreeMap::from([("$N".to_owned(), "1".to_owned()), ("{{ c }}".to_owned(), "eu".to_owned())]);
    assert_eq!(filled("a $N ${N} {{ c }} $M", &values), "a 1 1 eu $M");
}

#[test]
fn words_that_destroy_or_change_are_named_once_and_in_order() {
    let cases = [
        ("kubectl get pods", ""),
        ("kubectl delete pod x", "delete"),
        ("kubectl drain n; kubectl delete pod x; kubectl delete pod y", "drain, delete"),
        ("rm -rf /x", "rm -r"),
        ("sudo rm -f -r x", "rm -r"),
        ("rm --recursive x", "rm -r"),
        ("rm x", "rm"),
        ("psql -c 'DROP TABLE x'", "DROP"),
        ("drop table x; truncate table y; delete from z", "DROP, TRUNCATE, DELETE FROM"),
        ("kubectl apply -f x", "apply"),
        ("kubectl apply -f x --dry-run=server", ""),
        ("kubectl scale deploy/x --replicas=0", "scale to 0"),
        ("kubectl scale deploy/x --replicas 0", "scale to 0"),
        ("kubectl scale deploy/x --replicas=10", ""),
        ("kill -9 1", "kill"),
        ("pkill x", "pkill"),
        ("terraform destroy", "destroy"),
        ("git push --force", "git push --force"),
        ("git push -f origin x", "git push --force"),
        ("git push origin x", ""),
        ("git fetch -f origin", ""),
        ("find . -delete", "delete"),
        ("aws ec2 terminate-instances x", "terminate"),
        ("curl -X DELETE x", "delete"),
        ("kubectl rollout undo deploy/x", "rollout undo"),
        ("kubectl patch x -p '{}'", "patch"),
        ("systemctl restart x", "systemctl restart"),
        ("dd if=a of=/dev/sda", "dd"),
        ("mkfs.ext4 /dev/sda", "mkfs"),
        ("# delete nothing\nls", ""),
        ("grep delete x", ""),
        ("undelete skilled dropped applying", ""),
        ("cat x | xargs rm -r", "rm -r"),
        ("$ kubectl \\\n  delete pod x", "delete"),
    ];
    for (text, expected) in cases {
        assert_eq!(destructive(text).join(", "), expected, "for {text:?}");
    }
}

/// Each block as a shell would read it, with a value that would run something if it were read twice.
#[test]
fn a_value_that_a_shell_takes_apart_is_put_only_where_words_are_read_once() {
    let once = ["kubectl logs <pod>", "echo '<pod>'", "echo \"<pod>\"", "curl $'<pod>'"];
    let twice = [
        "cat <<EOF\n<pod>\nEOF",
        "cat <<-EOF\n<pod>\nEOF",
        "echo \"a $(echo <pod>)\"",
        "echo `echo <pod>`",
        "echo \"${Y:-<pod>}\"",
        "echo $((1+<pod>))",
        "(( <pod> ))",
        "sh -c 'ls <pod>'",
        "find . -exec sh -c 'ls <pod>' \\;",
        "eval ls <pod>",
        "ssh host 'ls <pod>'",
    ];
    for text in once {
        assert!(may_hold(text, "$(reboot)") && may_hold(text, "api-7"), "{text}");
    }
    for text in twice {
        assert!(!may_hold(text, "$(reboot)") && may_hold(text, "api-7"), "{text}");
    }
}

#[test]
fn hostile_blocks_cost_no_more_than_honest_ones() {
    for piece in ["<a1>", "[abc] ", "$A ", "'", "\"", "<<A ", "{{ a }}", "$ a\n", "=A", "</a>"] {
        let text = piece.repeat(200_000 / piece.len());
        copied(&text);
        placeholders(&text);
        destructive(&text);
    }
}

proptest! {
    #[test]
    fn any_text_is_a_block(text in "[-<>$#{}\\[\\]'\"\\\\ abAB=;|\n@:~%é]{0,80}") {
        copied(&text);
        destructive(&text);
        let places = places(&text);
        for pair in places.windows(2) {
            prop_assert!(pair[0].range.end <= pair[1].range.start);
        }
        prop_assert_eq!(filled(&text, &BTreeMap::new()), text);
    }
}
