//! Offers as shops' systems write them.

use crate::{Item, OfferOptions, OfferRecord, Options, offers};
use bookplate_wire::offers::Availability;

const NOW: i64 = 1_795_564_800_000;

fn read(csv: &str, currency: &str) -> Vec<Item<OfferRecord>> {
    let of_offers = OfferOptions {
        time_zone: jiff::tz::TimeZone::UTC,
        currency: currency.to_owned(),
        now: NOW,
    };
    let options = Options::default();
    offers(csv.as_bytes(), &options, of_offers)
        .unwrap()
        .collect()
}

#[test]
fn prices_and_stock_are_read_as_feeds_have_them() {
    let csv = "isbn;price;availability;as_of\n\
               0-14-143951-3;9,99;in stock;2026-01-02\n\
               9780141439587;8.50 GBP;https://schema.org/OutOfStock;\n\
               9787020008735;CNY 39.80;0;\n\
               9780306406157;12;;\n";
    let read = read(csv, "EUR");
    let seen: Vec<_> = read
        .into_iter()
        .map(|item| item.unwrap().unwrap().offer)
        .map(|offer| {
            let price = offer.price;
            (
                price.amount,
                price.currency,
                offer.availability,
                offer.as_of,
            )
        })
        .collect();
    let (day, now) = (Some(1_767_312_000_000), Some(NOW));
    assert_eq!(
        seen,
        [
            (999, "EUR".to_owned(), Availability::InStock, day),
            (850, "GBP".to_owned(), Availability::OutOfStock, now),
            (3_980, "CNY".to_owned(), Availability::OutOfStock, now),
            (1_200, "EUR".to_owned(), Availability::Unknown, now),
        ]
    );
}

#[test]
fn what_is_wrong_is_told_by_row() {
    let csv = "isbn,price,availability\n\
               9780141439518,,in_stock\n\
               9780141439518,9.99,maybe\n\
               9780141439518,9.99,in_stock\n\
               9780141439518,8.99,in_stock\n\
               9780141439587,nine,\n";
    let seen: Vec<_> = read(csv, "EUR")
        .into_iter()
        .map(|item| {
            item.unwrap()
                .map_err(|no| (no.line, no.field, no.code.as_str()))
        })
        .map(|row| row.err())
        .collect();
    assert_eq!(
        seen,
        [
            Some((2, Some("price"), "missing")),
            Some((3, Some("availability"), "invalid")),
            None,
            Some((5, Some("isbn"), "duplicate")),
            Some((6, Some("price"), "invalid")),
        ]
    );
    let told = read("isbn,price\n9780141439518,9.99\n", "")
        .remove(0)
        .unwrap();
    assert_eq!(told.unwrap_err().field, Some("currency"));
}
