//! What stands in a column, and how it becomes a Rust value.

use crate::StoreError;
use bookplate_wire::catalogue::Format;
use bookplate_wire::{
    AdjustmentId, ArticleId, AuditId, BranchId, CaseId, CustomerId, DeliveryId, EditionId,
    EditorId, FollowId, GiftId, InvitationId, Isbn, ListInvitationId, MessageId, NotificationId,
    NpsAskId, OrderId, OrderLineId, PasskeyId, PhotoId, PickId, PointsEntryId, RedemptionId,
    RefundId, ReservationId, ReviewId, RewardId, SecretId, SessionId, ShopId, StaffId,
    SurveyAnswerId, SurveyId, WebhookId, WishlistId, WorkId,
};
use std::sync::Arc;

/// What a column or a placeholder holds. There are no other types, because these mean the same to both databases
/// (`TEXT`, `BIGINT`, and `BYTEA` for pictures alone). A truth value is 0 or 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u8> for Value {
    fn from(number: u8) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Int(truth.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// What can be read from a column.
pub trait FromValue: Sized {
    /// The value, or `None` where this column cannot hold one.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// For whole numbers of other sizes.
macro_rules! from_int {
    ($($number:ident),*) => {$(
        impl FromValue for $number {
            fn from_value(value: &Value) -> Option<Self> {
                i64::from_value(value)?.try_into().ok()
            }
        }
    )*};
}
from_int!(u8, u32, u64, usize);

/// For types that are text in the database, as on the wire.
macro_rules! text {
    ($($kind:ident),* $(,)?) => {$(
        impl FromValue for $kind {
            fn from_value(value: &Value) -> Option<Self> {
                String::from_value(value)?.try_into().ok()
            }
        }

        impl From<&$kind> for Value {
            fn from(id: &$kind) -> Self {
                Self::from(id.as_str())
            }
        }
    )*};
}
text!(
    AdjustmentId,
    ArticleId,
    AuditId,
    BranchId,
    CaseId,
    SurveyAnswerId,
    SurveyId,
    CustomerId,
    DeliveryId,
    EditionId,
    EditorId,
    GiftId,
    ListInvitationId,
    MessageId,
    FollowId,
    InvitationId,
    Isbn,
    NotificationId,
    NpsAskId,
    OrderId,
    OrderLineId,
    PasskeyId,
    PhotoId,
    PickId,
    PointsEntryId,
    RedemptionId,
    RefundId,
    ReservationId,
    ReviewId,
    RewardId,
    SecretId,
    SessionId,
    ShopId,
    StaffId,
    WebhookId,
    WishlistId,
    WorkId,
);

impl FromValue for Format {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(word) => Self::from_word(word),
            _ => None,
        }
    }
}

/// A row of a result.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(super) fn new(columns: &Arc<[String]>, values: Vec<Value>) -> Self {
        Self {
            columns: Arc::clone(columns),
            values,
        }
    }

    /// The value in the column named `column`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when there is no such column, or it holds something else.
    pub fn get<T: FromValue>(&self, column: &'static str) -> Result<T, StoreError> {
        let at = self.columns.iter().position(|name| name == column);
        at.and_then(|at| T::from_value(&self.values[at]))
            .ok_or(StoreError::Corrupt(column))
    }

    /// The value in the only column.
    pub(super) fn only<T: FromValue>(&self) -> Result<T, StoreError> {
        let value = self.values.first().and_then(T::from_value);
        value.ok_or(StoreError::Corrupt("a query's only column"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_holds_something_else_is_named() {
        let columns: Arc<[String]> = Arc::from(["stars".to_owned()]);
        let row = Row::new(&columns, vec![Value::Int(300)]);
        assert_eq!(row.get::<u32>("stars").unwrap(), 300);
        assert!(row.get::<u8>("stars").is_err());
        assert!(row.get::<String>("stars").is_err());
        let missing = row.get::<i64>("colour").unwrap_err().to_string();
        assert_eq!(missing, "unreadable value in colour");
    }
}
