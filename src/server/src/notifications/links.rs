//! Links in letters, as they are at the moment of sending.

use crate::accounts::tokens::random_text;
use crate::app::App;
use crate::secrets::hash;
use crate::staff::members::MAILED;
use bookplate_store::notifications::{Delivery, Message};
use bookplate_store::{Db, StoreError, now};

/// A message that can be sent.
pub(super) struct Ready {
    /// The message, with a link that works.
    pub(super) message: Message,
    /// BCP 47 tag of the language to write it in; empty for the shop's.
    pub(super) language: String,
}

/// Has the link of a message work from now on for as long as the letter says, however late that leaves; `None` where
/// nobody needs it any more.
pub(super) async fn complete(
    app: &App,
    delivery: &Delivery,
    message: Message,
) -> Result<Option<Ready>, StoreError> {
    let message = match message {
        Message::ResetPassword { link } => return new_password(app, delivery, &link).await,
        Message::StaffInvitation {
            invitation,
            role,
            link,
            ..
        } => {
            let (id, until) = (invitation.clone(), now() + MAILED);
            let renew = move |db: &mut Db| db.renew_mailed_link(&id, until);
            let Some(until) = app.store.write(renew).await? else {
                return Ok(None);
            };
            Message::StaffInvitation {
                invitation,
                role,
                link,
                until,
            }
        }
        message => message,
    };
    let language = delivery.language.clone();
    Ok(Some(Ready { message, language }))
}

/// A message with a link to choose another password, which is made anew for every attempt; `None` where there is no
/// such account. Nobody who asks for one learns by the time that it takes which it is.
async fn new_password(
    app: &App,
    delivery: &Delivery,
    link: &str,
) -> Result<Option<Ready>, StoreError> {
    let token = random_text();
    let (shop, email, hash) = (
        delivery.shop.clone(),
        delivery.target.clone(),
        hash(&token),
    );
    let begin = move |db: &mut Db| {
        let Some(login) = db.login(&shop, &email)? else {
            return Ok(None);
        };
        db.add_password_reset(&shop, &hash, &login.customer)?;
        db.customer(&login.customer)
    };
    let customer = app.store.write(begin).await?;
    Ok(customer.map(|customer| Ready {
        // It is made of characters that can stand in an address.
        message: Message::ResetPassword {
            link: format!("{link}?token={token}"),
        },
        language: customer.language,
    }))
}
