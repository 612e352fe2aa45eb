"use strict";
// Everything on this page comes from others: it becomes text, never markup.

const READ_ONLY = {read_only};
const API = "/api/v1/sessions";
const EVERY = 4000;
const SOON = 120;
const STILL = 600;
const REDRAWN = 3000;
const BAD = ["dead", "shell", "limit", "failed", "suspended"];
const $ = (id) => document.getElementById(id);

let sessions = [];
let agents = [];
let chosen = new Set();
let everyone = false;
let reply = null;
let busy = false;
let again = false;
let timer = 0;
// Questions that were answered just now: until when they may still be on the screen.
const settled = new Map();
const asking = (item) => JSON.stringify([item.agent_id, item.question]);

function node(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter(Boolean));
  return made;
}

// The document of a request; throws an Error whose message says why not.
async function ask(path, body) {
  const posted = { method: "POST", headers: { "Content-Type": "application/json", "Cafleet-Interface": "phone" }, body: JSON.stringify(body) };
  const answer = await fetch(API + path, body ? posted : {}).catch(() => {
    throw new Error("No connection to the server.");
  });
  const document = await answer.json();
  if (answer.ok) return document;
  if (answer.status === 403) throw new Error("The server was started anew: open the address that it prints.");
  throw new Error(`${document.error.message} ${document.error.way_out}`.trim());
}

// Cards stay as they are, with what is being written in them, until what they show changes.
function show(box, items, key, make, nothing) {
  const kept = new Map([...box.children].map((child) => [child.dataset.key, child]));
  const cards = items.map((item) => {
    const name = key(item);
    const card = kept.get(name) || make(item);
    card.dataset.key = name;
    return card;
  });
  if (!cards.length) cards.push(kept.get("") || Object.assign(node("p", { className: "none", textContent: nothing })));
  if (!items.length) cards[0].dataset.key = "";
  if (cards.length === box.children.length && cards.every((card, at) => card === box.children[at])) return;
  box.replaceChildren(...cards);
  if (box.id === "questions") rest(box);
}

// A finger on its way to one button must not meet another that has come in its place.
function rest(box) {
  const buttons = [...box.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  setTimeout(() => buttons.forEach((button) => (button.disabled = READ_ONLY)), STILL);
}

const where = (item) => (sessions.length > 1 ? node("small", { textContent: item.session.label || item.session.session_id.slice(0, 8) }) : null);

function heading(name, item) {
  return node("header", {}, node("strong", { textContent: name }), where(item));
}

function question(item) {
  const card = node("article", { className: "card open" }, heading(item.name, item));
  const asked = item.asked.trim();
  const around = item.context.join("\n").trim();
  if (around && around !== asked) card.append(node("pre", { textContent: around }));
  else card.append(node("p", { className: "asked", textContent: asked || "It asks something that only its pane can answer." }));
  const outcome = node("p", { className: "no", hidden: true });
  const answer = async (given) => {
    for (const button of card.querySelectorAll("button")) button.disabled = true;
    try {
      await ask(`/${item.session.session_id}/members/${item.agent_id}/answer`, { ...given, question: item.question });
      settled.set(asking(item), Date.now() + REDRAWN);
      card.remove();
    } catch (error) {
      outcome.textContent = error.message;
      outcome.hidden = false;
    }
    for (const button of card.querySelectorAll("button")) button.disabled = READ_ONLY;
    refresh();
  };
  for (const option of item.options) {
    const label = [node("i", { textContent: option.digit }), node("span", { textContent: option.label })];
    if (option.free_text) {
      const words = node("input", { type: "text", placeholder: option.label, ariaLabel: option.label });
      const send = node("button", { textContent: "Answer", disabled: READ_ONLY, onclick: () => answer({ freetext: words.value }) });
      card.append(node("div", { className: "row" }, words, send));
    } else card.append(node("button", { disabled: READ_ONLY, onclick: () => answer({ choice: option.digit }) }, ...label));
  }
  card.append(outcome);
  return card;
}

function letter(item) {
  const card = node("article", { className: "card" }, heading(item.from_name, item));
  card.append(node("p", { className: "said", textContent: item.text }));
  const done = node("button", { textContent: "Done", disabled: READ_ONLY });
  done.onclick = async () => {
    done.disabled = true;
    await ask(`/${item.session.session_id}/inbox/ack`, { task_id: [item.task_id] }).catch((error) => tell(error.message));
    refresh();
  };
  const back = node("button", { textContent: "Reply", className: "main", disabled: READ_ONLY });
  back.onclick = () => {
    choose(item.session.session_id, [item.from_agent_id]);
    reply = item.task_id;
    $("reply").textContent = `In reply to: ${item.text.slice(0, 80)}`;
    $("reply").hidden = false;
    $("words").focus();
  };
  card.append(node("div", { className: "row" }, back, done));
  return card;
}

function member(item) {
  const look = BAD.includes(item.state) ? "bad" : item.quiet || item.state === "waiting" ? "warn" : "";
  const until = item.until ? ` until ${new Date(item.until).toLocaleTimeString([], { timeStyle: "short" })}` : "";
  const mail = item.unacked ? ` · ${item.unacked} unacked` : "";
  const state = `${item.quiet ? "quiet" : item.state}${until}${mail}`;
  return node("div", { className: `member ${look}` }, node("span", { textContent: item.name }), node("span", { textContent: state }));
}

function recipients() {
  const here = agents.filter((agent) => agent.session.session_id === $("session").value && agent.kind !== "administrator");
  const all = [{ agent_id: "all", name: "All" }, ...here];
  show($("to"), all, (agent) => agent.agent_id + agent.name, (agent) => {
    const press = () => {
      everyone = agent.agent_id === "all" && !everyone;
      if (everyone) chosen.clear();
      else if (agent.agent_id !== "all") chosen.has(agent.agent_id) ? chosen.delete(agent.agent_id) : chosen.add(agent.agent_id);
      pressed();
    };
    return node("button", { type: "button", textContent: agent.name, value: agent.agent_id, onclick: press });
  }, "");
  pressed();
}

function pressed() {
  for (const button of $("to").querySelectorAll("button"))
    button.setAttribute("aria-pressed", button.value === "all" ? everyone : chosen.has(button.value));
  $("send").disabled = READ_ONLY || !(everyone || chosen.size) || !$("words").value.trim();
}

function choose(session, ids) {
  $("session").value = session;
  chosen = new Set(ids);
  everyone = false;
  recipients();
}

function tell(words) {
  $("sent").textContent = words;
  $("sent").hidden = !words;
}

async function send(event) {
  event.preventDefault();
  const body = { words: $("words").value, ...(everyone ? {} : { to: [...chosen] }), ...(reply && !everyone ? { reply_to: reply } : {}) };
  $("send").disabled = true;
  try {
    const sent = await ask(`/${$("session").value}/${everyone ? "broadcasts" : "messages"}`, body);
    if (body.reply_to) await ask(`/${$("session").value}/inbox/ack`, { task_id: [reply] });
    $("words").value = "";
    forget();
    const count = everyone ? sent.recipients : [].concat(sent).length;
    tell(`Sent to ${count}.`);
  } catch (error) {
    tell(error.message);
  }
  pressed();
  refresh();
}

function forget() {
  reply = null;
  $("reply").hidden = true;
  $("words").style.height = "";
}

async function gather() {
  sessions = (await ask("")).filter((session) => !session.deleted_at);
  const of = (path, body) => Promise.all(sessions.map(async (session) =>
    [].concat(await ask(`/${session.session_id}/${path}`, body)).map((item) => ({ ...item, session }))));
  const unread = READ_ONLY ? Promise.resolve([]) : of("inbox/poll", { full: true });
  const asked = [of("questions"), unread, of("members"), of("agents"), of("status")];
  const [questions, mail, members, known, states] = (await Promise.all(asked)).map((lists) => lists.flat());
  const open = questions.filter((item) => !(settled.get(asking(item)) > Date.now()));
  agents = known;
  const listed = new Set(members.map((each) => each.agent_id));
  for (const { unable, quiet, session } of states)
    for (const [agents, silent] of [[unable, false], [quiet, true]])
      for (const each of agents) if (!listed.has(each.agent_id)) members.push({ ...each, session, quiet: silent });
  $("asked").textContent = open.length || "";
  $("unacked").textContent = mail.length || "";
  show($("questions"), open, asking, question, "Nobody asks anything.");
  show($("mail"), mail, (item) => item.task_id, letter, READ_ONLY ? "Not shown: this server is read-only." : "Nothing waits for you.");
  show($("team"), members, (item) => JSON.stringify([item.name, item.state, item.quiet, item.until, item.unacked]), member, "Nobody is quiet or unable to work.");
  places();
}

function places() {
  const before = $("session").value;
  show($("session"), sessions, (session) => session.session_id, (session) =>
    node("option", { value: session.session_id, textContent: session.label || session.session_id.slice(0, 8) }), "");
  $("session").value = sessions.some((session) => session.session_id === before) ? before : sessions[0]?.session_id || "";
  $("session").hidden = sessions.length < 2;
  recipients();
}

// One at a time; a change meanwhile is looked at afterwards.
async function refresh() {
  if (busy) return void (again = true);
  busy = true;
  try {
    await gather();
    $("state").textContent = READ_ONLY ? "live, read-only" : "live";
    $("state").className = "";
  } catch (error) {
    $("state").textContent = error.message;
    $("state").className = "no";
  }
  busy = false;
  if (again) soon();
  again = false;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, SOON);
}

$("write").onsubmit = send;
$("words").oninput = () => {
  $("words").style.height = "auto";
  $("words").style.height = `${$("words").scrollHeight + 2}px`;
  tell("");
  pressed();
};
$("session").onchange = () => choose($("session").value, []);
$("reply").onclick = forget;
document.onvisibilitychange = () => document.hidden || refresh();
setInterval(() => document.hidden || refresh(), EVERY);
const events = new EventSource("/api/v1/events");
for (const kind of {kinds}) events.addEventListener(kind, soon);
refresh();
