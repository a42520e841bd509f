//! One-time links: how somebody becomes a member of the staff, or gets in again after losing the authenticator.
//!
//! An address is proved by nothing but mail: a link that an owner was shown can be followed by that owner. So a link
//! gives no more than its maker could take anyway, at the moment at which it is used:
//!
//! - An address without an account gets one, with a role in a shop that the maker owns.
//! - An account is set anew when the maker owns every shop where it has a role, and it is no owner itself.
//! - Else its person signs in and accepts; but an account that nobody has confirmed by mail may belong to whoever was
//!   quicker with that address. Whoever has got the link by mail may set such an account anew, and takes over
//!   none of the roles that others have been given by it elsewhere.
//!
//! What the operator makes (`create-owner`) is taken at its word.

use super::{Who, role_of};
use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::staff::{Invitation, Role};
use bookplate_wire::{InvitationId, ShopId, StaffId};

/// For how long after the end of an invitation it is known whom it was for, in milliseconds: 30 days.
const REMEMBERED: i64 = 30 * 24 * 60 * 60 * 1_000;

/// An invitation to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// For whom.
    pub email: String,
    /// The name, where it is known.
    pub name: String,
    /// Whether it sets password and second factor anew for whoever has an account already. For the operator.
    pub renews: bool,
    /// What it is known by.
    pub secrets: LinkSecrets,
}

/// What a link is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSecrets {
    /// SHA-256 of its secret part.
    pub hash: String,
    /// Until when it works, in milliseconds since 1970 UTC.
    pub expires_at: i64,
    /// The same of the secret part that is sent to the address, where that is sent.
    pub mail: Option<MailedSecret>,
}

/// What a link is known by that has come by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedSecret {
    /// SHA-256 of its secret part.
    pub hash: String,
    /// Until when it works, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

/// A link that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub(super) id: InvitationId,
    /// For whom.
    pub email: String,
    /// The name, where it is known.
    pub name: String,
    /// What it gives, and where.
    pub role: Option<(ShopId, Role)>,
    /// The name of that shop.
    pub shop_name: Option<String>,
    /// Who has the address already.
    pub(super) known: Option<Who>,
    /// Whether it proves that its holder reads mail to the address, or the operator says so.
    pub(super) confirms: bool,
    /// What it sets; `None` for who has an account already and only has to accept.
    pub sets: Option<Sets>,
}

/// What somebody who follows a link gets besides a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sets {
    /// The second factor, in base 32; empty until somebody has looked at the link.
    pub totp_secret: String,
    /// Whether there is an account already that is set anew.
    pub renews: bool,
    /// Whether that account loses its roles in other shops.
    pub alone: bool,
}

/// Why a link was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotMade {
    /// Who is invited belongs to the shop already.
    AlreadyStaff,
    /// Nobody of that name belongs to the shop.
    Unknown,
    /// Who asks may not, or not any more.
    Forbidden,
}

impl Db {
    /// Makes a link that gives a role, and notes whom it invites.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn invite(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        role: Role,
        link: &NewLink,
    ) -> Result<Result<Invitation, NotMade>, StoreError> {
        self.lock([format!("staff {shop}")])?;
        if !self.owns(by, shop)? {
            return Ok(Err(NotMade::Forbidden));
        }
        let known = match self.staff_by_email(&link.email)? {
            Some(who) => self.role_in(shop, &who.id)?,
            None => None,
        };
        if known.is_some() && !link.renews {
            return Ok(Err(NotMade::AlreadyStaff));
        }
        // A newer invitation takes the place of an older one.
        Sql::new("DELETE FROM staff_links WHERE shop_id = $1 AND email = $2")
            .arg(shop)
            .arg(&link.email)
            .run(self)?;
        let place = Some((shop, role));
        let who = (link.email.as_str(), link.name.as_str());
        let id = self.put_link(by, who, place, link.renews, &link.secrets)?;
        self.remember_invited(&id, &link.email, link.secrets.expires_at)?;
        let after = fields_of([("role", role.as_str().into())]);
        let both = (&Fields::new(), &after);
        self.audit(shop, by, Action::StaffInvited, id.as_str(), both)?;
        let all = self.invitations(shop)?;
        let made = all.into_iter().find(|invitation| invitation.id == id);
        Ok(made.ok_or(NotMade::Unknown))
    }

    /// Makes a link with which somebody of the shop's staff sets password and second factor anew, and notes it in
    /// every shop where the person may something; gives who that is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn make_access_link(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        staff: &StaffId,
        secrets: &LinkSecrets,
    ) -> Result<Result<Who, NotMade>, StoreError> {
        let Some(who) = self.staff_member(staff)? else {
            return Ok(Err(NotMade::Unknown));
        };
        self.lock_person(&who.email, None)?;
        if self.role_in(shop, staff)?.is_none() {
            return Ok(Err(NotMade::Unknown));
        }
        if !self.may_renew(by, staff)? {
            return Ok(Err(NotMade::Forbidden));
        }
        Sql::new("DELETE FROM staff_links WHERE shop_id IS NULL AND email = $1")
            .arg(&who.email)
            .run(self)?;
        let by = Actor::Staff(by.clone());
        self.put_link(&by, (&who.email, &who.name), None, true, secrets)?;
        let nothing = Fields::new();
        for (shop, _) in self.roles_of(staff)? {
            let both = (&nothing, &nothing);
            self.audit(&shop, &by, Action::AccessLinkMade, staff.as_str(), both)?;
        }
        Ok(Ok(who))
    }

    /// Whether `by` may take over somebody's account: the person is no owner, and `by` owns every shop where the
    /// person has a role. An owner's account is the operator's business, one's own among them: else whoever finds a
    /// session open could make it theirs for good.
    fn may_renew(&mut self, by: &StaffId, staff: &StaffId) -> Result<bool, StoreError> {
        let theirs = self.roles_of(staff)?;
        let mine = self.roles_of(by)?;
        Ok(!theirs.is_empty()
            && theirs
                .into_iter()
                .all(|(shop, role)| role < Role::Owner && mine.contains(&(shop, Role::Owner))))
    }

    fn put_link(
        &mut self,
        by: &Actor,
        (email, name): (&str, &str),
        place: Option<(&ShopId, Role)>,
        renews: bool,
        secrets: &LinkSecrets,
    ) -> Result<InvitationId, StoreError> {
        let id = InvitationId::new_id();
        let mail = secrets.mail.as_ref();
        Sql::new(
            "INSERT INTO staff_links (id, shop_id, email, name, role, renews, hash, totp_secret, \
             created_at, expires_at, made_by, mail_hash, mail_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10, $11, $12)",
        )
        .arg(&id)
        .arg(place.map(|(shop, _)| shop))
        .arg(email)
        .arg(name)
        .arg(place.map_or("", |(_, role)| role.as_str()))
        .arg(renews)
        .arg(&secrets.hash)
        .arg(now())
        .arg(secrets.expires_at)
        .arg(match by {
            Actor::Staff(staff) => staff.as_str(),
            Actor::Key(_) | Actor::Command => "",
        })
        .arg(mail.map(|mail| mail.hash.as_str()))
        .arg(mail.map_or(0, |mail| mail.expires_at))
        .run(self)?;
        Ok(id)
    }

    /// Has the link of an invitation that is sent by mail work until `until` (milliseconds since 1970 UTC), or until
    /// the invitation ends; gives when that is. `None` when the invitation gives nothing any more: it was taken up or
    /// back, a newer one has taken its place, who made it is no owner any more, or it has ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn renew_mailed_link(
        &mut self,
        id: &InvitationId,
        until: i64,
    ) -> Result<Option<i64>, StoreError> {
        let row = Sql::new(
            "UPDATE staff_links SET mail_until = CASE WHEN expires_at < $1 THEN expires_at ELSE $1 END \
             WHERE id = $2 AND mail_hash IS NOT NULL RETURNING mail_hash, mail_until",
        )
        .arg(until)
        .arg(id)
        .row(self)?;
        let Some(row) = row else { return Ok(None) };
        let hash: String = row.get("mail_hash")?;
        if self.staff_link(&hash)?.is_none() {
            return Ok(None);
        }
        Ok(Some(row.get("mail_until")?))
    }

    fn remember_invited(
        &mut self,
        id: &InvitationId,
        email: &str,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        Sql::new("INSERT INTO staff_invited (id, email, forget_at) VALUES ($1, $2, $3)")
            .arg(id)
            .arg(email)
            .arg(expires_at + REMEMBERED)
            .run(self)
            .map(drop)
    }

    /// Forgets links that work no more, and whom they were for where that was long ago.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn forget_invited(&mut self) -> Result<(), StoreError> {
        let now = now();
        Sql::new("DELETE FROM staff_links WHERE expires_at < $1")
            .arg(now)
            .run(self)?;
        Sql::new("DELETE FROM staff_invited WHERE forget_at < $1")
            .arg(now)
            .run(self)
            .map(drop)
    }

    /// Who was asked to join a shop's staff and can still do so, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn invitations(&mut self, shop: &ShopId) -> Result<Vec<Invitation>, StoreError> {
        Sql::new(
            "SELECT id, email, name, role, created_at, expires_at FROM staff_links \
             WHERE shop_id = $1 AND expires_at > $2 ORDER BY id DESC",
        )
        .arg(shop)
        .arg(now())
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(Invitation {
                id: row.get("id")?,
                email: row.get("email")?,
                name: row.get("name")?,
                role: role_of(row)?,
                created_at: row.get("created_at")?,
                expires_at: row.get("expires_at")?,
            })
        })
        .collect()
    }

    /// Takes an invitation back; false when the shop has none of that name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn revoke_invitation(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &InvitationId,
    ) -> Result<bool, StoreError> {
        self.lock([format!("staff {shop}")])?;
        let all = self.invitations(shop)?;
        let Some(invitation) = all.into_iter().find(|known| known.id == *id) else {
            return Ok(false);
        };
        if !self.delete_link(id)? {
            return Ok(false);
        }
        let before = fields_of([("role", invitation.role.as_str().into())]);
        let both = (&before, &Fields::new());
        self.audit(shop, by, Action::InvitationRevoked, id.as_str(), both)?;
        Ok(true)
    }

    /// Takes back what somebody who is no owner of the shop any more has made: the shop's invitations, and all
    /// links that set access anew.
    pub(super) fn revoke_links_by(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        maker: &StaffId,
    ) -> Result<(), StoreError> {
        let ids =
            Sql::new("SELECT id FROM staff_links WHERE shop_id = $1 AND made_by = $2 ORDER BY id")
                .arg(shop)
                .arg(maker)
                .values::<InvitationId>(self)?;
        for id in ids {
            self.revoke_invitation(by, shop, &id)?;
        }
        Sql::new("DELETE FROM staff_links WHERE shop_id IS NULL AND made_by = $1")
            .arg(maker)
            .run(self)
            .map(drop)
    }

    /// Takes back what was made for somebody who is taken out of the shop.
    pub(super) fn revoke_links_for(
        &mut self,
        shop: &ShopId,
        staff: &StaffId,
    ) -> Result<(), StoreError> {
        let Some(who) = self.staff_member(staff)? else {
            return Ok(());
        };
        Sql::new("DELETE FROM staff_links WHERE email = $1 AND (shop_id IS NULL OR shop_id = $2)")
            .arg(&who.email)
            .arg(shop)
            .run(self)
            .map(drop)
    }

    pub(super) fn delete_link(&mut self, id: &InvitationId) -> Result<bool, StoreError> {
        let deleted = Sql::new("DELETE FROM staff_links WHERE id = $1")
            .arg(id)
            .run(self)?;
        Ok(deleted > 0)
    }

    /// The link whose secret part has this SHA-256, as long as it works, for somebody who looks at it. It sets up a
    /// second factor that nobody has seen before, `fresh` (base 32): else who has looked first would keep it. Only
    /// who shows the one that it has set up until now (`keeps`) goes on with that one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open_staff_link(
        &mut self,
        hash: &str,
        fresh: &str,
        keeps: &str,
    ) -> Result<Option<Link>, StoreError> {
        let Some(mut link) = self.staff_link(hash)? else {
            return Ok(None);
        };
        if let Some(sets) = &mut link.sets
            && (keeps.is_empty() || sets.totp_secret != keeps)
        {
            Sql::new("UPDATE staff_links SET totp_secret = $1 WHERE id = $2")
                .arg(fresh)
                .arg(&link.id)
                .run(self)?;
            fresh.clone_into(&mut sets.totp_secret);
        }
        Ok(Some(link))
    }

    /// The link whose secret part has this SHA-256, as long as it works.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn staff_link(&mut self, hash: &str) -> Result<Option<Link>, StoreError> {
        let now = now();
        let row = Sql::new(
            "SELECT l.id, l.shop_id, l.email, l.name, l.role, l.renews, l.hash, l.totp_secret, \
             l.made_by, s.name AS shop_name FROM staff_links l LEFT JOIN shops s ON s.id = l.shop_id \
             WHERE (l.hash = $1 OR (l.mail_hash = $2 AND l.mail_until > $3)) AND l.expires_at > $4",
        )
        .arg(hash)
        .arg(hash)
        .arg(now)
        .arg(now)
        .row(self)?;
        match row {
            Some(row) => self.link_of(&row, hash),
            None => Ok(None),
        }
    }

    fn link_of(&mut self, row: &Row, hash: &str) -> Result<Option<Link>, StoreError> {
        let email: String = row.get("email")?;
        let known = self.staff_by_email(&email)?;
        let role = match row.get::<Option<ShopId>>("shop_id")? {
            Some(shop) => Some((shop, role_of(row)?)),
            None => None,
        };
        let by_mail = row.get::<String>("hash")? != hash;
        let maker = match row.get::<String>("made_by")?.as_str() {
            "" => None,
            id => Some(
                id.parse()
                    .map_err(|_| StoreError::Corrupt("staff_links.made_by"))?,
            ),
        };
        let renews = row.get::<bool>("renews")?;
        let sets = |renews, alone| {
            Ok::<_, StoreError>(Sets {
                totp_secret: row.get("totp_secret")?,
                renews,
                alone,
            })
        };
        let sets = match (&maker, &role, &known) {
            (None, _, known) if known.is_none() || renews => Some(sets(known.is_some(), false)?),
            (None, ..) => None,
            // Only as long as its maker is an owner.
            (Some(by), Some((shop, _)), _) if self.role_in(shop, by)? != Some(Role::Owner) => {
                return Ok(None);
            }
            (Some(_), Some(_), None) => Some(sets(false, false)?),
            (Some(by), Some((shop, _)), Some(who)) => {
                match self.renewal(by, shop, who, by_mail)? {
                    Some(alone) => Some(sets(true, alone)?),
                    None => None,
                }
            }
            (Some(by), None, Some(who)) if self.may_renew(by, &who.id)? => Some(sets(true, false)?),
            (Some(_), None, _) => return Ok(None),
        };
        Ok(Some(Link {
            id: row.get("id")?,
            email,
            name: row.get("name")?,
            role,
            shop_name: row.get("shop_name")?,
            known,
            confirms: by_mail || maker.is_none(),
            sets,
        }))
    }

    /// Whether an invitation to `shop` sets the account of `who` anew, and if so whether that loses the roles in
    /// other shops: see the top of the file.
    fn renewal(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        who: &Who,
        by_mail: bool,
    ) -> Result<Option<bool>, StoreError> {
        if self.is_confirmed(&who.id)? {
            return Ok(None);
        }
        let roles = self.roles_of(&who.id)?;
        if roles.is_empty() || self.may_renew(by, &who.id)? {
            return Ok(Some(false));
        }
        if !by_mail {
            return Ok(None);
        }
        for (other, _) in roles.iter().filter(|(other, _)| other != shop) {
            // A shop without an owner would help nobody; here the operator has to.
            if self.is_last_owner(other, &who.id)? {
                return Ok(None);
            }
        }
        Ok(Some(true))
    }

    fn is_confirmed(&mut self, staff: &StaffId) -> Result<bool, StoreError> {
        let at =
            Sql::new("SELECT confirmed_at FROM staff WHERE id = $1 AND confirmed_at IS NOT NULL")
                .arg(staff)
                .row(self)?;
        Ok(at.is_some())
    }

    /// Who has this email address.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn staff_by_email(&mut self, email: &str) -> Result<Option<Who>, StoreError> {
        let id = Sql::new("SELECT id FROM staff WHERE email = $1")
            .arg(email)
            .value::<StaffId>(self)?;
        match id {
            Some(id) => self.staff_member(&id),
            None => Ok(None),
        }
    }

    /// Nobody else joins with this address, and nobody's role changes in `shop` or where the person has one, until
    /// this unit of work has ended. In this order everywhere: the address, then all the shops.
    pub(super) fn lock_person(
        &mut self,
        email: &str,
        shop: Option<&ShopId>,
    ) -> Result<(), StoreError> {
        self.lock([format!("staff email {email}")])?;
        let roles = match self.staff_by_email(email)? {
            Some(who) => self.roles_of(&who.id)?,
            None => Vec::new(),
        };
        let theirs = roles.iter().map(|(shop, _)| shop);
        let names = theirs.chain(shop).map(|shop| format!("staff {shop}"));
        self.lock(names.collect::<Vec<_>>())
    }
}
