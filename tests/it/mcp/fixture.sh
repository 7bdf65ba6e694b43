# An MCP server over stdio, for tests: `sh fixture.sh MODE [FILE]`.
mode=$1
answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
refuse() { printf '{"jsonrpc":"2.0","id":%s,"error":{"code":%s,"message":"no"}}\n' "$id" "$1"; }
tools='{"tools":[{"name":"echo","annotations":{"readOnlyHint":true},"inputSchema":{"type":"object"}}]}'
case $mode in
    exits) echo 'cannot read the configuration' >&2; exit 3 ;;
    stubborn) trap '' TERM ;;
    family) sleep 1000 & echo $! > "$2" ;;
esac
[ "$mode" = floods ] && { i=0; while [ $i -lt 3000 ]; do echo "log line $i, long enough to fill a pipe before anybody looks" >&2; i=$((i + 1)); done; }
echo starts >> "${2:-/dev/null}.starts"
while IFS= read -r line; do
    id=${line#*\"id\":}
    id=${id%%[,\}]*}
    case $mode in silent) continue ;; esac
    case $line in
        *'"method":"server/discover"'*)
            case $mode in
                modern) answer '{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"sh","version":"1"}}}' ;;
                mute) ;;
                touchy) exit 1 ;;
                *) refuse -32601 ;;
            esac ;;
        *'"method":"initialize"'*)
            [ "$mode" = noisy ] && printf 'Starting up!\r\n\n'
            answer '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"1"}}' ;;
        *'"method":"ping"'*)
            [ "$mode" = late ] && printf '{"jsonrpc":"2.0","id":%s,"result":{"tools":[]}}\n' "$old"
            [ "$mode" = announces ] && echo '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}'
            answer '{}' ;;
        *'"method":"tools/list"'*)
            case $mode in
                noisy)
                    echo '{"jsonrpc":"2.0","method":"notifications/message","params":{}}'
                    echo '{"jsonrpc":"2.0","id":9999,"result":{"tools":[]}}'
                    echo '{"jsonrpc":"2.0","id":1,"method":"roots/list"}'
                    echo 'listing...' ;;
                dies) echo 'out of memory' >&2; exit 137 ;;
                late) [ -z "$old" ] && { old=$id; continue; } ;;
                deaf) exec sleep 1000 ;;
            esac
            answer "$tools" ;;
        *'"method":"tools/call"'*)
            text=${line#*\"text\":\"}
            text=${text%%\"*}
            answer "{\"content\":[{\"type\":\"text\",\"text\":\"$text\"}]}" ;;
    esac
done
[ "$mode" = stubborn ] && while :; do sleep 1000; done
