"use strict";

// What the terminal of the page talks to, and what the page says when it is cut off.

const ENDED = 4000;
const MOVED = 4001;
const FORBIDDEN = 403;
const RETRY_MILLISECONDS = 1000;

// A reload finds its control room again by this name. While the page lives the name is its
// own: a duplicated tab finds none, and gets a control room of its own.
const tab = sessionStorage.getItem("tab") || newName();
sessionStorage.removeItem("tab");
window.addEventListener("pagehide", () => sessionStorage.setItem("tab", tab));

function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A text on the screen that looks like an address stays text.
window.open = () => null;

let leaving = false;
window.addEventListener("beforeunload", () => {
  leaving = true;
});

window.WebSocket = class extends WebSocket {
  constructor(address) {
    super(address);
    this.addEventListener("open", () => document.querySelector(".xterm textarea").focus());
    this.addEventListener("close", (event) => {
      if (!leaving) cutOff(event.code);
    });
  }
};

function cutOff(code) {
  if (code === ENDED) say("The control room has ended.", true);
  else if (code === MOVED) say("Another page shows this control room now.", true);
  else reconnect();
}

function say(words, again) {
  const notice = document.getElementById("notice");
  notice.querySelector("p").textContent = words;
  notice.classList.add("shown");
  notice.classList.toggle("again", again);
}

async function reconnect() {
  say("The connection is lost; trying again …", false);
  for (;;) {
    // a server that is just ending may still answer, but not long enough for a whole page
    await new Promise((wake) => setTimeout(wake, RETRY_MILLISECONDS));
    try {
      const answer = await fetch("/alive", { cache: "no-store" });
      if (answer.ok) return location.reload();
      if (answer.status === FORBIDDEN)
        return say("The server was started anew: open the address that it prints.", false);
    } catch {
      // nobody listens there now
    }
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const terminal = document.getElementById("terminal");
  terminal.dataset.sessionWebsocketUrl = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${tab}`;
  terminal.dataset.fontSize = "16";
  document
    .querySelector("#notice button")
    .addEventListener("click", () => location.reload());
});
