//! Links in letters, and what they lead to, as they are at the moment of sending.

use crate::accounts::tokens::random_text;
use crate::app::App;
use crate::secrets::hash;
use crate::shops::{day_in, zone_named};
use crate::staff::members::{INVITATION, MAILED};
use bookplate_store::accounts::CONFIRMED_WITHIN;
use bookplate_store::notifications::{Delivery, Ended, Message};
use bookplate_store::{Db, StoreError, now};
use bookplate_wire::deliveries::DeliveryFault;
use bookplate_wire::wishlists::occasions::Occasion;

/// A message that can be sent.
pub(super) struct Ready {
    /// The message, with a link that works.
    pub(super) message: Message,
    /// BCP 47 tag of the language to write it in; empty for the shop's.
    pub(super) language: String,
}

/// Has the link of a message work from now on for as long as the letter says, however late that leaves; or says how
/// its delivery has ended, because a letter with a dead link helps nobody.
pub(super) async fn complete(
    app: &App,
    delivery: &Delivery,
    message: Message,
) -> Result<Result<Ready, Ended>, StoreError> {
    let message = match message {
        Message::ResetPassword { link } => return new_password(app, delivery, &link).await,
        Message::ConfirmEmail { link, sign_up } => {
            let (shop, hash) = (delivery.shop.clone(), sign_up.clone());
            let renew = move |db: &mut Db| db.renew_sign_up(&shop, &hash);
            if !app.store.write(renew).await? {
                return Ok(Err(not_sent(delivery.created_at + CONFIRMED_WITHIN)));
            }
            Message::ConfirmEmail { link, sign_up }
        }
        Message::StaffInvitation {
            invitation,
            role,
            link,
            ..
        } => {
            let (id, renewed) = (invitation.clone(), now() + MAILED);
            let renew = move |db: &mut Db| db.renew_mailed_link(&id, renewed);
            match app.store.write(renew).await? {
                None => return Ok(Err(not_sent(delivery.created_at + INVITATION))),
                Some(until) => Message::StaffInvitation {
                    invitation,
                    role,
                    link,
                    until,
                },
            }
        }
        Message::OccasionReminder { occasion, link, .. } => {
            match reminder(app, delivery, &occasion, &link).await? {
                None => return Ok(Err(Ended::Dropped)),
                Some((list, occasion)) => Message::OccasionReminder {
                    list,
                    occasion,
                    link,
                },
            }
        }
        message => message,
    };
    let language = delivery.language.clone();
    Ok(Ok(Ready { message, language }))
}

/// What becomes of a letter whose link works no more. One that has ended by itself, at `end` (milliseconds since 1970
/// UTC), is shown to the staff, who may be asked for it; what was taken up or back before is not wanted any more.
fn not_sent(end: i64) -> Ended {
    if now() < end {
        return Ended::Dropped;
    }
    let error = DeliveryFault::LinkEnded.into();
    Ended::GivenUp { error }
}

/// Name and occasion, as they are now, of the list that a reminder is of. `None` where its receiver cannot see the list any
/// more or does not follow it, where it is for nothing by now, and where the day of which the reminder was has been.
async fn reminder(
    app: &App,
    delivery: &Delivery,
    occasion: &Occasion,
    link: &str,
) -> Result<Option<(String, Occasion)>, StoreError> {
    let today = day_in(zone_named(&delivery.time_zone), now());
    let (Some(customer), true) = (delivery.customer.clone(), occasion.on >= today) else {
        return Ok(None);
    };
    let secret = link.rsplit('/').next().unwrap_or_default().to_owned();
    let lists = move |db: &mut Db| db.followed_wishlists(&customer);
    let lists = app.store.read(lists).await?;
    let list = lists.into_iter().find(|list| list.shared == secret);
    Ok(list.and_then(|list| Some((list.name, list.occasion?))))
}

/// A message with a link to choose another password, which is made anew for every attempt. Nobody who asks for one
/// learns by the time that it takes whether there is such an account: that is found out here.
async fn new_password(
    app: &App,
    delivery: &Delivery,
    link: &str,
) -> Result<Result<Ready, Ended>, StoreError> {
    let token = random_text();
    let (shop, email, hash) = (delivery.shop.clone(), delivery.target.clone(), hash(&token));
    let begin = move |db: &mut Db| {
        let Some(login) = db.login(&shop, &email)? else {
            return Ok(None);
        };
        db.add_password_reset(&shop, &hash, &login.customer)?;
        db.customer(&login.customer)
    };
    let customer = app.store.write(begin).await?;
    let ready = customer.map(|customer| Ready {
        // It is made of characters that can stand in an address.
        message: Message::ResetPassword {
            link: format!("{link}?token={token}"),
        },
        language: customer.language,
    });
    Ok(ready.ok_or(Ended::Dropped))
}
