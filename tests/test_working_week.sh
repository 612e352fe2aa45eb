#!/bin/sh
# A team's working week: sh test_working_week.sh FOLDER
# A Director leads five members in git worktrees, with nothing but `cafleet`, `git` and `tmux`.
# Two are at one file, the machine is started anew in the middle, one member dies, one is
# adopted. At the end git has every commit, the registry every message, tmux nothing of it.
# FOLDER is empty, and has everything that the week leaves: its repository, its registry, its
# tmux server and the history of what was said.
set -eu

. "$(dirname "$0")/working_team.sh"

week=$1
python=$(command -v python)
unset TMUX TMUX_PANE
export HOME="$week/home" TMUX_TMPDIR="$week" XDG_STATE_HOME="$week/state"
export CAFLEET_DATABASE_URL="sqlite:///$week/registry.db" CAFLEET_SESSION_ID=week CAFLEET_AGENT_ID=Director
mkdir -p "$HOME" "$week/repository"
git config --global user.name "A human"
git config --global user.email "human@example.org"
git config --global init.defaultBranch main
cd "$week/repository"

# does NAME COMMAND: run a shell command in a member's pane and tree, and wait for its end
does() {
    cafleet member exec "$1" --wait -- sh -c "$2"
}

# commits NAME FILE: a member writes a line into a file of its tree, and commits it
commits() {
    does "$1" "echo 'by $1' >> $2 && git add -A && git commit --quiet --message 'By $1: $2'"
}

step "Monday: a repository, a Director, five members in worktrees"
git init --quiet
echo "# The plan" > plan.md
git add plan.md
git commit --quiet --message "Begin"
cafleet up --label week --coding-agent standin --new -- "Lead five members."
members="ada ben cleo dan eva"
for name in $members; do
    cafleet member create --name "$name" --description "Writes" --worktree --coding-agent standin
    commits "$name" "$name.md"
done

step "Tuesday: commands that end, and two at one file"
if does dan "exit 7"; then fail "a command that failed was taken for one that did not"; else
    [ $? -eq 7 ] || fail "its exit code was lost"
fi
does ada "cafleet file claim $week/repository/plan.md"
if does ben "cafleet file claim $week/repository/plan.md"; then fail "two claimed one file"; fi
cafleet file list | grep "ada .*claimed" || fail "the claim is not told"
does ada "cafleet file release $week/repository/plan.md"
commits ada plan.md

step "Wednesday: the machine is started anew, with mail on its way"
cafleet message send --to cleo --text "Please go on after the weekend."
tmux kill-server
cafleet session resume week --fresh
for name in $members; do until_seen "$name at rest" is_doing "$name" idle; done
cafleet member ping --member-id cleo
until_seen "an ack of what had waited" has_acked_everything cleo
commits cleo later.md

step "Thursday: one dies, one is adopted, and what was written is reviewed"
kill -9 "$(tmux display-message -p -t "$(pane_of dan)" '#{pane_pid}')"
until_seen "the death" is_doing dan dead
cafleet member restart dan --fresh
commits dan again.md
guest=$(tmux new-window -d -P -F '#{pane_id}' -t week: \
    "exec env -u CAFLEET_SESSION_ID -u CAFLEET_AGENT_ID $python -P -m cafleet_core.demo.standin --name guest")
until_seen "the guest" sh -c "tmux capture-pane -p -t '$guest' | grep -q leaves"
mkdir -p "$HOME/.config/cafleet"
printf '[agents.standin]\nprocess_names = ["%s"]\n' \
    "$(tmux display-message -p -t "$guest" '#{pane_current_command}')" > "$HOME/.config/cafleet/config.toml"
cafleet member adopt --pane "$guest" --name guest --coding-agent standin
cafleet message send --to guest --text "Welcome; please read the plan."
until_seen "an ack of the guest" has_acked_everything guest
cafleet member diff ada --stat
printf 'plan.md:1 Is this the title?\nplan.md:2 Who is that?\n' > "$week/review"
cafleet message send --to ada --review "$week/review"
until_seen "an ack of the review" has_acked_everything ada

step "Friday: branches are merged, trees removed, everybody goes home"
if cafleet worktree finish eva --merge; then fail "a tree was removed under its member"; fi
cafleet member release guest
tmux kill-pane -t "$guest"
for name in $members; do
    cafleet member delete "$name"
    cafleet worktree finish "$name" --merge
done
cafleet worktree list
cafleet message ack --all
cafleet message list --export jsonl > "$week/history.jsonl"
cafleet session delete week
tmux kill-session -t week 2> "$week/no-session" || true
step "The week is done"
