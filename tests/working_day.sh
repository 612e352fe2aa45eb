#!/bin/sh
# A Director's working day, in a pane of tmux: sh working_day.sh HISTORY
# A team is hired, put to work, answered, woken, repaired and sent home with nothing but
# `cafleet`, as a human or an agent would call it. What was said goes to the file HISTORY.
set -eu

history=$1

. "$(dirname "$0")/working_team.sh"

hire() {
    cafleet member create --name "$1" --description "$2" --coding-agent standin -- \
        "You are {{name}}. Wait for {{director_agent_id}}."
}

received() {
    cafleet message poll --full | grep -q "$1"
}

step "Morning: a session, and two to work in it"
session=$(cafleet session create --label day --coding-agent standin | sed -n 1p)
hire drafter "Writes the release notes"
hire reviewer "Reads what the others write"

step "Both get their work, and report"
cafleet message send --to drafter --text "Please draft the release notes; begin with 'What is new'."
cafleet message send --to reviewer --text "Please review the release notes."
until_seen "the draft" received "Draft ready"
until_seen "the review" received "Review done"
cafleet message ack --all

step "The drafter has a question, and gets an answer"
cafleet member exec --member-id drafter \
    "cafleet message send --to Director --text 'Which title shall it bear?'"
until_seen "the question" received "Which title"
question=$(cafleet message poll | awk -F '[][ ]' '/^\[/ { id = $2 } /Which title/ { print id }')
cafleet message send --to drafter --reply-to "$question" --text "'Release notes' will do;"
cafleet message ack --task-id "$question"

step "The reviewer asks on its screen, and gets a digit"
until_seen "the prompt" is_doing reviewer waiting
cafleet member capture --member-id reviewer --lines 12
cafleet member send-input --member-id reviewer --choice 2
until_seen "what follows from it" received "the second dropped"

step "Somebody scrolls in the drafter's pane, so that it hears nothing until it is poked"
until_seen "the drafter at rest" is_doing drafter idle
until_seen "its inbox empty" has_acked_everything drafter
pane=$(pane_of drafter)
tmux copy-mode -t "$pane"
cafleet message send --to drafter --text "One more thing: spell it out."
if has_acked_everything drafter; then
    echo "a message was acked that nobody can have seen" >&2
    exit 1
fi
tmux send-keys -t "$pane" -X cancel
cafleet member ping --member-id drafter
until_seen "an ack after the poke" has_acked_everything drafter

step "The reviewer dies, and is replaced under its own name"
until_seen "the reviewer at rest" is_doing reviewer idle
agent=$(tmux display-message -p -t "$(pane_of reviewer)" '#{pane_pid}')
cafleet member exec --member-id reviewer "kill -9 $agent"
until_seen "the death" is_doing reviewer dead
cafleet member delete --member-id reviewer
hire reviewer "Reads what the others write, again"
cafleet message send --to reviewer --text "Please go on where the other stopped."
until_seen "an ack of the new one" has_acked_everything reviewer

step "Evening: everybody goes home, and what was said is kept"
cafleet member delete --member-id drafter
cafleet member delete --member-id reviewer
cafleet member list
cafleet message ack --all
cafleet message list --export jsonl > "$history"
cafleet session delete "$session"
step "The day is done"
