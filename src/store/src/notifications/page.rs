//! A customer's notifications, the latest first.

use super::Message;
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::notifications::{Notification, NotificationPage};
use bookplate_wire::orders::Money;
use bookplate_wire::points::tiers::TierMeasure;
use bookplate_wire::{CustomerId, NotificationId};

impl Db {
    /// Up to `limit` notifications of a customer, from behind `after` (the `next` of the page before).
    ///
    /// The days in the reply are left empty: they depend on the shop's time zone, which the caller knows.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when `after` is none; else when the database does not answer.
    pub fn notifications(
        &mut self,
        customer: &CustomerId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<NotificationPage, StoreError> {
        let mut sql = Sql::new(
            "SELECT id, params, created_at, read_at FROM notifications WHERE customer_id = ",
        );
        sql.bind(customer);
        if let Some(after) = after {
            let after = NotificationId::from_digits(after).map_err(|_| StoreError::Cursor)?;
            sql.push(" AND id < ").bind(&after);
        }
        // The ids are in the order of time.
        sql.push(" ORDER BY id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.rows(self)?;
        let shown = rows.iter().take(limit as usize);
        let notifications = shown.map(notification_of).collect::<Result<Vec<_>, _>>()?;
        let more = rows.len() > notifications.len();
        let last = notifications.last().filter(|_| more);
        Ok(NotificationPage {
            next: last.map(|last| digits(&last.id).to_owned()),
            unread: self.unread_notifications(customer)?,
            notifications,
        })
    }

    /// How many notifications a customer has not seen.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn unread_notifications(&mut self, customer: &CustomerId) -> Result<u32, StoreError> {
        let count = Sql::new(
            "SELECT COUNT(*) FROM notifications WHERE customer_id = $1 AND read_at IS NULL",
        )
        .arg(customer)
        .value(self)?;
        Ok(count.unwrap_or_default())
    }

    /// Notes that a customer has seen all notifications up to `up_to`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn read_notifications(
        &mut self,
        customer: &CustomerId,
        up_to: &NotificationId,
    ) -> Result<(), StoreError> {
        Sql::new(
            "UPDATE notifications SET read_at = $1 \
             WHERE customer_id = $2 AND id <= $3 AND read_at IS NULL",
        )
        .arg(now())
        .arg(customer)
        .arg(up_to)
        .run(self)
        .map(drop)
    }
}

fn digits(id: &NotificationId) -> &str {
    id.as_str().trim_start_matches(NotificationId::PREFIX)
}

fn notification_of(row: &Row) -> Result<Notification, StoreError> {
    let corrupt = StoreError::Corrupt("notifications.params");
    let params: String = row.get("params")?;
    let message: Message = serde_json::from_str(&params).map_err(|_| corrupt)?;
    let kind = message
        .shown_as()
        .ok_or(StoreError::Corrupt("notifications.kind"))?;
    let mut notification = Notification {
        id: row.get("id")?,
        kind,
        order: String::new(),
        amount: None,
        book: String::new(),
        reason: None,
        text: String::new(),
        list: String::new(),
        occasion: None,
        case: None,
        link: String::new(),
        news: Vec::new(),
        points: None,
        missed: 0,
        balance: None,
        tier: Vec::new(),
        visits: None,
        until: String::new(),
        created_at: row.get("created_at")?,
        created_on: String::new(),
        read: row.get::<Option<i64>>("read_at")?.is_some(),
    };
    match message {
        Message::RefundNoted { order, amount } => {
            notification.order = order;
            notification.amount = Some(amount);
        }
        Message::ReviewPublished { book } | Message::ReviewLabelled { book } => {
            notification.book = book;
        }
        Message::ReviewChanges { book, reason, note }
        | Message::ReviewRefused { book, reason, note } => {
            notification.book = book;
            notification.reason = Some(reason);
            notification.text = note;
        }
        Message::ReviewAnswered { book, answer } => {
            notification.book = book;
            notification.text = answer;
        }
        Message::OccasionReminder {
            list,
            occasion,
            link,
        } => {
            notification.list = list;
            notification.occasion = Some(occasion);
            notification.link = link;
        }
        Message::CaseAnswered {
            case, text, link, ..
        } => {
            notification.case = Some(case);
            notification.text = text;
            notification.link = link;
        }
        Message::CaseResolved { case, link, .. } => {
            notification.case = Some(case);
            notification.link = link;
        }
        Message::ReturnDecided { order, link, .. } => {
            notification.order = order;
            notification.link = link;
        }
        Message::GiftGone { book } => notification.book = book,
        Message::WishNews { news } => {
            notification.news = news.into_iter().map(|told| told.news).collect();
        }
        Message::PointsTakenBack {
            order,
            points,
            missed,
            balance,
        } => {
            notification.order = order;
            notification.points = Some(points);
            notification.missed = missed;
            notification.balance = Some(balance);
        }
        Message::PointsExpiring { points, until } | Message::BirthdayGift { points, until } => {
            notification.points = Some(points);
            notification.until = until;
        }
        Message::TierReached { tier, until } => {
            notification.tier = tier;
            notification.until = until;
        }
        Message::TierEnding {
            tier,
            until,
            missing,
            measure,
            currency,
        } => {
            notification.tier = tier;
            notification.until = until;
            match measure {
                Some(TierMeasure::Spend) => {
                    notification.amount = missing.map(|amount| Money { amount, currency });
                }
                Some(TierMeasure::Points) => notification.points = missing,
                Some(TierMeasure::Visits) => notification.visits = missing,
                None => {}
            }
        }
        Message::ConfirmEmail { .. }
        | Message::AlreadyRegistered { .. }
        | Message::ResetPassword { .. }
        | Message::StaffInvitation { .. }
        | Message::CaseOverdue { .. }
        | Message::ReviewRequest { .. }
        | Message::PasswordChanged => {}
    }
    Ok(notification)
}
