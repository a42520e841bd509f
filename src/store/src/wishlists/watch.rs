//! What is known of price and stock when an alert is chosen, and what there is to tell of them later.

use crate::StoreError;
use crate::db::Row;
use bookplate_wire::Isbn;
use bookplate_wire::offers::{Availability, Offer};
use bookplate_wire::orders::Money;
use bookplate_wire::wishlists::alerts::AlertChoice;

/// What an alert knows of price and stock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Watch {
    pub(super) price: bool,
    pub(super) at_most: Option<i64>,
    pub(super) base: Option<i64>,
    pub(super) told: Option<i64>,
    pub(super) currency: String,
    pub(super) stock: bool,
    pub(super) missed: bool,
}

/// What a book costs and whether it can be had, over all editions that will do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Standing {
    /// The cheapest that is not out of stock.
    pub(super) best: Option<(Isbn, Money)>,
    /// One that is in stock.
    pub(super) there: Option<Isbn>,
    /// Whether it is known that none is.
    pub(super) is_missed: bool,
}

/// What there is to tell of price and stock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Verdict {
    /// The edition that costs less, what it costs, and what it cost before, as far as that was known and is more.
    pub(super) drop: Option<(Isbn, Money, Option<Money>)>,
    /// The edition that can be had again.
    pub(super) back: Option<Isbn>,
}

impl Standing {
    pub(super) fn of(offers: impl IntoIterator<Item = (Isbn, Offer)>) -> Self {
        let mut standing = Self::default();
        for (isbn, offer) in offers {
            let is_there = offer.availability == Availability::InStock;
            let is_missed = matches!(
                offer.availability,
                Availability::OutOfStock | Availability::Preorder
            );
            standing.there = standing.there.or(is_there.then_some(isbn));
            standing.is_missed |= is_missed;
            let can_be_had = offer.availability != Availability::OutOfStock;
            let is_best = standing.best.as_ref().is_none_or(|(_, best)| {
                best.currency == offer.price.currency && offer.price.amount < best.amount
            });
            if can_be_had && is_best {
                standing.best = Some((isbn, offer.price));
            }
        }
        standing.is_missed &= standing.there.is_none();
        standing
    }
}

impl Watch {
    /// What there is to tell now; and what is to be kept once it is told.
    pub(super) fn look(&self, standing: &Standing) -> (Verdict, Self) {
        let (mut verdict, mut next) = (Verdict::default(), self.clone());
        if let Some((isbn, now)) = standing.best.as_ref().filter(|_| self.price) {
            verdict.drop = next.look_at_price(now).then(|| {
                let before = self.base.filter(|base| *base > now.amount);
                let before = before.map(|amount| Money {
                    amount,
                    currency: now.currency.clone(),
                });
                (*isbn, now.clone(), before)
            });
        }
        if self.stock {
            verdict.back = standing.there.filter(|_| self.missed);
            next.missed = standing.is_missed || (self.missed && standing.there.is_none());
        }
        (verdict, next)
    }

    /// Whether a price is to be told, and notes that it is.
    fn look_at_price(&mut self, now: &Money) -> bool {
        if self.currency != now.currency {
            // Of two currencies nobody knows which is less. A threshold waits for its own.
            if self.at_most.is_none() {
                self.base = Some(now.amount);
                self.told = None;
                self.currency.clone_from(&now.currency);
            }
            return false;
        }
        let is_low = match self.at_most {
            Some(most) => now.amount <= most,
            None => now.amount < *self.base.get_or_insert(now.amount),
        };
        if !is_low {
            // The next drop is another one.
            self.told = None;
            return false;
        }
        let is_news = self.told.is_none_or(|told| now.amount < told);
        if is_news {
            self.told = Some(now.amount);
        }
        is_news
    }
}

/// What is kept of an alert, with its currency in the column `currency`.
pub(super) fn watch_of(row: &Row, currency: &'static str) -> Result<Watch, StoreError> {
    Ok(Watch {
        price: row.get("price")?,
        at_most: row.get("at_most")?,
        base: row.get("base")?,
        told: row.get("told")?,
        currency: row.get(currency)?,
        stock: row.get("stock")?,
        missed: row.get("missed")?,
    })
}

/// What is kept of a choice. What was chosen before, and is the same, goes on.
pub(super) fn chosen(choice: &AlertChoice, known: Option<Watch>, standing: &Standing) -> Watch {
    let known = known.unwrap_or_default();
    let mut watch = Watch {
        stock: choice.back_in_stock,
        missed: choice.back_in_stock
            && if known.stock {
                known.missed
            } else {
                standing.is_missed
            },
        ..Watch::default()
    };
    let Some(price) = &choice.price else {
        return watch;
    };
    watch.price = true;
    watch.at_most = price.at_most.as_ref().map(|most| most.amount);
    let best = standing.best.as_ref().map(|(_, money)| money);
    let currency = price.at_most.as_ref().or(best);
    watch.currency = currency.map_or_else(String::new, |money| money.currency.clone());
    let is_same = known.price && known.at_most == watch.at_most && known.currency == watch.currency;
    if is_same {
        return Watch {
            stock: watch.stock,
            missed: watch.missed,
            ..known
        };
    }
    let best = best.filter(|best| best.currency == watch.currency);
    watch.base = best.map(|best| best.amount);
    // What is on the page already is no news.
    let is_low = |amount: &i64| watch.at_most.is_some_and(|most| *amount <= most);
    watch.told = watch.base.filter(is_low);
    watch
}

#[cfg(test)]
mod tests {
    use super::*;
    use bookplate_wire::wishlists::alerts::PriceAlert;

    fn isbn() -> Isbn {
        "9780141439518".parse().unwrap()
    }

    fn offered(amount: i64, availability: Availability) -> Standing {
        let price = Money {
            amount,
            currency: "EUR".into(),
        };
        Standing::of([(
            isbn(),
            Offer {
                price,
                availability,
            },
        )])
    }

    fn at(amount: i64) -> Standing {
        offered(amount, Availability::InStock)
    }

    /// What is told of prices one after the other.
    fn told(mut watch: Watch, prices: &[i64]) -> Vec<i64> {
        let mut told = Vec::new();
        for price in prices {
            let (verdict, next) = watch.look(&at(*price));
            told.extend(verdict.drop.map(|(_, money, _)| money.amount));
            watch = next;
        }
        told
    }

    fn any_drop(from: i64) -> Watch {
        let choice = AlertChoice {
            price: Some(PriceAlert::default()),
            ..AlertChoice::default()
        };
        chosen(&choice, None, &at(from))
    }

    fn below(most: i64, from: i64) -> Watch {
        let at_most = Money {
            amount: most,
            currency: "EUR".into(),
        };
        let choice = AlertChoice {
            price: Some(PriceAlert {
                at_most: Some(at_most),
            }),
            ..AlertChoice::default()
        };
        chosen(&choice, None, &at(from))
    }

    #[test]
    fn a_drop_is_told_once_and_a_deeper_one_again() {
        assert_eq!(
            told(any_drop(1_000), &[1_000, 1_200, 900, 900, 950, 800]),
            [900, 800]
        );
        // What was up again is another drop.
        assert_eq!(told(any_drop(1_000), &[900, 1_000, 900]), [900, 900]);
    }

    #[test]
    fn a_threshold_is_reached_and_what_is_below_already_is_no_news() {
        assert_eq!(told(below(999, 1_500), &[1_200, 999, 999, 990]), [999, 990]);
        assert_eq!(told(below(999, 900), &[900, 950, 1_100, 950]), [950]);
    }

    #[test]
    fn what_cannot_be_had_is_no_bargain_and_other_money_no_drop() {
        let watch = any_drop(1_000);
        let (verdict, _) = watch.look(&offered(500, Availability::OutOfStock));
        assert_eq!(verdict, Verdict::default());
        let other = Watch {
            currency: "JPY".into(),
            ..watch
        };
        let (verdict, next) = other.look(&at(500));
        assert_eq!(verdict, Verdict::default());
        assert_eq!((next.base, &*next.currency), (Some(500), "EUR"));
    }

    #[test]
    fn being_back_is_told_once_it_was_away() {
        let choice = AlertChoice {
            back_in_stock: true,
            ..AlertChoice::default()
        };
        let watch = chosen(&choice, None, &at(1));
        assert!(!watch.missed && watch.look(&at(1)).0.back.is_none());
        let (_, away) = watch.look(&offered(1, Availability::OutOfStock));
        let (verdict, back) = away.look(&at(1));
        assert_eq!(verdict.back, Some(isbn()));
        assert_eq!(back.look(&at(1)).0, Verdict::default());
        // A book that is still to come can be had for the first time.
        let coming = chosen(&choice, None, &offered(1, Availability::Preorder));
        assert!(coming.look(&at(1)).0.back.is_some());
    }

    #[test]
    fn of_several_editions_the_cheapest_counts_that_can_be_had() {
        let offer = |amount, availability| Offer {
            price: Money {
                amount,
                currency: "EUR".into(),
            },
            availability,
        };
        let other: Isbn = "9787020008735".parse().unwrap();
        let standing = Standing::of([
            (isbn(), offer(700, Availability::OutOfStock)),
            (other, offer(900, Availability::InStock)),
        ]);
        assert_eq!(
            standing.best.map(|(isbn, money)| (isbn, money.amount)),
            Some((other, 900))
        );
        assert!(standing.there == Some(other) && !standing.is_missed);
    }
}
