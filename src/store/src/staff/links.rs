//! One-time links: how somebody becomes a member of the staff, or gets in again after losing the authenticator.

use super::{Who, role_of};
use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::staff::{Invitation, Role};
use bookplate_wire::{InvitationId, ShopId, StaffId};

/// A link to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// For whom.
    pub email: String,
    /// The name, where it is known.
    pub name: String,
    /// What it gives, and where.
    pub role: Option<(ShopId, Role)>,
    /// Whether it sets password and second factor anew for who has an account already.
    pub renews: bool,
    /// SHA-256 of its secret part.
    pub hash: String,
    /// The second factor that it sets up, in base 32.
    pub totp_secret: String,
    /// Until when it works, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

/// A link that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    id: InvitationId,
    /// For whom.
    pub email: String,
    /// The name, where it is known.
    pub name: String,
    /// What it gives, and where.
    pub role: Option<(ShopId, Role)>,
    /// The name of that shop.
    pub shop_name: Option<String>,
    /// The second factor that it sets up, in base 32; `None` for who has an account already and only has to
    /// accept.
    pub totp_secret: Option<String>,
}

/// What somebody signs in with from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name by which the others know the person.
    pub name: String,
    /// The password's hash.
    pub password: String,
    /// The step of the code that has shown that the authenticator works.
    pub totp_step: i64,
    /// SHA-256 of each recovery code.
    pub recovery: Vec<String>,
}

/// How taking up a link has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// As asked.
    Done,
    /// The link does not work any more.
    Invalid,
    /// It is for somebody else.
    NotYours,
}

impl Db {
    /// Makes a link that gives a role, and notes whom it invites. `None`, and nothing is made, when somebody
    /// with this email address has a role in the shop already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn invite(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        role: Role,
        link: &NewLink,
    ) -> Result<Option<Invitation>, StoreError> {
        self.lock([format!("staff {shop}")])?;
        let known = match self.staff_by_email(&link.email)? {
            Some(who) => self.role_in(shop, &who.id)?,
            None => None,
        };
        if known.is_some() && !link.renews {
            return Ok(None);
        }
        // A newer invitation takes the place of an older one.
        Sql::new("DELETE FROM staff_links WHERE shop_id = $1 AND email = $2")
            .arg(shop)
            .arg(&link.email)
            .run(self)?;
        let id = self.put_link(link)?;
        let after = fields_of([("role", role.as_str().into()), ("name", link.name.clone())]);
        let both = (&Fields::new(), &after);
        self.audit(shop, by, Action::StaffInvited, &link.email, both)?;
        Ok(self.invitations(shop)?.into_iter().find(|i| i.id == id))
    }

    /// Makes a link with which somebody sets password and second factor anew, and notes it in every shop where
    /// the person may something.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn make_access_link(
        &mut self,
        by: &Actor,
        staff: &StaffId,
        link: &NewLink,
    ) -> Result<(), StoreError> {
        Sql::new("DELETE FROM staff_links WHERE shop_id IS NULL AND email = $1")
            .arg(&link.email)
            .run(self)?;
        self.put_link(link)?;
        let nothing = Fields::new();
        for (shop, _) in self.roles_of(staff)? {
            let both = (&nothing, &nothing);
            self.audit(&shop, by, Action::AccessLinkMade, staff.as_str(), both)?;
        }
        Ok(())
    }

    fn put_link(&mut self, link: &NewLink) -> Result<InvitationId, StoreError> {
        let id = InvitationId::new_id();
        let (shop, role) = match &link.role {
            Some((shop, role)) => (Some(shop), role.as_str()),
            None => (None, ""),
        };
        Sql::new(
            "INSERT INTO staff_links (id, shop_id, email, name, role, renews, hash, totp_secret, \
             created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .arg(&id)
        .arg(shop)
        .arg(&link.email)
        .arg(&link.name)
        .arg(role)
        .arg(link.renews)
        .arg(&link.hash)
        .arg(&link.totp_secret)
        .arg(now())
        .arg(link.expires_at)
        .run(self)?;
        Ok(id)
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
        self.delete_link(id)?;
        let before = fields_of([("role", invitation.role.as_str().into())]);
        let both = (&before, &Fields::new());
        self.audit(shop, by, Action::InvitationRevoked, &invitation.email, both)?;
        Ok(true)
    }

    /// The link whose secret part has this SHA-256, as long as it works.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn staff_link(&mut self, hash: &str) -> Result<Option<Link>, StoreError> {
        let row = Sql::new(
            "SELECT l.id, l.shop_id, l.email, l.name, l.role, l.renews, l.totp_secret, \
             s.name AS shop_name FROM staff_links l LEFT JOIN shops s ON s.id = l.shop_id \
             WHERE l.hash = $1 AND l.expires_at > $2",
        )
        .arg(hash)
        .arg(now())
        .row(self)?;
        row.map(|row| self.link_of(&row)).transpose()
    }

    fn link_of(&mut self, row: &Row) -> Result<Link, StoreError> {
        let email: String = row.get("email")?;
        let has_account = self.staff_by_email(&email)?.is_some();
        let sets = row.get::<bool>("renews")? || !has_account;
        Ok(Link {
            id: row.get("id")?,
            email,
            name: row.get("name")?,
            role: match row.get::<Option<ShopId>>("shop_id")? {
                Some(shop) => Some((shop, role_of(row)?)),
                None => None,
            },
            shop_name: row.get("shop_name")?,
            totp_secret: if sets {
                Some(row.get("totp_secret")?)
            } else {
                None
            },
        })
    }

    /// Takes up a link that sets password and second factor: makes the account, or renews it, and ends the
    /// sessions that it had. `None` when the link is not of that kind or does not work any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn enrol(
        &mut self,
        hash: &str,
        credentials: &Credentials,
    ) -> Result<Option<StaffId>, StoreError> {
        self.lock([format!("staff link {hash}")])?;
        let Some(link) = self.staff_link(hash)? else {
            return Ok(None);
        };
        // Two links can be for one address.
        self.lock([format!("staff email {}", link.email)])?;
        let Some(totp_secret) = link.totp_secret.clone() else {
            return Ok(None);
        };
        let known = self.staff_by_email(&link.email)?;
        let staff = match &known {
            Some(who) => who.id.clone(),
            None => StaffId::new_id(),
        };
        Sql::new(
            "INSERT INTO staff (id, email, name, password, totp_secret, totp_step, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
             password = excluded.password, totp_secret = excluded.totp_secret, \
             totp_step = excluded.totp_step",
        )
        .arg(&staff)
        .arg(&link.email)
        .arg(&credentials.name)
        .arg(&credentials.password)
        .arg(&totp_secret)
        .arg(credentials.totp_step)
        .arg(now())
        .run(self)?;
        self.put_recovery_codes(&staff, &credentials.recovery)?;
        self.end_staff_sessions(&staff, "")?;
        if known.is_some() {
            self.audit_own(&staff, Action::AccessRenewed)?;
        }
        self.join(&staff, &link)?;
        Ok(Some(staff))
    }

    /// Takes up a link as somebody who has an account already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn accept_link(&mut self, hash: &str, staff: &StaffId) -> Result<Accepted, StoreError> {
        self.lock([format!("staff link {hash}")])?;
        let Some(link) = self.staff_link(hash)? else {
            return Ok(Accepted::Invalid);
        };
        let who = self.staff_by_email(&link.email)?;
        if who.is_none_or(|who| who.id != *staff) {
            return Ok(Accepted::NotYours);
        }
        self.join(staff, &link)?;
        Ok(Accepted::Done)
    }

    /// Gives what the link gives, and makes it void.
    fn join(&mut self, staff: &StaffId, link: &Link) -> Result<(), StoreError> {
        self.delete_link(&link.id)?;
        let Some((shop, role)) = &link.role else {
            return Ok(());
        };
        let before = self.role_in(shop, staff)?;
        self.put_role(shop, staff, *role)?;
        let noted = |role: Option<Role>| match role {
            Some(role) => fields_of([("role", role.as_str().into())]),
            None => Fields::new(),
        };
        let both = (noted(before), noted(Some(*role)));
        let by = Actor::Staff(staff.clone());
        self.audit_difference(shop, &by, Action::StaffJoined, staff.as_str(), both)
    }

    fn delete_link(&mut self, id: &InvitationId) -> Result<(), StoreError> {
        Sql::new("DELETE FROM staff_links WHERE id = $1 OR expires_at < $2")
            .arg(id)
            .arg(now())
            .run(self)
            .map(drop)
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
}
