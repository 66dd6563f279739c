// Listens to the feed of the element that names one, and tells it what it hears: "feed:gifts", "feed:state", …
// A connection that is lost is opened anew at the page's own address, from the last position.
const heard = document.querySelector("[data-feed]");

function listenToFeed() {
  let last = heard.dataset.last;
  let failures = 0;
  const tell = (name, detail) => heard.dispatchEvent(new CustomEvent(`feed:${name}`, { detail }));

  const open = () => {
    const address = new URL(heard.dataset.feed, location.href);
    if (last) address.searchParams.set("last", last);
    const source = new EventSource(address);
    source.onopen = () => {
      failures = 0;
      heard.dataset.listening = "yes";
      tell("open");
    };
    source.onerror = () => {
      source.close();
      heard.dataset.listening = "";
      tell("lost");
      failures += 1;
      // Not all at once after a restart, and ever more rarely while nothing answers.
      setTimeout(open, Math.min(500 * 2 ** failures, 30_000) * (0.5 + Math.random()));
    };
    for (const name of ["state", "gifts", "viewers", "ended", "settings", "sample"]) {
      source.addEventListener(name, (event) => {
        last = event.lastEventId || last;
        tell(name, JSON.parse(event.data));
      });
    }
  };
  open();
}

// Where the pages after this one are listened for first.
if (heard?.dataset.feed) addEventListener("DOMContentLoaded", listenToFeed);
