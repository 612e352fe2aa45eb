# What the scripts of working times share: steps, waiting, and what members do. To be sourced.

step() {
    printf '== %s\n' "$*"
}

fail() {
    echo "$*" >&2
    exit 1
}

# until_seen WHAT COMMAND...: try again until the command succeeds, for half a minute
until_seen() {
    what=$1
    shift
    tries=150
    while ! "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "waited in vain: $what"
        sleep 0.2
    done
}

# activity NAME NUMBER: a column of a member's row in the list of activities
activity() {
    cafleet member list --activity | awk -v name="$1" -v n="$2" '$2 == name { print $n }'
}

is_doing() {
    [ "$(activity "$1" 3)" = "$2" ]
}

has_acked_everything() {
    [ "$(activity "$1" 8)" = 0 ]
}

pane_of() {
    cafleet member list | awk -v name="$1" '$2 == name { print $7 }'
}
