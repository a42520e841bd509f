use super::Outcome;
use crate::{ImportError, Options, OrderOptions, OrderRecord, RejectCode, TornOrders};
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::orders::{Money, NewOrder, NewOrderLine};

const NOW: i64 = 1_700_000_000_000; // 2023-11-14T22:13:20Z
const HEADER: &str = "number,placed_at,email,currency,isbn,quantity,line_total\n";

fn options() -> OrderOptions {
    OrderOptions {
        time_zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
        currency: String::new(),
        now: NOW,
        torn: TornOrders::default(),
    }
}

#[track_caller]
fn orders_with(file: &str, options: OrderOptions) -> Outcome<OrderRecord> {
    let torn = crate::torn_orders(file.as_bytes(), &Options::default()).unwrap();
    let options = OrderOptions { torn, ..options };
    Outcome::of(crate::orders(file.as_bytes(), &Options::default(), options).unwrap())
}

#[track_caller]
fn orders(file: &str) -> Outcome<OrderRecord> {
    orders_with(file, options())
}

fn cny(amount: i64) -> Money {
    Money {
        amount,
        currency: "CNY".into(),
    }
}

#[test]
fn every_column_of_our_layout_is_read() {
    let file = "number,placed_at,delivered_at,customer,member_card,phone,email,branch,currency,line,isbn,sku,title,categories,quantity,line_total\n\
        A-1,2020-01-02 10:00:00,2020-01-05,c-1,M1,13800138000,lin@example.com,Fuzhou Road,cny,a,9780141439518,P-1,Pride,,2,90.00\n\
        A-1,2020-01-02 10:00:00,2020-01-05,c-1,M1,13800138000,lin@example.com,Fuzhou Road,cny,b,,BAG,A bag,Gifts / Bags; Cotton,1,5\n";
    let line =
        |name: &str, isbn: Option<&str>, sku: &str, title: &str, quantity, amount| NewOrderLine {
            line: Some(name.into()),
            isbn: isbn.map(str::to_owned),
            sku: sku.into(),
            title: title.into(),
            categories: Vec::new(),
            quantity,
            total: cny(amount),
        };
    let bag = NewOrderLine {
        categories: vec!["Cotton".into(), "Gifts / Bags".into()],
        ..line("b", None, "BAG", "A bag", 1, 500)
    };
    assert_eq!(
        orders(file).all(),
        [OrderRecord {
            line: 2,
            order: NewOrder {
                number: "A-1".into(),
                placed_at: 1_577_930_400_000, // 2020-01-02T02:00:00Z
                delivered_at: Some(1_578_153_600_000),
                customer: Some(CustomerRef::ExternalId("c-1".into())),
                branch: "Fuzhou Road".into(),
                lines: vec![
                    line("a", Some("9780141439518"), "P-1", "Pride", 2, 9_000),
                    bag,
                ],
            },
        }]
    );
}

#[test]
fn the_layout_of_shop_systems_is_read() {
    // What is the whole order's stands in its first row alone; there are prices of one piece, and the ISBN is the
    // number of the article.
    let file = "Name,Email,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount\n\
        #1001,Lin@Example.com,USD,31.00,2020-01-02 10:00:00 +0800,2,Pride and Prejudice,10.50,9780141439518,1.00\n\
        #1001,,,,,1,Emma,11.00,9780141439587,0.00\n\
        #1002,,USD,5.00,2020-01-03 10:00:00 +0800,1,Tote bag,5.00,12345678,\n";
    let read = orders(file).all();
    assert_eq!(read.len(), 2);
    let (first, second) = (&read[0].order, &read[1].order);
    assert_eq!(
        first.customer,
        Some(CustomerRef::Email("lin@example.com".into()))
    );
    assert_eq!(first.placed_at, 1_577_930_400_000);
    let of_line = |line: &NewOrderLine| (line.isbn.clone(), line.quantity, line.total.amount);
    assert_eq!(
        first.lines.iter().map(of_line).collect::<Vec<_>>(),
        [
            (Some("9780141439518".into()), 2, 2_000),
            (Some("9780141439587".into()), 1, 1_100)
        ]
    );
    assert_eq!((&second.customer, read[1].line), (&None, 4));
    assert_eq!(of_line(&second.lines[0]), (None, 1, 500));
    assert_eq!(second.lines[0].sku, "12345678");
}

#[test]
fn harmed_isbns_are_repaired_and_unknown_ones_kept() {
    let file =
        format!("{HEADER}1,2020-01-02,,CNY,439023483,1,10\n2,2020-01-02,,CNY,not-an-isbn,1,10\n");
    let isbns: Vec<_> = orders(&file)
        .all()
        .into_iter()
        .map(|record| record.order.lines[0].isbn.clone().unwrap())
        .collect();
    assert_eq!(isbns, ["9780439023481", "not-an-isbn"]);
}

#[test]
fn an_order_with_one_bad_row_is_not_taken_in_part() {
    let file = format!(
        "{HEADER}1,2020-01-02,,CNY,9780141439518,1,10\n1,2020-01-02,,CNY,9780141439587,none,10\n\
         2,2020-01-02,,CNY,9780141439518,1,10\n"
    );
    let read = orders(&file);
    assert_eq!(read.reasons(), [(3, Some("quantity"), RejectCode::Invalid)]);
    assert_eq!(read.taken[0].order.number, "2");
}

#[test]
fn every_fault_is_told_with_its_line_and_column() {
    let row = "9780141439518,1,10\n";
    let wrong = [
        (format!("1,,,CNY,{row}"), "placed_at", RejectCode::Missing),
        (
            format!("1,02/01/2020,,CNY,{row}"),
            "placed_at",
            RejectCode::Invalid,
        ),
        (
            format!("1,2023-11-16,,CNY,{row}"),
            "placed_at",
            RejectCode::Future,
        ),
        (
            format!("1,2020-01-02,nobody,CNY,{row}"),
            "email",
            RejectCode::Invalid,
        ),
        (
            format!("1,2020-01-02,,,{row}"),
            "currency",
            RejectCode::Missing,
        ),
        (
            format!(",2020-01-02,,CNY,{row}"),
            "number",
            RejectCode::Missing,
        ),
        (
            "1,2020-01-02,,CNY,9780141439518,0.5,10\n".into(),
            "quantity",
            RejectCode::Invalid,
        ),
        (
            "1,2020-01-02,,CNY,9780141439518,1,-10\n".into(),
            "line_total",
            RejectCode::Invalid,
        ),
        (
            "1,2020-01-02,,CNY,9780141439518,1,\n".into(),
            "line_total",
            RejectCode::Missing,
        ),
        (
            format!("1,2020-01-02,,CNY,{row}1,2020-01-03,,CNY,{row}"),
            "placed_at",
            RejectCode::Invalid,
        ),
    ];
    for (rows, field, code) in wrong {
        let line = 1 + rows.lines().count() as u64;
        let read = orders(&format!("{HEADER}{rows}"));
        assert_eq!(read.reasons(), [(line, Some(field), code)], "{rows}");
    }
    for (rows, code) in [
        ("1,2020-01-02,,CNY,9780141439518,1\n", RejectCode::Columns),
        (
            "1,2020-01-02,,Yuan,9780141439518,1,10\n",
            RejectCode::Invalid,
        ),
        ("1,2020-01-02,,CNY,,1,10\n", RejectCode::Invalid),
    ] {
        let read = orders(&format!("{HEADER}{rows}"));
        assert_eq!(read.reasons(), [(2, None, code)], "{rows}");
    }
}

#[test]
fn of_an_order_that_is_torn_apart_nothing_is_taken() {
    let row = "2020-01-02,,CNY,9780141439518,1,10\n";
    let read = orders(&format!("{HEADER}1,{row}2,{row}1,{row}"));
    assert_eq!(
        read.reasons(),
        [
            (2, Some("number"), RejectCode::Invalid),
            (4, Some("number"), RejectCode::Invalid)
        ]
    );
    assert_eq!(read.taken[0].order.number, "2");
}

#[test]
fn a_row_without_a_number_belongs_to_the_order_above() {
    let file = format!(
        "{HEADER}1,2020-01-02,,CNY,9780141439518,1,10\n,,,,9780141439587,1,10\n\
         2,2020-01-02,,CNY,9780141439518,1,10\n"
    );
    let lines = orders(&file)
        .all()
        .into_iter()
        .map(|record| record.order.lines.len());
    assert_eq!(lines.collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn a_currency_can_be_said_for_all() {
    let file = "number,placed_at,isbn,quantity,price\n1,2020-01-02,9780141439518,3,39.80\n";
    let read = orders_with(
        file,
        OrderOptions {
            currency: "CNY".into(),
            ..options()
        },
    );
    assert_eq!(read.all()[0].order.lines[0].total, cny(11_940));
}

#[test]
fn a_file_without_amounts_is_refused() {
    let file = "number,placed_at,isbn,quantity\n1,2020-01-02,9780141439518,3\n";
    let refused = crate::orders(file.as_bytes(), &Options::default(), options());
    assert!(matches!(
        refused.err(),
        Some(ImportError::MissingColumn {
            field: "line_total",
            ..
        })
    ));
}
