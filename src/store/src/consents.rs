//! What customers allow to be sent, and how that has changed.

use crate::db::{Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::CustomerId;
use bookplate_wire::consents::{
    Consent, ConsentChange, ConsentChannel, ConsentPurpose, NewConsent,
};

impl Db {
    /// What a customer allows: one entry for each channel and purpose.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn consents(&mut self, customer: &CustomerId) -> Result<Vec<Consent>, StoreError> {
        let said = Sql::new(
            "SELECT channel, purpose, granted, changed_at FROM consents WHERE customer_id = $1",
        )
        .arg(customer)
        .rows(self)?
        .iter()
        .map(change_of)
        .collect::<Result<Vec<_>, _>>()?;
        let all = ConsentPurpose::ALL.into_iter().flat_map(|purpose| {
            let channels = ConsentChannel::ALL.into_iter();
            channels.map(move |channel| (channel, purpose))
        });
        Ok(all
            .map(|(channel, purpose)| {
                let mut said = said.iter();
                let said = said.find(|one| one.channel == channel && one.purpose == purpose);
                Consent {
                    channel,
                    purpose,
                    granted: said.map_or(purpose.is_granted_at_first(), |said| said.granted),
                    changed_at: said.map(|said| said.changed_at),
                }
            })
            .collect())
    }

    /// Whether a customer allows one thing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn has_consent(
        &mut self,
        customer: &CustomerId,
        channel: ConsentChannel,
        purpose: ConsentPurpose,
    ) -> Result<bool, StoreError> {
        let said: Option<bool> = Sql::new(
            "SELECT granted FROM consents WHERE customer_id = $1 AND channel = $2 AND purpose = $3",
        )
        .arg(customer)
        .arg(channel.as_str())
        .arg(purpose.as_str())
        .value(self)?;
        Ok(said.unwrap_or(purpose.is_granted_at_first()))
    }

    /// Up to `limit` changes of what a customer allows, the last one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn consent_changes(
        &mut self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ConsentChange>, StoreError> {
        Sql::new(
            "SELECT channel, purpose, granted, changed_at FROM consent_changes \
             WHERE customer_id = $1 ORDER BY position DESC LIMIT $2",
        )
        .arg(customer)
        .arg(limit)
        .rows(self)?
        .iter()
        .map(change_of)
        .collect()
    }

    /// Writes what a customer says, and notes what of it is new: saying once more what holds anyway is no
    /// change.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_consents(
        &mut self,
        customer: &CustomerId,
        said: &[NewConsent],
    ) -> Result<(), StoreError> {
        self.lock([format!("consents {customer}")])?;
        let known = self.consents(customer)?;
        let mut position: i64 = Sql::new(
            "SELECT COALESCE(MAX(position), 0) FROM consent_changes WHERE customer_id = $1",
        )
        .arg(customer)
        .value(self)?
        .unwrap_or_default();
        for consent in known {
            let mut said = said.iter().rev();
            let new = said
                .find(|new| new.channel == consent.channel && new.purpose == consent.purpose)
                .filter(|new| new.granted != consent.granted);
            let Some(new) = new else { continue };
            position += 1;
            let now = now();
            Sql::new(
                "INSERT INTO consent_changes (customer_id, position, channel, purpose, granted, \
                 changed_at) VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .arg(customer)
            .arg(position)
            .arg(new.channel.as_str())
            .arg(new.purpose.as_str())
            .arg(new.granted)
            .arg(now)
            .run(self)?;
            Sql::new(
                "INSERT INTO consents (customer_id, channel, purpose, granted, changed_at) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (customer_id, channel, purpose) \
                 DO UPDATE SET granted = excluded.granted, changed_at = excluded.changed_at",
            )
            .arg(customer)
            .arg(new.channel.as_str())
            .arg(new.purpose.as_str())
            .arg(new.granted)
            .arg(now)
            .run(self)?;
        }
        Ok(())
    }
}

fn change_of(row: &Row) -> Result<ConsentChange, StoreError> {
    let channel: String = row.get("channel")?;
    let purpose: String = row.get("purpose")?;
    Ok(ConsentChange {
        channel: ConsentChannel::from_word(&channel)
            .ok_or(StoreError::Corrupt("consents.channel"))?,
        purpose: ConsentPurpose::from_word(&purpose)
            .ok_or(StoreError::Corrupt("consents.purpose"))?,
        granted: row.get("granted")?,
        changed_at: row.get("changed_at")?,
    })
}
