// What scripts add to the list of reports: it goes on as one scrolls, page after page of it.

const AHEAD = "1500px"; // of the end
const list = document.querySelector(".reports");
const pages = document.querySelector(".pages");

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

const end = new IntersectionObserver(
  async ([{ isIntersecting }]) => {
    const link = pages.querySelector("[rel=next]");
    if (!isIntersecting || !link) return;
    end.disconnect();
    try {
      const further = await load(link.href);
      list.append(...further.querySelector(".reports").children);
      const after = further.querySelector(".pages [rel=next]");
      if (!after) return link.remove();
      link.replaceWith(after);
    } catch (error) {
      // The link stays: whoever follows it sees what is wrong.
      console.warn("judian:", error);
      return;
    }
    end.observe(pages);
  },
  { rootMargin: AHEAD },
);
end.observe(pages);
