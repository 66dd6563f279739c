// Sending the same gift by repeated taps. Each tap is a gift with a key of its own; one that gets no answer is
// sent again under that key, so none is taken twice. A pause ends the streak. Pages without scripts send one by one.
const PAUSE = 5000;
const AT_ONCE = 3;
const TRIES = 5;
let run = null;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-combo]");
  if (button) tap(button);
});

// A key that is held down is one tap.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.target.closest("[data-combo]")) event.preventDefault();
});

function tap(button) {
  const form = button.closest("form");
  if (!form.reportValidity()) return;
  const facts = new URLSearchParams(new FormData(form));
  for (const field of ["key", "message", "shown"]) facts.delete(field);
  if (!run || run.facts !== facts.toString()) {
    run = { id: crypto.randomUUID(), facts: facts.toString(), button, waiting: [], flying: 0, sent: 0 };
  }
  run.waiting.push(crypto.randomUUID());
  clearTimeout(run.ending);
  run.ending = setTimeout(end, PAUSE, run);
  show(run);
  send(run);
}

function send(streak) {
  while (streak.flying < AT_ONCE && streak.waiting.length) {
    streak.flying += 1;
    deliver(streak, streak.waiting.shift(), TRIES).finally(() => {
      streak.flying -= 1;
      send(streak);
      show(streak);
      if (!streak.flying) settle(streak);
    });
  }
}

async function deliver(streak, key, tries) {
  const body = new URLSearchParams(streak.facts);
  body.set("key", key);
  body.set("streak", streak.id);
  const headers = { "HX-Request": "true" }; // who has to log in is told where, as by htmx
  let answer = null;
  try {
    answer = await fetch(streak.button.dataset.combo, { method: "POST", body, headers });
  } catch {
    // No answer: it may have arrived or not.
  }
  const login = answer?.headers.get("HX-Redirect");
  if (login) {
    streak.waiting = [];
    end(streak);
    location.assign(login);
  } else if (answer?.ok) {
    streak.sent += 1;
    document.querySelector("[data-balance]").textContent = (await answer.json()).balance;
  } else if (answer?.status === 422) {
    stop(streak, await answer.text());
  } else if (tries > 1 && !(answer && answer.status < 500)) {
    await new Promise((resolve) => setTimeout(resolve, 300 * (TRIES - tries + 1)));
    await deliver(streak, key, tries - 1);
  } else {
    stop(streak, null);
  }
}

// What was refused once would be refused again: the taps that wait are dropped.
function stop(streak, words) {
  streak.waiting = [];
  streak.refused = true;
  if (words === null) document.querySelector("[data-unanswered]").hidden = false;
  else document.getElementById("result").innerHTML = words;
  end(streak);
}

function end(streak) {
  if (run === streak) run = null;
  show(streak);
}

function show(streak) {
  const count = streak.button.querySelector("[data-count]");
  const taps = streak.sent + streak.flying + streak.waiting.length;
  count.hidden = run !== streak || !taps;
  count.textContent = count.hidden ? "" : `×${taps}`;
}

// Once all answers are in: the list, the preview and what can be undone.
function settle(streak) {
  clearTimeout(streak.settling);
  streak.settling = setTimeout(() => {
    if (streak.flying || !streak.sent) return;
    htmx.trigger(document.body, "gift-sent");
    if (!streak.refused) htmx.ajax("GET", `${streak.button.dataset.streaks}${streak.id}/`, "#result");
  }, 400);
}
