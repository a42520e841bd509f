//! A shop's branches. Orders carry a branch's code as text of their own, so that they can come before the
//! branch and stay when it goes.

use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::settings::{Branch, BranchChange, NewBranch};
use bookplate_wire::{BranchId, ShopId};

/// Another branch of the shop has the code; nothing was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BranchTaken;

impl Db {
    /// A shop's branches, by code.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn branches(&mut self, shop: &ShopId) -> Result<Vec<Branch>, StoreError> {
        Sql::new(
            "SELECT id, code, name, time_zone FROM branches WHERE shop_id = $1 ORDER BY code, id",
        )
        .arg(shop)
        .rows(self)?
        .iter()
        .map(branch_of)
        .collect()
    }

    /// Adds a branch.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_branch(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        new: &NewBranch,
    ) -> Result<Result<Branch, BranchTaken>, StoreError> {
        let branch = Branch {
            id: BranchId::new_id(),
            code: new.code.clone(),
            name: new.name.clone(),
            time_zone: new.time_zone.clone(),
        };
        let added = Sql::new(
            "INSERT INTO branches (id, shop_id, code, name, time_zone, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shop_id, code) DO NOTHING",
        )
        .arg(&branch.id)
        .arg(shop)
        .arg(&branch.code)
        .arg(&branch.name)
        .arg(&branch.time_zone)
        .arg(now())
        .run(self)?;
        if added == 0 {
            return Ok(Err(BranchTaken));
        }
        self.touch_picks_of_branch(shop, &branch.code)?;
        let both = (&Fields::new(), &noted(&branch));
        self.audit(shop, by, Action::BranchCreated, &branch.code, both)?;
        Ok(Ok(branch))
    }

    /// Changes a branch; gives it as it is then, or nothing when the shop has no such branch.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_branch(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &BranchId,
        change: BranchChange,
    ) -> Result<Option<Branch>, StoreError> {
        self.lock([format!("branch {id}")])?;
        let Some(before) = self.branch(shop, id)? else {
            return Ok(None);
        };
        let after = Branch {
            name: change.name.unwrap_or_else(|| before.name.clone()),
            time_zone: change.time_zone.unwrap_or_else(|| before.time_zone.clone()),
            ..before.clone()
        };
        Sql::new("UPDATE branches SET name = $1, time_zone = $2 WHERE id = $3")
            .arg(&after.name)
            .arg(&after.time_zone)
            .arg(id)
            .run(self)?;
        self.touch_picks_of_branch(shop, &after.code)?;
        let both = (noted(&before), noted(&after));
        self.audit_difference(shop, by, Action::BranchChanged, &after.code, both)?;
        Ok(Some(after))
    }

    /// Takes a branch away; false when the shop has no such branch.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn delete_branch(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &BranchId,
    ) -> Result<bool, StoreError> {
        self.lock([format!("branch {id}")])?;
        let Some(branch) = self.branch(shop, id)? else {
            return Ok(false);
        };
        Sql::new("DELETE FROM branches WHERE id = $1")
            .arg(id)
            .run(self)?;
        self.touch_picks_of_branch(shop, &branch.code)?;
        let both = (&noted(&branch), &Fields::new());
        self.audit(shop, by, Action::BranchDeleted, &branch.code, both)?;
        Ok(true)
    }

    fn branch(&mut self, shop: &ShopId, id: &BranchId) -> Result<Option<Branch>, StoreError> {
        Sql::new("SELECT id, code, name, time_zone FROM branches WHERE shop_id = $1 AND id = $2")
            .arg(shop)
            .arg(id)
            .row(self)?
            .as_ref()
            .map(branch_of)
            .transpose()
    }
}

fn branch_of(row: &Row) -> Result<Branch, StoreError> {
    Ok(Branch {
        id: row.get("id")?,
        code: row.get("code")?,
        name: row.get("name")?,
        time_zone: row.get("time_zone")?,
    })
}

fn noted(branch: &Branch) -> Fields {
    fields_of([
        ("name", branch.name.clone()),
        ("time_zone", branch.time_zone.clone()),
    ])
}
