// Inkwell & Lantern: the bag, the choice of editions, search in the list, the newsletter, and the shop's side of
// Bookplate. The pages work without it, but nothing can then be put into the bag.

const BAG = "inkwell-bag";

const bag = JSON.parse(sessionStorage.getItem(BAG) ?? "[]");

function showBag() {
  const count = bag.reduce((sum, line) => sum + line.count, 0);
  document.querySelector(".bag output").textContent = count;
  document.querySelector(".bag-list p").hidden = count > 0;
  document.querySelector(".bag-list ul").replaceChildren(
    ...bag.map((line) => {
      const item = document.createElement("li");
      const title = document.createElement("span");
      title.lang = line.lang;
      title.textContent = line.count > 1 ? `${line.title} × ${line.count}` : line.title;
      const price = document.createElement("span");
      price.textContent = line.price;
      item.append(title, price);
      return item;
    }),
  );
  // Wishes that are in the bag are marked as such.
  Bookplate.cart = bag.map((line) => line.isbn);
}

function put(book, count) {
  const known = bag.find((line) => line.isbn === book.isbn);
  if (known) known.count += count;
  else bag.push({ ...book, count });
  sessionStorage.setItem(BAG, JSON.stringify(bag));
  showBag();
}

/** The book that a button to buy belongs to: its card, or the page's chosen edition. */
function bookOf(button) {
  const holder = button.closest("[data-isbn]");
  const title = holder.querySelector("h1, h3");
  return {
    isbn: holder.dataset.isbn,
    title: title.textContent.trim(),
    lang: (title.closest("[lang]") ?? document.documentElement).lang,
    price: holder.querySelector(".price").textContent,
  };
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-put]");
  if (!button) return;
  const count = Number(button.closest("form")?.elements.count?.value ?? 1);
  put(bookOf(button), count);
});

document.addEventListener("change", (event) => {
  if (event.target.name !== "edition") return;
  const page = event.target.closest("[data-isbn]");
  page.dataset.isbn = event.target.value;
  page.querySelector(".cover img").src = `/covers/${event.target.value}.svg`;
  page.querySelector(".price").textContent = event.target.dataset.price;
});

/** Shows the books of the list that have every word of `words`, and says how many. */
function find(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const card of document.querySelectorAll(".books > li")) {
    const text = `${card.dataset.isbn} ${card.textContent}`.toLowerCase();
    card.hidden = !wanted.every((word) => text.includes(word));
    found += card.hidden ? 0 : 1;
  }
  for (const section of document.querySelectorAll(".row-of-books")) {
    section.hidden = !section.querySelector(".books > li:not([hidden])");
  }
  const status = document.querySelector("#found");
  status.textContent = wanted.length ? `${found} for “${words.trim()}”` : status.dataset.all;
}

const search = document.querySelector(".search");
const isList = document.querySelector("#found") !== null;

search.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = search.elements.q.value;
  if (isList) find(words);
  else location.assign(`/books.html?q=${encodeURIComponent(words)}`);
});

const asked = new URLSearchParams(location.search).get("q");
if (isList && asked) {
  search.elements.q.value = asked;
  find(asked);
}

document.querySelector(".news form").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  form.querySelector("[role=status]").textContent = form.dataset.thanks;
  form.elements.email.value = "";
});

// ---- What Bookplate asks and says ----

// Whichever of the two scripts comes first makes this object.
window.Bookplate ??= { identify: (callback) => (Bookplate.callback = callback) };

// The shop's backend says who is signed in, and nothing while nobody is.
Bookplate.identify(async () => {
  const reply = await fetch("/bookplate-token", { cache: "no-store" });
  if (!reply.ok) throw Error(`/bookplate-token: ${reply.status}`);
  return reply.status === 204 ? null : reply.text();
});

// The shop has a page of its own for signing in.
document.addEventListener("bookplate-sign-in", (event) => {
  event.preventDefault();
  location.assign(document.querySelector(".me").getAttribute("href").replace("account", "sign-in"));
});

// Who signs out there has signed out of the shop too, whichever tab it was in.
document.addEventListener("bookplate-signed-out", async ({ detail }) => {
  if (detail.reason === "asked") await fetch("/sign-out", { method: "POST" });
  const name = document.querySelector("[data-name]");
  name.textContent = name.dataset.name;
});

/** Puts books into the bag, as the list of all books has them: with today's price. */
async function putAll(items) {
  const list = await (await fetch("/books.html")).text();
  const page = new DOMParser().parseFromString(list, "text/html");
  for (const { isbn, quantity } of items) {
    const card = page.querySelector(`[data-isbn="${isbn}"]`);
    if (!card) return location.assign(`/books.html?q=${isbn}`);
    put(bookOf(card), quantity);
  }
  document.querySelector("#bag").showPopover();
}

// To buy a book again is to put it into the bag.
document.addEventListener("bookplate-buy", (event) => {
  event.preventDefault();
  putAll([event.detail]);
});

// So is to want one wish, or all of a list.
document.addEventListener("bookplate-add-to-cart", (event) => {
  event.preventDefault();
  putAll(event.detail.items);
});

showBag();
