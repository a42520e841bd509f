//! Orders as CSV: our own layout, and the columns of common shop systems. A row is a line of an order, and the rows
//! of an order stand together; one without a number belongs to the order above.

use super::header::{Column, Field, Header};
use super::money;
use super::records::{Record, Records};
use crate::date::{self, NoInstant};
use crate::record::OrderRecord;
use crate::reject::{RejectCode, Rejected, quoted};
use crate::seen::digest;
use crate::source::TextReader;
use crate::text;
use crate::{ImportError, Options, OrderOptions, categories, isbn_repair};
use bookplate_wire::Isbn;
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::orders::{LINES_MAX, Money, NewOrder, NewOrderLine};
use std::collections::HashSet;
use std::io::Read;

const NUMBER: Field = Field {
    name: "number",
    aliases: &["order", "ordernumber", "orderid", "ordername", "name"],
    required: true,
};
const PLACED_AT: Field = Field {
    name: "placed_at",
    aliases: &["createdat", "orderdate", "orderedat", "datecreated", "date"],
    required: true,
};
const DELIVERED_AT: Field = Field {
    name: "delivered_at",
    aliases: &["deliveredon", "deliverydate"],
    required: false,
};
const CUSTOMER: Field = Field {
    name: "customer",
    aliases: &["customerid"],
    required: false,
};
const MEMBER_CARD: Field = Field {
    name: "member_card",
    aliases: &["card", "cardnumber", "membershipnumber"],
    required: false,
};
const PHONE: Field = Field {
    name: "phone",
    aliases: &["mobile", "customerphone", "billingphone"],
    required: false,
};
const EMAIL: Field = Field {
    name: "email",
    aliases: &["customeremail", "billingemail"],
    required: false,
};
const BRANCH: Field = Field {
    name: "branch",
    aliases: &["store", "location"],
    required: false,
};
const CURRENCY: Field = Field {
    name: "currency",
    aliases: &["currencycode"],
    required: false,
};
const LINE: Field = Field {
    name: "line",
    aliases: &["lineid", "lineitemid"],
    required: false,
};
const ISBN: Field = Field {
    name: "isbn",
    aliases: &["isbn13", "isbn10", "ean", "gtin", "barcode"],
    required: false,
};
const SKU: Field = Field {
    name: "sku",
    aliases: &["lineitemsku", "productsku", "itemsku"],
    required: false,
};
const TITLE: Field = Field {
    name: "title",
    aliases: &["lineitemname", "productname", "itemname"],
    required: false,
};
const CATEGORIES: Field = Field {
    name: "categories",
    aliases: &["category", "lineitemcategory", "productcategory"],
    required: false,
};
const QUANTITY: Field = Field {
    name: "quantity",
    aliases: &["qty", "lineitemquantity", "itemquantity"],
    required: true,
};
/// Never called `total`: that is the whole order's in most exports.
const LINE_TOTAL: Field = Field {
    name: "line_total",
    aliases: &["lineitemtotal"],
    required: false,
};
const PRICE: Field = Field {
    name: "price",
    aliases: &["unitprice", "lineitemprice", "itemprice"],
    required: false,
};
const DISCOUNT: Field = Field {
    name: "discount",
    aliases: &["linediscount", "lineitemdiscount"],
    required: false,
};

/// What is said of an order as a whole. It stands in each of its rows, or in the first one alone, as some shop
/// systems have it.
const OF_ORDER: [&Field; 9] = [
    &NUMBER,
    &PLACED_AT,
    &DELIVERED_AT,
    &CUSTOMER,
    &MEMBER_CARD,
    &PHONE,
    &EMAIL,
    &BRANCH,
    &CURRENCY,
];
/// What is said of one line.
const OF_LINE: [&Field; 9] = [
    &LINE,
    &ISBN,
    &SKU,
    &TITLE,
    &CATEGORIES,
    &QUANTITY,
    &LINE_TOTAL,
    &PRICE,
    &DISCOUNT,
];

/// The orders of a CSV file.
pub(crate) struct Orders<R> {
    records: Records<R>,
    columns: Columns,
    options: OrderOptions,
    /// The first row of the next order.
    next: Option<Row>,
}

/// Orders whose rows do not stand together in a file. Nothing of them is taken: a part of an order would be a wrong
/// order, and it could not be completed later.
#[derive(Debug, Clone, Default)]
pub struct TornOrders(HashSet<u64>);

impl TornOrders {
    pub(crate) fn find<R: Read>(
        text: TextReader<R>,
        options: &Options,
    ) -> Result<Self, ImportError> {
        let mut records = Records::new(text)?;
        let header = Header::new(records.header()?, &options.map, &fields())?;
        let number = header.column(&NUMBER)?;
        let (mut seen, mut torn) = (HashSet::new(), HashSet::new());
        let mut last = None;
        while let Some(record) = records.next()? {
            let number = text::line(number.get(record));
            if number.is_empty() {
                continue;
            }
            let number = digest(&number);
            if last != Some(number) && !seen.insert(number) {
                torn.insert(number);
            }
            last = Some(number);
        }
        Ok(Self(torn))
    }

    fn has(&self, number: &str) -> bool {
        self.0.contains(&digest(number))
    }
}

pub(super) fn fields() -> Vec<&'static Field> {
    [&OF_ORDER[..], &OF_LINE].concat()
}

struct Columns {
    count: usize,
    order: Vec<Column>,
    line: Vec<Column>,
}

/// What stands in some fields of a row.
struct Cells<const N: usize> {
    fields: [&'static Field; N],
    texts: [String; N],
}

/// A row as it stands in the file.
struct Row {
    at: u64,
    number: String,
    content: Result<Content, Rejected>,
}

struct Content {
    order: Cells<9>,
    line: Cells<9>,
    /// The ISBN that its columns prove.
    isbn: Option<Isbn>,
}

impl<const N: usize> Cells<N> {
    fn read(fields: [&'static Field; N], columns: &[Column], record: Record<'_>) -> Self {
        let texts = std::array::from_fn(|at| text::line(columns[at].get(record)));
        Self { fields, texts }
    }

    /// The text in `field`, empty where there is none.
    fn get(&self, field: &Field) -> &str {
        let at = self.fields.iter().position(|own| own.name == field.name);
        at.map_or("", |at| &self.texts[at])
    }
}

impl<R: Read> Orders<R> {
    pub(crate) fn open(
        text: TextReader<R>,
        options: &Options,
        of_orders: OrderOptions,
    ) -> Result<Self, ImportError> {
        let mut records = Records::new(text)?;
        let header = Header::new(records.header()?, &options.map, &fields())?;
        if header.column(&LINE_TOTAL)?.is_absent() && header.column(&PRICE)?.is_absent() {
            return Err(header.missing(&LINE_TOTAL, LINE_TOTAL.name));
        }
        let columns = |fields: &[&Field]| -> Result<Vec<Column>, ImportError> {
            fields.iter().map(|field| header.column(field)).collect()
        };
        let columns = Columns {
            count: header.len(),
            order: columns(&OF_ORDER)?,
            line: columns(&OF_LINE)?,
        };
        Ok(Self {
            records,
            columns,
            options: of_orders,
            next: None,
        })
    }

    pub(crate) fn read(&mut self) -> Result<Option<Result<OrderRecord, Rejected>>, ImportError> {
        let first = match self.next.take() {
            Some(row) => row,
            None => match self.records.next()? {
                Some(record) => self.columns.row(record),
                None => return Ok(None),
            },
        };
        let at = first.at;
        if first.number.is_empty() {
            let missing = missing(at, &NUMBER, "there is no number of an order");
            return Ok(Some(Err(first.content.err().unwrap_or(missing))));
        }
        let number = first.number.clone();
        let mut rows = vec![first];
        while let Some(record) = self.records.next()? {
            let row = self.columns.row(record);
            if !row.number.is_empty() && row.number != number {
                self.next = Some(row);
                break;
            }
            // One too many is enough to know that it is refused.
            if rows.len() <= LINES_MAX {
                rows.push(row);
            }
        }
        // A part of an order would be a wrong order: one bad row and none of it is taken.
        let order = if self.options.torn.has(&number) {
            let detail = format!(
                "the rows of this order do not stand together {}",
                quoted(&number)
            );
            Err(invalid(at, &NUMBER, detail))
        } else {
            order(rows, &self.options)
        };
        Ok(Some(order.map(|order| OrderRecord { line: at, order })))
    }
}

impl Columns {
    fn row(&self, record: Record<'_>) -> Row {
        let at = record.line;
        let order = Cells::read(OF_ORDER, &self.order, record);
        let line = Cells::read(OF_LINE, &self.line, record);
        let isbn = isbn_repair::prove(at, [line.get(&ISBN)].into_iter());
        let isbn = isbn.map(|(isbn, _)| isbn).ok();
        // Many shops have the ISBN as the number of the article. Only a whole one is sure to be one there.
        let sku = line.get(&SKU);
        let isbn = isbn.or_else(|| sku.parse().ok().filter(|_| sku.len() >= 13));
        Row {
            at,
            number: order.get(&NUMBER).to_owned(),
            content: record
                .check(self.count)
                .map(|()| Content { order, line, isbn }),
        }
    }
}

/// The order of `rows`, of which there is at least one.
fn order(rows: Vec<Row>, options: &OrderOptions) -> Result<NewOrder, Rejected> {
    let at = rows[0].at;
    let contents = rows.into_iter().map(|row| Ok((row.at, row.content?)));
    let mut contents: Vec<(u64, Content)> = contents.collect::<Result<_, Rejected>>()?;
    let whole = whole(&mut contents)?;
    let currency = match whole.get(&CURRENCY) {
        "" => options.currency.clone(),
        code => code.to_ascii_uppercase(),
    };
    if currency.is_empty() {
        return Err(missing(at, &CURRENCY, "there is no currency"));
    }
    let lines = contents
        .iter()
        .map(|(at, content)| line(*at, content, &currency));
    let order = NewOrder {
        number: whole.get(&NUMBER).to_owned(),
        placed_at: instant(at, &PLACED_AT, &whole, options)?
            .ok_or_else(|| missing(at, &PLACED_AT, "there is no date"))?,
        delivered_at: instant(at, &DELIVERED_AT, &whole, options)?,
        customer: customer(at, &whole)?,
        branch: whole.get(&BRANCH).to_owned(),
        lines: lines.collect::<Result<_, _>>()?,
    };
    order.checked(options.now).map_err(|problem| {
        let detail = format!("{}: {}", problem.field.unwrap_or_default(), problem.title);
        Rejected::whole(at, RejectCode::Invalid, detail)
    })
}

/// What the rows say of their order together.
fn whole(contents: &mut [(u64, Content)]) -> Result<Cells<9>, Rejected> {
    let mut whole = Cells {
        fields: OF_ORDER,
        texts: Default::default(),
    };
    for (at, content) in contents {
        let said = content.order.texts.iter_mut().map(std::mem::take);
        for ((field, known), said) in OF_ORDER.iter().zip(&mut whole.texts).zip(said) {
            if known.is_empty() {
                *known = said;
            } else if !said.is_empty() && *known != said {
                let (known, said) = (quoted(known), quoted(&said));
                let detail = format!("the rows of an order differ {known} {said}");
                return Err(invalid(*at, field, detail));
            }
        }
    }
    Ok(whole)
}

fn line(at: u64, content: &Content, currency: &str) -> Result<NewOrderLine, Rejected> {
    let cells = &content.line;
    let amount = |field: &Field| match cells.get(field) {
        "" => Ok(None),
        text => money::amount(text, currency).map(Some).ok_or_else(|| {
            let detail = format!("not an amount of {currency} {}", quoted(text));
            invalid(at, field, detail)
        }),
    };
    let quantity = cells.get(&QUANTITY);
    let quantity: u32 = quantity
        .strip_suffix(".0")
        .unwrap_or(quantity)
        .parse()
        .map_err(|_| {
            invalid(
                at,
                &QUANTITY,
                format!("not a quantity {}", quoted(quantity)),
            )
        })?;
    let discount = amount(&DISCOUNT)?.unwrap_or_default();
    let amount = match (amount(&LINE_TOTAL)?, amount(&PRICE)?) {
        (Some(total), _) => total,
        (None, Some(price)) => price
            .checked_mul(i64::from(quantity))
            .map(|full| full - discount)
            .filter(|total| *total >= 0)
            .ok_or_else(|| invalid(at, &DISCOUNT, "the discount is more than the price"))?,
        (None, None) => return Err(missing(at, &LINE_TOTAL, "there is no amount")),
    };
    let text = |field: &Field| Some(cells.get(field).to_owned()).filter(|text| !text.is_empty());
    Ok(NewOrderLine {
        line: text(&LINE),
        // One that is none is kept as it is: it is what the shop has sold under.
        isbn: content.isbn.map(|isbn| isbn.to_string()).or(text(&ISBN)),
        sku: cells.get(&SKU).to_owned(),
        title: cells.get(&TITLE).to_owned(),
        categories: categories::split(cells.get(&CATEGORIES)),
        quantity,
        total: Money {
            amount,
            currency: currency.to_owned(),
        },
    })
}

fn instant(
    at: u64,
    field: &Field,
    whole: &Cells<9>,
    options: &OrderOptions,
) -> Result<Option<i64>, Rejected> {
    let text = whole.get(field);
    if text.is_empty() {
        return Ok(None);
    }
    let instant = date::instant_in(text, options.now, &options.time_zone);
    instant.map(Some).map_err(|problem| {
        let (code, detail) = match problem {
            NoInstant::Future => (RejectCode::Future, "the date is still to come"),
            NoInstant::Unreadable => (
                RejectCode::Invalid,
                "the date is neither RFC 3339 nor YYYY-MM-DD",
            ),
        };
        Rejected::field(at, field.name, code, format!("{detail} {}", quoted(text)))
    })
}

/// Whose the order is, by the first of the columns that names somebody.
fn customer(at: u64, whole: &Cells<9>) -> Result<Option<CustomerRef>, Rejected> {
    type Named = fn(String) -> CustomerRef;
    let named: [(&Field, Named); 4] = [
        (&CUSTOMER, CustomerRef::ExternalId),
        (&MEMBER_CARD, CustomerRef::MemberCard),
        (&PHONE, CustomerRef::Phone),
        (&EMAIL, CustomerRef::Email),
    ];
    let mut wrong = None;
    for (field, named) in named {
        let text = whole.get(field);
        if text.is_empty() {
            continue;
        }
        match named(text.to_owned()).normalised() {
            Ok(customer) => return Ok(Some(customer)),
            Err(problem) => {
                let detail = format!("{} {}", problem.title, quoted(text));
                wrong = wrong.or(Some(invalid(at, field, detail)));
            }
        }
    }
    wrong.map_or(Ok(None), Err)
}

fn invalid(at: u64, field: &Field, detail: impl Into<String>) -> Rejected {
    Rejected::field(at, field.name, RejectCode::Invalid, detail)
}

fn missing(at: u64, field: &Field, detail: &str) -> Rejected {
    Rejected::field(at, field.name, RejectCode::Missing, detail)
}
