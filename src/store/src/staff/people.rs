//! Who belongs to a shop's staff, and what they may.

use super::role_of;
use crate::audit::{Actor, fields_of};
use crate::db::Sql;
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::staff::{Me, MyShop, Role, StaffMember};
use bookplate_wire::{ShopId, StaffId};

/// How long somebody counts as seen, in milliseconds: 90 days.
const SEEN: i64 = 90 * 24 * 60 * 60 * 1_000;

/// Somebody of the staff, as the others call them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// What names the person.
    pub id: StaffId,
    /// The email address.
    pub email: String,
    /// The name, empty where nobody told.
    pub name: String,
}

/// How a change of somebody's role has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSet {
    /// As asked.
    Done,
    /// Nobody of that name belongs to the shop.
    Unknown,
    /// Who asks is no owner of the shop any more.
    Forbidden,
    /// The shop would be without an owner; nothing was changed.
    LastOwner,
}

impl Db {
    /// Somebody, with all shops by name; `None` when there is nobody of that name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn me(&mut self, staff: &StaffId) -> Result<Option<Me>, StoreError> {
        let Some(who) = self.staff_member(staff)? else {
            return Ok(None);
        };
        let shops = Sql::new(
            "SELECT s.id, s.name, r.role, (SELECT k.public_key FROM shop_keys k WHERE k.shop_id = s.id \
             AND (k.retires_at IS NULL OR k.retires_at > $1) \
             ORDER BY k.created_at DESC, k.public_key LIMIT 1) AS public_key \
             FROM staff_roles r JOIN shops s ON s.id = r.shop_id WHERE r.staff_id = $2 \
             ORDER BY s.name, s.id",
        )
        .arg(now())
        .arg(staff)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(MyShop {
                id: row.get("id")?,
                name: row.get("name")?,
                public_key: row.get::<Option<String>>("public_key")?.unwrap_or_default(),
                role: role_of(row)?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
        let left = Sql::new("SELECT COUNT(*) FROM staff_recovery_codes WHERE staff_id = $1")
            .arg(staff)
            .value(self)?;
        Ok(Some(Me {
            id: who.id,
            email: who.email,
            name: who.name,
            shops,
            recovery_codes_left: left.unwrap_or_default(),
        }))
    }

    /// Who goes by this id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn staff_member(&mut self, staff: &StaffId) -> Result<Option<Who>, StoreError> {
        Sql::new("SELECT id, email, name FROM staff WHERE id = $1")
            .arg(staff)
            .row(self)?
            .map(|row| {
                Ok(Who {
                    id: row.get("id")?,
                    email: row.get("email")?,
                    name: row.get("name")?,
                })
            })
            .transpose()
    }

    /// In which shops somebody has which role.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn roles_of(&mut self, staff: &StaffId) -> Result<Vec<(ShopId, Role)>, StoreError> {
        Sql::new("SELECT shop_id, role FROM staff_roles WHERE staff_id = $1 ORDER BY shop_id")
            .arg(staff)
            .rows(self)?
            .iter()
            .map(|row| Ok((row.get("shop_id")?, role_of(row)?)))
            .collect()
    }

    /// Who belongs to a shop's staff, the highest role first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn staff_of(&mut self, shop: &ShopId) -> Result<Vec<StaffMember>, StoreError> {
        let mut members = Sql::new(
            "SELECT p.id, p.email, p.name, r.role, r.created_at, (SELECT MAX(s.seen_at) \
             FROM staff_sessions s WHERE s.staff_id = p.id AND s.seen_at > $1) AS seen_at \
             FROM staff_roles r JOIN staff p ON p.id = r.staff_id WHERE r.shop_id = $2 \
             ORDER BY p.name, p.email",
        )
        .arg(now() - SEEN)
        .arg(shop)
        .rows(self)?
        .iter()
        .map(|row| {
            Ok(StaffMember {
                id: row.get("id")?,
                email: row.get("email")?,
                name: row.get("name")?,
                role: role_of(row)?,
                since: row.get("created_at")?,
                seen_at: row.get("seen_at")?,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
        members.sort_by_key(|member| std::cmp::Reverse(member.role));
        Ok(members)
    }

    /// Gives somebody of a shop's staff another role.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn set_role(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        staff: &StaffId,
        role: Role,
    ) -> Result<RoleSet, StoreError> {
        self.lock([format!("staff {shop}")])?;
        if !self.owns(by, shop)? {
            return Ok(RoleSet::Forbidden);
        }
        let Some(before) = self.role_in(shop, staff)? else {
            return Ok(RoleSet::Unknown);
        };
        if role < Role::Owner && self.is_last_owner(shop, staff)? {
            return Ok(RoleSet::LastOwner);
        }
        self.put_role(shop, staff, role)?;
        if role < Role::Owner {
            self.revoke_links_by(by, shop, staff)?;
        }
        let noted = |role: Role| fields_of([("role", role.as_str().into())]);
        let both = (noted(before), noted(role));
        self.audit_difference(shop, by, Action::RoleChanged, staff.as_str(), both)?;
        Ok(RoleSet::Done)
    }

    /// Takes somebody out of a shop's staff. The person's account stays, for other shops and for the log.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_staff(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        staff: &StaffId,
    ) -> Result<RoleSet, StoreError> {
        self.lock([format!("staff {shop}")])?;
        if !self.owns(by, shop)? {
            return Ok(RoleSet::Forbidden);
        }
        let Some(before) = self.role_in(shop, staff)? else {
            return Ok(RoleSet::Unknown);
        };
        if self.is_last_owner(shop, staff)? {
            return Ok(RoleSet::LastOwner);
        }
        self.take_out(by, shop, staff, before)?;
        Ok(RoleSet::Done)
    }

    /// Takes somebody who had the role `before` out of a shop's staff, with the links made by and for the person.
    pub(super) fn take_out(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        staff: &StaffId,
        before: Role,
    ) -> Result<(), StoreError> {
        Sql::new("DELETE FROM staff_roles WHERE shop_id = $1 AND staff_id = $2")
            .arg(shop)
            .arg(staff)
            .run(self)?;
        self.revoke_links_by(by, shop, staff)?;
        self.revoke_links_for(shop, staff)?;
        let before = fields_of([("role", before.as_str().into())]);
        let both = (&before, &Fields::new());
        self.audit(shop, by, Action::StaffRemoved, staff.as_str(), both)
    }

    /// Whether `by` may decide about a shop's people. To be asked once more under the lock of the shop's staff: an
    /// owner can be taken out while a request of theirs is on its way.
    pub(super) fn owns(&mut self, by: &Actor, shop: &ShopId) -> Result<bool, StoreError> {
        Ok(match by {
            Actor::Staff(staff) => self.role_in(shop, staff)? == Some(Role::Owner),
            Actor::Command => true,
            Actor::Key(_) => false,
        })
    }

    pub(super) fn role_in(
        &mut self,
        shop: &ShopId,
        staff: &StaffId,
    ) -> Result<Option<Role>, StoreError> {
        Sql::new("SELECT role FROM staff_roles WHERE shop_id = $1 AND staff_id = $2")
            .arg(shop)
            .arg(staff)
            .row(self)?
            .as_ref()
            .map(role_of)
            .transpose()
    }

    pub(super) fn put_role(
        &mut self,
        shop: &ShopId,
        staff: &StaffId,
        role: Role,
    ) -> Result<(), StoreError> {
        Sql::new(
            "INSERT INTO staff_roles (shop_id, staff_id, role, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (shop_id, staff_id) DO UPDATE SET role = excluded.role",
        )
        .arg(shop)
        .arg(staff)
        .arg(role.as_str())
        .arg(now())
        .run(self)
        .map(drop)
    }

    pub(super) fn is_last_owner(
        &mut self,
        shop: &ShopId,
        staff: &StaffId,
    ) -> Result<bool, StoreError> {
        let owners: Vec<StaffId> = Sql::new(
            "SELECT staff_id FROM staff_roles WHERE shop_id = $1 AND role = 'owner' ORDER BY staff_id",
        )
        .arg(shop)
        .values(self)?;
        Ok(owners == [staff.clone()])
    }

    /// Notes something that somebody has done with the own account, in every shop where the person may
    /// something.
    pub(super) fn audit_own(&mut self, staff: &StaffId, action: Action) -> Result<(), StoreError> {
        let by = Actor::Staff(staff.clone());
        let nothing = Fields::new();
        for (shop, _) in self.roles_of(staff)? {
            self.audit(&shop, &by, action, staff.as_str(), (&nothing, &nothing))?;
        }
        Ok(())
    }
}
