// The overlay: announces gifts one at a time, a run of the same gift as one, and keeps the goal and the top
// gifters. Everything from the feed is written as text, never as markup.
const page = document.body;
const find = (name) => page.querySelector(`[data-${name}]`);
const number = new Intl.NumberFormat("en");
const decimals = Number(page.dataset.diamondDecimals);
const diamonds = new Intl.NumberFormat("en", { minimumFractionDigits: decimals });
const smallest = Number(page.dataset.smallest);
const shownFor = Number(page.dataset.seconds) * 1000;
const PAUSE = 5_000; // ms: a later tap begins a new streak
const WAITING = 100;
const runs = new Map();
let queue = [];
let current = null;
let stream = null;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function picture(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 64 64");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${page.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}

function announce(gift) {
  const at = Date.parse(gift.at);
  const known = gift.run && runs.get(gift.run);
  const run = known && at - known.at <= PAUSE ? known : { ids: new Set(), quantity: 0, coins: 0 };
  run.gift = gift;
  run.at = at;
  run.ids.add(gift.id);
  run.quantity += gift.quantity;
  run.coins += gift.coins;
  if (gift.run) runs.set(gift.run, run);
  if (runs.size > 200) runs.delete(runs.keys().next().value);
  if (run === current) draw(run);
  else if (run.coins >= smallest && !queue.includes(run)) {
    queue.push(run);
    // Rather the dear ones than none of the last.
    if (queue.length > WAITING) queue.splice(queue.indexOf(queue.reduce((a, b) => (b.coins < a.coins ? b : a))), 1);
    if (!current) next();
  }
}

function next() {
  current = queue.shift() || null;
  if (!current) return find("alerts")?.replaceChildren();
  draw(current);
  if (page.hasAttribute("data-sound")) chime(current.coins);
  setTimeout(next, shownFor);
}

function draw(run) {
  const { gift } = run;
  const words = element("p");
  words.append(element("strong", "", gift.sender || page.dataset.anonymous), " sent ", gift.name, " ");
  words.append(element("span", "count", `×${number.format(run.quantity)}`));
  if (gift.message) words.append(element("q", "", gift.message));
  const known = find("alerts").querySelector(".alert");
  const alert = run === known?.run ? known : element("div", `alert${run.coins >= 1000 ? " large" : ""}`);
  alert.run = run;
  alert.replaceChildren(picture(gift.picture), words);
  if (alert !== known) find("alerts").replaceChildren(alert);
}

function takeBack(id) {
  queue = queue.filter((run) => !run.ids.has(id) || run.ids.size > 1);
  if (current?.ids.has(id) && current.ids.size === 1) find("alerts").replaceChildren();
}

let sound = null;

function chime(coins) {
  sound ??= new AudioContext();
  const notes = coins >= 1000 ? [523, 659, 784, 1047] : coins >= 100 ? [659, 880] : [880];
  notes.forEach((pitch, index) => {
    const start = sound.currentTime + index * 0.12;
    const tone = new OscillatorNode(sound, { type: "sine", frequency: pitch });
    const loudness = new GainNode(sound, { gain: 0 });
    loudness.gain.linearRampToValueAtTime(0.2, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(loudness).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.5);
  });
}

function drawSums(facts) {
  if (facts.coins === undefined) return;
  const bar = find("goal");
  if (bar && stream?.goal) {
    const inCoins = stream.goal_unit === "COIN";
    const amount = (parts) => (inCoins ? number.format(parts) : diamonds.format(parts / 10 ** decimals));
    const raised = inCoins ? facts.coins : facts.diamonds;
    find("goal-words").textContent = stream.goal_words || "Goal";
    find("goal-figures").textContent = `${amount(raised)} of ${amount(stream.goal)} ${inCoins ? "coins" : "diamonds"}`;
    bar.querySelector("progress").max = stream.goal;
    bar.querySelector("progress").value = Math.max(raised, 0);
  }
  if (bar) bar.hidden = !stream?.goal;
  if (find("leaders")) {
    find("top").replaceChildren(
      ...facts.top.map((gifter) => element("li", "", `${gifter.sender} ${number.format(gifter.coins)}`)),
    );
    find("leaders").hidden = !stream || !facts.top.length;
  }
}

function drawState(facts) {
  stream = facts.stream;
  drawSums({ coins: 0, diamonds: 0, top: [], ...facts });
}

// Where the address was revoked nothing answers any more, and nothing is to be seen.
page.addEventListener("feed:lost", () => {
  queue = [];
  find("alerts")?.replaceChildren();
  drawState({ stream: null });
});
page.addEventListener("feed:state", (event) => drawState(event.detail));
page.addEventListener("feed:ended", () => drawState({ stream: null }));
page.addEventListener("feed:settings", () => location.reload());
page.addEventListener("feed:sample", () => {
  const id = crypto.randomUUID();
  const at = new Date().toISOString();
  const coins = Math.max(smallest, 99);
  if (find("alerts")) announce({ id, at, sender: "A sample", name: "Lantern", picture: "lantern", quantity: 1, coins, message: "This is how it looks." });
});
page.addEventListener("feed:gifts", (event) => {
  if (find("alerts")) event.detail.gifts.forEach(announce);
  if (find("alerts")) for (const taken of event.detail.taken) if (taken.undone) takeBack(taken.id);
  drawSums(event.detail);
});
