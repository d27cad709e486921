// What scripts add to the list of reports: it goes on as one scrolls, page after page of it, to either side; and who
// comes back to it from a report finds it where it was left.

const AHEAD = 1500; // pixels from where somebody looks
const AT_REST_MS = 150; // without scrolling; browsers take only so many changes of an address
const lists = document.getElementsByClassName("reports"); // one a page
const pages = new WeakMap(); // the address of each
const end = document.querySelector(".reports ~ .pages");

/** The page at `address`, parsed by a request: where text may become no markup, the other ways to parse are forbidden. */
function load(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject(new Error(request.statusText)));
    request.onerror = () => reject(new Error("no connection"));
    request.send();
  });
}

const nameOf = (item) => item.firstElementChild.getAttribute("href");
const topOf = (node) => node.getBoundingClientRect().top;
const scroll = (top) => window.scrollBy({ top, behavior: "instant" });

/** Puts another page at an end of the list, the one that the link there leads to. Gives whether it did. */
async function add(rel) {
  const link = document.querySelector(`[rel=${rel}]`);
  if (!link || link.dataset.asked) return false;
  link.dataset.asked = "yes";
  try {
    const page = await load(link.href);
    const [list, further] = [".reports", `[rel=${rel}]`].map((selector) => page.querySelector(selector));
    const beside = lists[rel === "next" ? lists.length - 1 : 0];
    // Pages are cut from the first report on: the one before may have reports of the one that somebody came in by.
    const there = new Set(Array.from(beside.children, nameOf));
    for (const item of Array.from(list.children)) if (there.has(nameOf(item))) item.remove();
    pages.set(list, link.href);
    keepingPlace(() => {
      if (rel === "next") beside.after(list);
      else beside.before(list);
      if (further) link.replaceWith(further);
      else if (rel === "next") link.remove();
      else link.parentElement.remove(); // with the link to the first page, which is there now
    });
    return true;
  } catch (error) {
    // The link stays: whoever follows it sees what is wrong.
    console.warn("judian:", error);
    return false;
  }
}

/** Of nodes one below the other, the one at the upper edge of the window, or the first below it. */
function atTop(nodes) {
  let [low, high] = [0, nodes.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nodes[middle].getBoundingClientRect().bottom > 0) high = middle;
    else low = middle + 1;
  }
  return nodes[low];
}

/** Changes what may stand above the window; what it shows stays where it is. */
function keepingPlace(change) {
  const item = atTop(atTop(lists).children);
  const top = topOf(item);
  change();
  scroll(topOf(item) - top);
}

/** Keeps in the history which page the window shows, where in it, and which outlines are open. */
function keep() {
  const list = atTop(lists);
  const item = atTop(list.children);
  const open = Array.from(list.querySelectorAll("details[open]"), (outline) => nameOf(outline.parentElement));
  history.replaceState({ report: nameOf(item), top: topOf(item), open }, "", pages.get(list));
}

/** As it was when it was left, where that was kept. */
async function restore({ report, top, open }) {
  const items = Array.from(lists[0].children);
  for (const item of items) {
    if (open.includes(nameOf(item))) item.querySelector("details").open = true;
  }
  const item = items.find((one) => nameOf(one) === report);
  if (!item) return;
  while (document.documentElement.getBoundingClientRect().bottom - topOf(item) < innerHeight - top) {
    if (!(await add("next"))) break;
  }
  // What is laid out on the way is as high as it is only then.
  for (let again = 0; again < 3; again += 1) {
    scroll(topOf(item) - top);
    await new Promise(requestAnimationFrame);
  }
}

async function begin() {
  history.scrollRestoration = "manual";
  pages.set(lists[0], location.href);
  if (history.state) await restore(history.state);
  const near = new IntersectionObserver(
    async (changes) => {
      if (!changes.at(-1).isIntersecting) return;
      near.disconnect();
      if (await add("next")) near.observe(end);
    },
    { rootMargin: `${AHEAD}px` },
  );
  near.observe(end);
  let rest = 0;
  const later = () => {
    clearTimeout(rest);
    rest = setTimeout(keep, AT_REST_MS);
  };
  const scrolled = () => {
    later();
    // Further up only once what stands above the list is out of sight: it would jump away.
    const top = topOf(lists[0]);
    if (top <= 0 && top > -AHEAD) add("prev");
  };
  addEventListener("scroll", scrolled, { passive: true });
  document.addEventListener("toggle", later, true);
  document.addEventListener("click", keep, true);
}

if (lists[0].firstElementChild) begin();
