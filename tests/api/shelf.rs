//! The small catalogue that the stories share.

use bookplate_tests::actors::{Actor, Setup, World};

/// The origin of the shop's own pages.
pub const ORIGIN: &str = "http://localhost:4401";
/// The shop's public key.
pub const KEY: &str = "pk_shelf";
/// Pride and Prejudice, paperback.
pub const PRIDE: &str = "9780141439518";
/// The same work in Chinese.
pub const PRIDE_ZH: &str = "9787020008735";
/// A book without reviews.
pub const EMMA: &str = "9780141439587";
/// A valid ISBN that no catalogue here has.
pub const UNKNOWN: &str = "9780306406157";

/// Two works, the first in two editions.
pub const BOOKS: &str = "\
isbn,work,title,authors,published_on,format,language
9780141439518,pride,Pride and Prejudice,Jane Austen,2003,paperback,en
9787020008735,pride,傲慢与偏见,简·奥斯丁,1993-07,hardback,zh-CN
9780141439587,emma,Emma,Jane Austen,2003,paperback,en
";

/// Five reviews of the first work, over both of its editions.
pub const REVIEWS: &str = "\
id,isbn,rating,title,body,language,author,created_at,helpful,votes
r1,9780141439518,5,A joy,Wit on every page.,en,Ann,2024-01-01,90,100
r2,9780141439518,2,Slow,Too many balls.,en,Ben,2024-02-01,1,10
r3,9787020008735,4,好看,译文流畅，值得再读。,zh-CN,小林,2024-03-01,3,3
r4,9787020008735,5,经典,百读不厌。,zh-CN,阿月,2024-04-01,0,0
r5,9780141439518,4.5,Nearly perfect,100% worth it.,en,Cy,2024-05-01T23:30:00Z,0,2
";

/// A server with these books and reviews.
pub async fn stocked(setup: Setup) -> World {
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(BOOKS).await;
    setup.import_reviews(REVIEWS).await;
    setup.open().await
}

/// A script in one of the shop's own pages.
pub fn shopper(world: &World) -> Actor<'_> {
    world.page(ORIGIN, KEY)
}
