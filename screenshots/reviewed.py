"""What tester has changed, with a comment that it has not acked; and agents of nobody's."""

from __future__ import annotations

from cafleet_core.comments import Comment, Side
from cafleet_core.states import PaneState
from cafleet_core.worktrees.changes import ChangedFile, Changes
from cafleet_tui.model import patch
from cafleet_tui.model.diff_lines import Remark
from cafleet_tui.operations.adopt_member import Stray
from cafleet_tui.operations.reviews import Reading

_PATCH = """\
diff --git a/docs/plan.md b/docs/plan.md
index 3f0c9a1..8b2d47c 100644
--- a/docs/plan.md
+++ b/docs/plan.md
@@ -1,6 +1,7 @@
 # The plan
\x20
-We keep the messages in files.
+We keep the messages in SQLite, one row for each recipient, so that whoever has acked is known.
+A broadcast has a row of its own.
\x20
 ## Steps
\x20
diff --git a/src/broker.py b/src/broker.py
index 1d0fa2b..77ab3ce 100644
--- a/src/broker.py
+++ b/src/broker.py
@@ -12,7 +12,6 @@ def send(registry, message):
     rows = message.rows()
     with registry.write():
         registry.insert(rows)
-        print(rows)
     return rows
\x20
\x20
@@ -40,3 +39,9 @@ def ack(registry, task_id):
         registry.complete(task_id)
\x20
\x20
+def cancel(registry, task_id):
+    \"\"\"Take a message back.\"\"\"
+    with registry.write():
+\t\tregistry.cancel(task_id)
+
+
diff --git a/notes.txt b/notes.txt
new file mode 100644
index 0000000..5f2a1c0
--- /dev/null
+++ b/notes.txt
@@ -0,0 +1 @@
+Try it with two senders.
"""

CHANGES = Changes(
    "/home/me/project.worktrees/cafleet/tester",
    "4b1c6f0d9e2a7c35",
    (
        ChangedFile("docs/plan.md", 2, 1, shown=True),
        ChangedFile("src/broker.py", 6, 1, shown=True),
        ChangedFile("docs/flow.png", None, None),
        ChangedFile("notes.txt", 1, 0, untracked=True, shown=True),
    ),
    _PATCH,
)

_OPEN = Remark(
    Comment(
        2, "docs/plan.md", 4, Side.NEW, "Does a broadcast to nobody have one, too?"
    ),
    "3f0c9a1e-77ab-4ce1-9d0f-5a2b7d110001",
)

STRAYS = (
    Stray("%3", "home", "claude", PaneState.IDLE),
    Stray("%11", "experiments-of-last-week", "codex", PaneState.BUSY),
)

READING = Reading(CHANGES, tuple(patch.lines(CHANGES)), (_OPEN,))
