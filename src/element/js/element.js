// What an element does in its life: waits until it nears the screen, gets its fragment, shows it, hands it
// to app.js, and lets go of everything when it leaves the page.

import { assets } from './config.js';
import { fragment, fragments, parsed } from './fragments.js';
import { looks, reserve } from './looks.js';
import { words } from './words.js';

class Widget extends HTMLElement {
  static observedAttributes = ['isbn', 'lang', 'price'];

  // Small elements that wait. A fragment of theirs has a few hundred bytes, so the first that is
  // near brings all the others along: a list page with a hundred ratings makes one request.
  static #waiting = new Set();

  // Elements that have failed: tried again when the network is back.
  static #failed = new Set();

  static #observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        if (!isIntersecting) target.#release(boundingClientRect.top > 0);
        else if (Widget.#waiting.has(target)) Widget.#waiting.forEach((element) => element.#begin());
        else target.#begin();
      }
    },
    { rootMargin: '600px' },
  );

  static {
    addEventListener('online', () => Widget.#failed.forEach((element) => element.#load()));
  }

  static #app;

  #begun; // Has been near the screen since it came into the page.
  #shown; // Has content.
  #turn = 0; // Counts what replaces content, so that replies that come too late are known.
  #stop; // Ends what app.js does.

  connectedCallback() {
    if (!this.#begun && this._small) Widget.#waiting.add(this);
    Widget.#observer.observe(this);
  }

  disconnectedCallback() {
    // An element that is only moved is back before the microtask runs, and keeps everything.
    queueMicrotask(() => this.isConnected || this.#end());
  }

  attributeChangedCallback(name, before, now) {
    if (this.#begun && before != now) this.#load();
  }

  async #begin() {
    if (this.#begun) return;
    this.#begun = true;
    Widget.#waiting.delete(this);
    const turn = ++this.#turn;
    // A shadow root of our own before the parser meets the declared one would make it refuse that.
    await parsed;
    if (turn != this.#turn) return;
    // Where the shop's server has put the fragment into the page there is nothing to fetch.
    if (this.shadowRoot?.querySelector('.root')) this.#settle();
    else this.#load();
  }

  async #load() {
    const turn = ++this.#turn;
    const root = this.shadowRoot || this.attachShadow({ mode: 'open' });
    const lang = this.closest('[lang]')?.lang || document.documentElement.lang || navigator.language;
    const put = (html) => {
      this.#put(`<div class="root">${html}</div>`);
      root.firstChild.lang = lang;
    };
    Widget.#failed.delete(this);
    // On their way at the same time as the fragment.
    if (!this._plain) this.#import().then((app) => app?.warm(this._kind));
    try {
      const option = this.matches('[count]') ? 'count' : this.getAttribute('price');
      const reply = fragment(
        lang,
        `${this._kind}/${this.getAttribute('isbn') || ''}${option ? '?' + option : ''}`,
      );
      reply.catch(() => {}); // It may fail while the style sheet is still awaited.
      root.adoptedStyleSheets = [await looks()];
      if (turn == this.#turn && !this.#shown) put('<div class="skeleton" aria-busy="true" tabindex="-1"></div>');
      const got = await reply;
      if (turn == this.#turn) this.#show(got);
    } catch {
      if (turn != this.#turn) return;
      Widget.#failed.add(this);
      // What is shown may be old, but it is better than nothing.
      if (this.#shown) return;
      if (this._small) return put('');
      const { failed, offline, retry } = words(lang);
      put(
        `<div class="failed"><p role="alert">${navigator.onLine ? failed : offline}</p><button tabindex="0">${retry}</button></div>`,
      );
      root.querySelector('button').onclick = () => this.#load();
    }
  }

  // Shows a fragment in place of whatever is there.
  #show({ html, json_ld, problem }) {
    // For whoever wrote the page: a shopper sees nothing where an ISBN is wrong.
    if (problem) console.warn(problem.code, problem.field, this);
    this.#turn++;
    this.#stop?.();
    // The link to the style sheet is for pages without scripts. Parsed along, it would be fetched again.
    this.#put(html.replace(/^<link.*?>/, ''));
    this.#settle(json_ld);
  }

  // Puts content in place. Focus that was in the old stays in the widget; after a swap, app.js knows a better
  // place for it.
  #put(html) {
    const root = this.shadowRoot;
    const focused = root.activeElement;
    root.innerHTML = html;
    if (focused) root.querySelector('[tabindex]')?.focus({ preventScroll: true });
  }

  // There is content now, and data about it for search engines (unless the page has them already): gives back
  // space that it does not need, and makes it interactive.
  async #settle(jsonLd) {
    const turn = this.#turn;
    this.#shown = true;
    if (this._plain) return;
    this.#release(this.getBoundingClientRect().top > innerHeight);
    const root = this.shadowRoot.querySelector('.root');
    if (!root) return;
    // What is clicked before app.js is there waits for it.
    let early;
    root.onclick = root.onsubmit = (event) => {
      const control = event.submitter || event.target.closest('a[data-swap]');
      if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      early = control;
    };
    const app = await this.#import();
    root.onclick = root.onsubmit = null;
    if (turn != this.#turn) return;
    const show = async (got) => {
      this.shadowRoot.adoptedStyleSheets = [await looks()];
      if (turn == this.#turn) this.#show(got);
    };
    // Without it, forms show a button as they do without any script.
    if (app) this.#stop = app.attach(this.shadowRoot, this.getAttribute('isbn'), fragments, show, jsonLd);
    else root.dataset.bare = '';
    early?.click();
  }

  // Gives reserved space back where that moves nothing in sight: see looks.js.
  #release(below) {
    if (this.#shown && below) this.style.minHeight = 0;
  }

  // app.js; undefined where it cannot be had, and then links and forms still lead to the hosted pages.
  #import() {
    return (Widget.#app ??= import(assets + 'app.js').catch(() => (Widget.#app = undefined)));
  }

  #end() {
    this.#turn++;
    this.#stop?.();
    this.#begun = this.#shown = this.#stop = undefined;
    Widget.#observer.unobserve(this);
    Widget.#waiting.delete(this);
    Widget.#failed.delete(this);
    this.shadowRoot?.replaceChildren();
    this.style.minHeight = '';
  }
}

export function define(kind, small, plain) {
  const name = 'bookplate-' + kind;
  // A second copy of this script, of whichever version, finds the element defined and changes nothing.
  if (customElements.get(name)) return;
  reserve(name, small ? 'display:inline-block;vertical-align:bottom;' + small : 'display:block;min-height:100vh;:where(&[as]){min-height:44px}');
  customElements.define(
    name,
    class extends Widget {
      // Its name without `bookplate-`, such as `reviews`; for the others see loader.js.
      _kind = kind;
      _small = small;
      _plain = plain;
    },
  );
}
