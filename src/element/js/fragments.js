// Asks the server for fragments: one request for all elements that want one at the same time.

import { base, key } from './config.js';
import { get } from './get.js';

const MOST = 200; // Widgets in a request; the server refuses more.

// Settled once the page is there as a whole. Asking earlier would split a long page into several requests,
// and would find shadow roots that the page's HTML declares only half there.
export const parsed = new Promise((resolve) => {
  if (document.readyState == 'loading') addEventListener('DOMContentLoaded', resolve);
  else resolve();
});

let open = {}; // By language, the request that still takes on widgets.

// The fragment of one widget, such as `rating/9780141439518`. Equal widgets share one place in the request.
export async function fragment(lang, widget) {
  let request = open[lang];
  if (!request || request._widgets.length == MOST) {
    const widgets = [];
    request = open[lang] = {
      _widgets: widgets,
      _replies: parsed
        // A task later: what one observer call or one script brings into the page comes one by one.
        .then(() => new Promise((resolve) => setTimeout(resolve)))
        .then(() => {
          open = {};
          return fragments(lang, widgets);
        }),
    };
  }
  let place = request._widgets.indexOf(widget);
  if (place < 0) place = request._widgets.push(widget) - 1;
  return (await request._replies)[place];
}

// The fragments of some widgets, in their order. One that the server cannot read (a calendar's number in
// place of an ISBN) is empty and has a `problem`.
export async function fragments(lang, widgets, signal) {
  const query = new URLSearchParams({ key, lang });
  for (const widget of widgets) query.append('w', widget);
  return JSON.parse(await get(base + 'v1/fragments?' + query, signal)).fragments;
}
