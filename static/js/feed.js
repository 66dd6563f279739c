// Listens to the feed of the element that names one, and tells it what it hears: "feed:gifts", "feed:state", …
// A connection that is lost is opened anew at the page's own address, from the last position. So is one that
// says nothing for longer than it has promised: what hangs or has gone silently ends no connection.
const heard = document.querySelector("[data-feed]");

function listenToFeed() {
  let last = heard.dataset.last;
  let failures = 0;
  let patience = 25_000; // ms, until the feed tells how often it is heard from
  const tell = (name, detail) => heard.dispatchEvent(new CustomEvent(`feed:${name}`, { detail }));

  const open = () => {
    const address = new URL(heard.dataset.feed, location.href);
    if (last) address.searchParams.set("last", last);
    const source = new EventSource(address);
    let silence;
    const lost = () => {
      clearTimeout(silence);
      source.close();
      heard.dataset.listening = "";
      tell("lost");
      failures += 1;
      // Not all at once after a restart, and ever more rarely while nothing answers.
      setTimeout(open, Math.min(500 * 2 ** failures, 30_000) * (0.5 + Math.random()));
    };
    const wait = () => {
      clearTimeout(silence);
      silence = setTimeout(lost, patience);
    };
    wait();
    source.onopen = () => {
      failures = 0;
      heard.dataset.listening = "yes";
      tell("open");
    };
    source.onerror = lost;
    source.addEventListener("beat", (event) => {
      patience = 2500 * JSON.parse(event.data).every;
      wait();
    });
    for (const name of ["state", "gifts", "viewers", "ended", "settings", "sample"]) {
      source.addEventListener(name, (event) => {
        last = event.lastEventId || last;
        wait();
        tell(name, JSON.parse(event.data));
      });
    }
  };
  open();
}

// Where the pages after this one are listened for first.
if (heard?.dataset.feed) addEventListener("DOMContentLoaded", listenToFeed);
