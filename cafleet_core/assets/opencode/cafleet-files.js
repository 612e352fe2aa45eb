// Tells cafleet which files OpenCode edits, and its model who else is at one of them.
// Whatever fails, the edit goes on.
import { spawn } from "node:child_process"

const EDITING = new Set(["edit", "write", "multiedit", "patch", "apply_patch"])
const MILLISECONDS = 3000

function hook(said) {
  return new Promise((done) => {
    let words = ""
    const ended = () => {
      try {
        done(JSON.parse(words).hookSpecificOutput ?? {})
      } catch {
        done({})
      }
    }
    if (!process.env.TMUX_PANE && !process.env.CAFLEET_AGENT_ID) return ended()
    const stdio = ["pipe", "pipe", "ignore"]
    const child = spawn("cafleet", ["file", "hook"], { stdio, timeout: MILLISECONDS })
    child.on("error", ended)
    child.on("close", ended)
    child.stdout.on("data", (part) => (words += part))
    child.stdin.on("error", () => {})
    child.stdin.end(JSON.stringify(said))
  })
}

export const CafleetFiles = async ({ directory }) => {
  const warnings = new Map()
  return {
    "tool.execute.before": async (input, output) => {
      if (!EDITING.has(input.tool)) return
      const answer = await hook({
        hook_event_name: "PreToolUse",
        tool_name: input.tool,
        tool_input: output.args,
        cwd: directory,
      })
      if (answer.permissionDecision === "deny") throw new Error(answer.permissionDecisionReason)
      if (answer.additionalContext) warnings.set(input.callID, answer.additionalContext)
    },
    "tool.execute.after": async (input, output) => {
      const warning = warnings.get(input.callID)
      warnings.delete(input.callID)
      if (warning) output.output = `${output.output ?? ""}\n\n${warning}`
    },
    event: async ({ event }) => {
      if (event.type === "session.idle") await hook({ hook_event_name: "Stop", cwd: directory })
    },
  }
}
