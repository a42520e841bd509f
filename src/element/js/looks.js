// Reserves space before anything loads, and shares one style sheet among all shadow roots.

import { assets } from './config.js';
import { get } from './get.js';

// Layout must not shift (CLS 0): what a shopper sees below an element stays where it is, whatever arrives.
//
// - A rating has one line of fixed height, filled or not; what is a button at first (`as`) has the height of one.
// - Reviews have a height that nobody knows beforehand. So they get at least the window's: an element
//   whose top is on screen then ends below the screen, and nothing that follows it is in sight when its
//   content arrives and is longer. An element that is still below the screen may grow and shrink freely.
//   Where the shopper has scrolled past it, browsers themselves hold what is on screen (scroll anchoring).
// - Content that is shorter (a book without reviews) would leave a gap, so the space is given back, but
//   only once that moves nothing in sight: while the element is below the screen, which with a margin of
//   600 px around the screen is where content usually finds it. See `#settle` in element.js.
//
// What this cannot do: a page that is painted before this script has run shows its elements without any
// height. Shops whose widgets stand on the first screen put the same rules into their own style sheet.
//
// `:where` makes the rules weaker than any of the shop's own.
export function reserve(name, rules) {
  document.adoptedStyleSheets.push(sheet(`:where(${name}){${rules}}`));
}

// Constructed sheets, because a Content-Security-Policy without `unsafe-inline` allows no other.
function sheet(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

let shared;

// The widgets' style sheet, fetched once and parsed once. After a failure the next call tries again.
export function looks() {
  return (shared ??= get(assets + 'bookplate.css')
    .then(sheet)
    .catch((error) => {
      shared = undefined;
      throw error;
    }));
}
