// Sends the telephone's texts without leaving the page. Without this script the
// forms are sent as forms, and the page shows the last exchange.
"use strict";

(() => {
  const talk = document.getElementById("talk");
  const compose = document.getElementById("compose");
  const text = document.getElementById("text");
  const bubble = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  function say(node) {
    talk.append(node);
    talk.scrollTop = talk.scrollHeight;
    return node;
  }

  async function send(value) {
    if (!value.trim()) {
      text.focus();
      return;
    }
    const sent = bubble("sent-bubble");
    sent.firstElementChild.textContent = value;
    say(sent);
    const waiting = say(bubble("waiting-bubble"));
    let reply;
    try {
      const answer = await fetch(compose.dataset.ask, {
        method: "POST",
        body: new URLSearchParams({ text: value }),
      });
      if (!answer.ok) throw new Error(answer.status);
      const box = document.createElement("template");
      box.innerHTML = await answer.text();
      reply = box.content;
    } catch {
      reply = bubble("failed-bubble");
    }
    waiting.replaceWith(reply);
    talk.scrollTop = talk.scrollHeight;
  }

  compose.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = text.value;
    text.value = "";
    send(value);
  });
  document.querySelector("[data-quick]").addEventListener("submit", (event) => {
    if (!event.submitter) return;
    event.preventDefault();
    send(event.submitter.value);
    // On a small screen the telephone may be above what is seen.
    document.querySelector(".phone").scrollIntoView({ block: "nearest" });
  });
})();
