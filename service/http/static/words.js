// Everything the panel says. A language is loaded when the page, or an answer, is in it.

/** @type {Record<"zh"|"en", typeof import("./words.zh.js").default>} */
export const WORDS = {};

/** @param {"zh"|"en"} language */
export async function learn(language) {
  WORDS[language] ??= (await import(`./words.${language}.js`)).default;
  return WORDS[language];
}
