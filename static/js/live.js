// The creator's page while gifts come: the list, the stage of an open stream, and what is said aloud.
// Everything from the feed is written as text, never as markup.
const page = document.querySelector("[data-creator]");
const find = (name) => page.querySelector(`[data-${name}]`);
const stage = page.querySelector("#stage");
const scene = find("scene");
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);
const decimals = Number(page.dataset.diamondDecimals);
const diamonds = new Intl.NumberFormat(language, { minimumFractionDigits: decimals });
const LISTED = 20;
const PAUSE = 5_000; // ms: a later tap begins a new streak
const TOASTS = 3;
const WAITING = 5; // scenes
let stream = null;
let connected = false;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function picture(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "gift-picture");
  svg.setAttribute("viewBox", "0 0 64 64");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${page.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}

const nameOf = (gift) => gift.sender || page.dataset.anonymous;

// --- Streaks: taps of one run are one line, one toast, one number -------------------------------------------
const runs = new Map();

function joined(gift) {
  const at = Date.parse(gift.at);
  const known = gift.run && runs.get(gift.run);
  const run = known && at - known.at <= PAUSE ? known : { gift, quantity: 0, taps: 0 };
  run.at = at;
  run.quantity += gift.quantity;
  run.taps += 1;
  runs.set(gift.run || gift.id, run);
  if (runs.size > 200) runs.delete(runs.keys().next().value);
  return run;
}

// --- The list -----------------------------------------------------------------------------------------------
function listed(id) {
  return page.querySelector(`#latest li[data-gift="${CSS.escape(id)}"]`);
}

function list(gift, run) {
  let items = page.querySelector("#latest ul");
  if (!items) {
    items = element("ul", "gift-feed");
    items.setAttribute("role", "list");
    page.querySelector("#latest .empty")?.remove();
    page.querySelector("#latest").prepend(items);
  }
  const item = run.item?.isConnected ? run.item : element("li");
  const words = element("p");
  const sender = element("bdi", "", nameOf(gift));
  const strong = element("strong");
  strong.append(sender);
  words.append(strong, ` sent ${number.format(run.quantity)} × ${gift.name}`);
  if (gift.message) {
    const quote = element("q");
    quote.append(element("bdi", "", gift.message));
    words.append(quote);
  }
  const time = element("time", "muted small", page.dataset.now);
  time.dateTime = gift.at;
  item.replaceChildren(picture(gift.picture), words, time);
  item.dataset.gift = gift.id;
  run.item = item;
  items.prepend(item);
  while (items.children.length > LISTED) items.lastElementChild.remove();
}

function unlist(taken) {
  const run = runs.get(taken.run || taken.id);
  if (run?.item?.isConnected) {
    run.quantity -= taken.quantity;
    run.taps -= 1;
    if (run.taps > 0) list(run.gift, run);
    else run.item.remove();
  } else if (listed(taken.id)) {
    listed(taken.id).remove();
  } else {
    refresh();
  }
  if (run?.toast) run.toast.remove();
}

// --- The stage ----------------------------------------------------------------------------------------------
function size(gift) {
  return gift.coins >= 1000 ? "large" : gift.coins >= 100 ? "medium" : "small";
}

function toast(gift, run) {
  if (run.toast?.isConnected) {
    run.counter.textContent = `×${number.format(run.quantity)}`;
    run.counter.classList.remove("bump");
    requestAnimationFrame(() => run.counter.classList.add("bump"));
  } else {
    run.toast = element("div", `toast ${size(gift)}`);
    const words = element("p");
    words.append(element("strong", "", nameOf(gift)), element("span", "", gift.name));
    run.counter = element("span", "toast-count", run.quantity > 1 ? `×${number.format(run.quantity)}` : "");
    run.toast.append(picture(gift.picture), words, run.counter);
    scene.append(run.toast);
    const toasts = scene.querySelectorAll(".toast");
    if (toasts.length > TOASTS) toasts[0].remove();
  }
  clearTimeout(run.going);
  run.going = setTimeout(() => run.toast.remove(), PAUSE);
}

const scenes = [];

function perform(gift) {
  if (scenes.length >= WAITING) return;
  scenes.push(gift);
  if (scenes.length === 1) nextScene();
}

function nextScene() {
  const [gift] = scenes;
  if (!gift) return;
  const shown = element("div", "grand-scene");
  const words = element("p");
  words.append(element("strong", "", nameOf(gift)), element("span", "", `${number.format(gift.quantity)} × ${gift.name}`));
  shown.append(picture(gift.picture), words);
  scene.append(shown);
  setTimeout(() => {
    shown.remove();
    scenes.shift();
    nextScene();
  }, 4_000);
}

function drawSums(facts) {
  if (!stream || facts.coins === undefined) return;
  if (stream.goal) {
    const inCoins = stream.goal_unit === "COIN";
    const amount = (parts) => (inCoins ? number.format(parts) : diamonds.format(parts / 10 ** decimals));
    const raised = inCoins ? facts.coins : facts.diamonds;
    find("goal-figures").textContent = `${amount(raised)} of ${amount(stream.goal)} ${inCoins ? "coins" : "diamonds"}`;
    const bar = stage.querySelector("progress");
    bar.max = stream.goal;
    bar.value = Math.max(raised, 0);
    stage.classList.toggle("reached", raised >= stream.goal);
  }
  find("top").replaceChildren(
    ...facts.top.map((gifter) => {
      const item = element("li");
      item.append(element("bdi", "", gifter.sender), " ", element("span", "coin-amount", number.format(gifter.coins)));
      return item;
    }),
  );
  find("leaders").hidden = facts.top.length === 0;
}

function drawStream(facts) {
  const began = facts.stream && facts.stream.id !== stream?.id;
  if (facts.stream) {
    stream = facts.stream;
    stage.hidden = false;
    find("over").hidden = true;
    find("live").hidden = false;
    find("watching").hidden = false;
    find("title").replaceChildren(element("bdi", "", stream.title));
    find("goal").hidden = !stream.goal;
    find("goal-words").textContent = stream.goal_words || "Goal";
    find("viewers").textContent = number.format(Math.max(facts.viewers, 1));
    drawSums(facts);
    if (began && page.dataset.stream !== stream.id) say(`${page.dataset.creator} is live: ${stream.title}`);
    page.dataset.stream = stream.id;
  } else if (stream || page.dataset.stream) {
    drawEnd();
  }
}

function drawEnd(facts) {
  if (facts) drawSums(facts);
  stream = null;
  page.dataset.stream = "";
  find("live").hidden = true;
  find("watching").hidden = true;
  const over = find("over");
  over.textContent = `The stream has ended.${facts?.coins ? ` ${number.format(facts.coins)} coins were given in gifts.` : ""} Thank you for watching.`;
  over.hidden = false;
}

// --- What is said aloud: no more than a sentence every few seconds ------------------------------------------
const aloud = find("aloud");
let unsaid = [];
let speaking = null;

function say(words) {
  unsaid.push(words);
  speaking ??= setTimeout(() => {
    const [first, ...others] = unsaid;
    aloud.textContent = others.length ? `${first} And ${number.format(others.length)} more.` : first;
    unsaid = [];
    speaking = null;
  }, 3_000);
}

// --- News ---------------------------------------------------------------------------------------------------
const refresh = () => document.body.dispatchEvent(new Event("news"));

page.addEventListener("feed:open", () => (connected = true));
page.addEventListener("feed:lost", () => (connected = false));
page.addEventListener("feed:state", (event) => drawStream(event.detail));
page.addEventListener("feed:ended", (event) => drawEnd(event.detail));
page.addEventListener("feed:viewers", (event) => (find("viewers").textContent = number.format(event.detail.viewers)));
page.addEventListener("feed:gifts", (event) => {
  for (const gift of event.detail.gifts) {
    if (listed(gift.id)) continue; // the page had it already
    const run = joined(gift);
    list(gift, run);
    if (!stage.hidden) {
      if (size(gift) === "large") perform(gift);
      else toast(gift, run);
    }
    say(`${nameOf(gift)} sent ${number.format(run.quantity)} ${gift.name}.`);
  }
  for (const taken of event.detail.taken) if (taken.undone) unlist(taken);
  drawSums(event.detail);
});

// Without the feed the page asks for itself.
setInterval(() => connected || document.hidden || refresh(), PAUSE);
document.body.addEventListener("gift-sent", () => connected || refresh());
