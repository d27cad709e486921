// Whether an answer is right, and what is wrong with it: two buttons, then a field to say more.

import { button, element } from "./marks.js";

const MAX_COMMENT = 2000; // the service takes no more

/**
 * @param {import("./conversation.js").Turn} turn  @param {object} words
 * @param {(rating: "up"|"down", comment: string) => Promise<string>} rate sends it; what came of it, in words
 * @returns {{buttons: Node[], more: Node}} the buttons, and what stands below them once one was pressed
 */
export function feedback(turn, words, rate) {
  const more = element("div");
  // In words: signs for it are no characters of the fonts in many an office.
  const buttons = ["up", "down"].map((rating) =>
    button("quiet", words[rating], () => send(rating, turn.rated?.comment ?? "", true), { "data-rating": rating }),
  );
  const pressed = () => buttons.find((one) => one.dataset.rating === turn.rated?.rating);
  const show = () => {
    for (const one of buttons) one.setAttribute("aria-pressed", one === pressed());
  };

  async function send(rating, comment, asks) {
    const told = await rate(rating, comment);
    const done = turn.rated?.rating === rating && turn.rated.comment === comment;
    show();
    // A field once there is a rating, and again where what was written there did not arrive.
    const field = asks === done ? form(comment) : null;
    more.replaceChildren(element("p.hint", told), ...(field ? [field] : []));
    if (!asks) (field?.firstChild ?? pressed()).focus({ preventScroll: true });
  }

  function form(comment) {
    const label = { "aria-label": words.comment, placeholder: words.comment, rows: "1", maxlength: MAX_COMMENT };
    const field = element("textarea", label);
    field.value = comment;
    const node = element("form.key", field, element("button.primary", words.submit));
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      send(turn.rated.rating, field.value.trim(), false);
    });
    return node;
  }

  show();
  return { buttons, more };
}
