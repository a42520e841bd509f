// The one script that a shop's page names. It defines the elements; everything else is fetched when
// the first of them nears the screen.
//
//   element.js    what an element does in its life: begin here
//   fragments.js  asks the server, for many elements at once
//   looks.js      reserves space, and the style sheet that all elements share
//   get.js        how both fetch
//   config.js     where we come from
//   words.js      what stands in place of a widget that cannot be loaded
//   app.js, swaps.js   not part of the loader: they make a fragment interactive, keep focus where it belongs, and
//                      describe the book to search engines
//   identity.js, login.js   nor are these: who uses the page
//   wishlists.js, lists.js, feedback.js  nor are these: what they wish for, and what they write to the shop
//
// The build joins these files and fails when they have more than 2,048 bytes, minified and compressed.

import { assets, base, key } from './config.js';
import { define } from './element.js';

// A name behind `bookplate-`; for small ones, of which a list page has many, the size of their box; whether there is nothing
// to click, for which app.js and wasm would be needed.
define('reviews');
define('account');
define('wishlist');
define('points');
define('feedback');
define('wish-button', 'height:44px;min-width:44px');
define('earn', 'height:1.5em;min-width:10.5em');
define('rating', 'height:1.5em;min-width:10.5em', true);

// The one global. What a page says to `identify` is kept until somebody needs to know: see identity.js. A page
// that cannot wait for this script has brought an object of the same shape.
window.Bookplate ??= { identify: (callback) => (Bookplate.callback = callback) };
Bookplate.signOut ??= async () => (await import(assets + 'app.js')).signOut(base, key);
