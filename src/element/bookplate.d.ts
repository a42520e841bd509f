// The types of what Bookplate is to a shop's page: one global, elements, and events. A story in
// `tests/browser/accounts/identity.rs` compares them with what browsers see; they change with a major version only.

/** The one global. It is there once the script has run; a page that cannot wait for that makes it first:
 * `window.Bookplate ??= { identify: (callback) => (Bookplate.callback = callback) }`. */
interface BookplateApi {
  /** Says how to find out who is signed in at the shop. The callback returns an identity token that the shop's
   * backend has signed, or nothing while nobody is signed in. It is called when a widget needs to know, and again
   * when the session has to be renewed. Call `identify` again whenever somebody has signed in or out. */
  identify(callback: (() => IdentityToken | Promise<IdentityToken>) | null): void;
  /** Ends the session with Bookplate, in all tabs and on the server. Where the shop's own sign-out is asked for,
   * await this first: it may have to ask the callback once more. */
  signOut(): Promise<void>;
  /** The ISBNs of what is in the shop's cart, for the page to set whenever that changes, also before the script has run: wishes for
   * these books are marked as being in the cart. This is how a page confirms what `bookplate-add-to-cart` has asked for. */
  cart?: Iterable<string>;
}

type IdentityToken = string | null | undefined;

declare const Bookplate: BookplateApi;

interface Window {
  Bookplate: BookplateApi;
}

/** A book that was bought. */
interface BookplateBook {
  isbn: string;
  title: string;
  /** How many copies the order had. */
  quantity: number;
}

/** A wish that is to go into the shop's cart. */
interface BookplateCartItem {
  isbn: string;
  /** How many copies are wished for. */
  quantity: number;
  /** The id of the list it is in; absent for a guest's list on the device. */
  list?: string;
}

/** Why nobody is signed in any more: the shopper has signed out here, or in another tab; the session was ended on
 * another device; or the page has said so. */
type BookplateFarewell = 'asked' | 'elsewhere' | 'ended' | 'shop';

/** All bubble and are composed. Those that are cancelable ask the page to do something: where it does so itself, it
 * calls `preventDefault()`, and otherwise the link leads where it says. */
interface BookplateEvents {
  /** Cancelable. The shopper wants to sign in; else our own page for that is opened: in a window, after which the
   * shopper is signed in on this page, where the page has not called `identify`. */
  'bookplate-sign-in': CustomEvent<Record<string, never>>;
  /** Somebody is signed in now, or somebody else. Sent to the document. */
  'bookplate-signed-in': CustomEvent<Record<string, never>>;
  /** Nobody is signed in any more. Sent to the document. With `asked`, end the shop's own session too. */
  'bookplate-signed-out': CustomEvent<{ reason: BookplateFarewell }>;
  /** Cancelable. The shopper wants to buy a book again; else its page (`book-url`) is opened. */
  'bookplate-buy': CustomEvent<BookplateBook>;
  /** Cancelable. The shopper wants to review a book; else our own page of its reviews is opened. */
  'bookplate-review': CustomEvent<BookplateBook>;
  /** Cancelable. The shopper wants one wish, or all of a list, in the shop's cart; else the book's page (`book-url`) is opened, or the
   * hosted page of the lists. Set `Bookplate.cart` once it is there. */
  'bookplate-add-to-cart': CustomEvent<{ items: BookplateCartItem[] }>;
}

interface DocumentEventMap extends BookplateEvents {}
interface HTMLElementEventMap extends BookplateEvents {}
interface WindowEventMap extends BookplateEvents {}

interface HTMLElementTagNameMap {
  /** Attributes: `isbn`, `lang`, `theme`. */
  'bookplate-reviews': HTMLElement;
  /** Attributes: `isbn`, `lang`, `theme`. */
  'bookplate-rating': HTMLElement;
  /** Attributes: `isbn`, `count` (shows how many customers wish for the book), `lang`, `theme`. */
  'bookplate-wish-button': HTMLElement;
  /** Attributes: `list` (the id of the list to begin with, else the default one), `book-url` (the shop's page of a book, with
   * `{isbn}` in it, else the one in the shop's settings), `identity-token`, `lang`, `theme`. */
  'bookplate-wishlist': HTMLElement;
  /** Attributes: `identity-token`, `lang`, `theme`. */
  'bookplate-points': HTMLElement;
  /** Attributes: `isbn`, `price` (what the page sells the book for, such as `12.50 EUR`, else the price of `POST /v1/offers`),
   * `lang`, `theme`. */
  'bookplate-earn': HTMLElement;
  /** Attributes: `as` (`button`: opens the form in a dialog; else it stands in place), `isbn`, `order` (what it is about), `kind` (what it is
   * at first: `complaint`, `question`, `suggestion`, `praise`, `return`, `correction`), `identity-token`, `lang`, `theme`. */
  'bookplate-feedback': HTMLElement;
  /** Attributes: `book-url` (the shop's page of a book, with `{isbn}` in it), `identity-token` (in place of
   * `Bookplate.identify`), `lang`, `theme`. */
  'bookplate-account': HTMLElement;
}
