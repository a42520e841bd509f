//! Who may change what is in a list of somebody else's.
//!
//! Whoever edits a list holds the locks of its owner and of the own lists: the limits and places of the list hold, and
//! nobody of both is deleted meanwhile.

use super::{Changed, WishRefusal, hold, lock_of, taken};
use crate::db::Sql;
use crate::ids::{NewId, now};
use crate::{Db, StoreError};
use bookplate_wire::wishlists::Wishlist;
use bookplate_wire::wishlists::editors::{
    EDITED_MAX, EDITORS_MAX, Editor, Editors, InvitedTo, ListInvitation,
};
use bookplate_wire::{CustomerId, EditorId, ListInvitationId, ShopId, WishlistId};

/// For how long an invitation can be accepted, in milliseconds.
const INVITED: i64 = 14 * 24 * 60 * 60_000;

/// An invitation by the hash of its secret: its id, its list, the list's owner.
type Invited = (ListInvitationId, WishlistId, CustomerId);

impl Db {
    /// A customer's own list, or the default one (`None`), for what only its owner can do.
    pub(super) fn own_wishlist(
        &mut self,
        customer: &CustomerId,
        list: Option<&WishlistId>,
    ) -> Changed<Wishlist> {
        let own = self.wishlist(customer, list)?;
        if let (Err(WishRefusal::NoList), Some(list)) = (&own, list)
            && self.owner_of_edited(customer, list)?.is_some()
        {
            return Ok(Err(WishRefusal::NotOwn));
        }
        Ok(own)
    }

    /// Whose list a customer edits; `None` where the customer edits no such list.
    fn owner_of_edited(
        &mut self,
        customer: &CustomerId,
        list: &WishlistId,
    ) -> Result<Option<(CustomerId, String)>, StoreError> {
        let row = Sql::new(
            "SELECT l.customer_id, c.name FROM wishlist_editors e JOIN wishlists l ON l.id = e.list_id \
             JOIN customers c ON c.id = l.customer_id \
             WHERE e.list_id = $1 AND e.customer_id = $2 AND l.removed_at IS NULL",
        )
        .arg(list)
        .arg(customer)
        .row(self)?;
        row.map(|row| Ok((row.get("customer_id")?, row.get("name")?)))
            .transpose()
    }

    /// A customer's list, or the default one (`None`), or one that the customer edits: of that it is not told where
    /// others see it.
    pub(super) fn open_wishlist(
        &mut self,
        customer: &CustomerId,
        list: Option<&WishlistId>,
    ) -> Changed<Wishlist> {
        let own = self.wishlist(customer, list)?;
        let (Err(_), Some(id)) = (&own, list) else {
            return Ok(own);
        };
        let Some((owner, name)) = self.owner_of_edited(customer, id)? else {
            return Ok(own);
        };
        let list = taken!(self.wishlist(&owner, list));
        Ok(Ok(as_edited(list, name)))
    }

    /// Holds the lock of whose list is to be changed, and says who that is: the customer, or the owner of a list that the
    /// customer edits.
    pub(super) fn hold_owner(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
    ) -> Changed<CustomerId> {
        let of = match list {
            Some(list) => self.owner_of_edited(customer, list)?,
            None => None,
        };
        let (Some((owner, _)), Some(list)) = (of, list) else {
            taken!(hold(self, shop, customer));
            return Ok(Ok(customer.clone()));
        };
        self.lock([lock_of(&owner), lock_of(customer)])?;
        // Either may have left meanwhile, or the owner lets the customer no more.
        taken!(hold(self, shop, customer));
        match self.owner_of_edited(customer, list)? {
            Some((still, _)) if still == owner => Ok(Ok(owner)),
            _ => Ok(Err(WishRefusal::NoList)),
        }
    }

    /// Whether somebody must not see what is given of a list: its owner, and whoever edits it.
    pub(super) fn knows_too_much(
        &mut self,
        list: &WishlistId,
        owner: &CustomerId,
        customer: &CustomerId,
    ) -> Result<bool, StoreError> {
        Ok(owner == customer || self.owner_of_edited(customer, list)?.is_some())
    }

    /// The lists of others that a customer edits, those joined first first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn edited_wishlists(&mut self, customer: &CustomerId) -> Result<Vec<Wishlist>, StoreError> {
        let rows = Sql::new(
            "SELECT l.id, l.customer_id, c.name FROM wishlist_editors e JOIN wishlists l ON l.id = e.list_id \
             JOIN customers c ON c.id = l.customer_id WHERE e.customer_id = $1 AND l.removed_at IS NULL \
             ORDER BY e.joined_at, e.id",
        )
        .arg(customer)
        .rows(self)?;
        let mut lists = Vec::with_capacity(rows.len());
        for row in &rows {
            let (list, owner): (WishlistId, CustomerId) = (row.get("id")?, row.get("customer_id")?);
            if let Ok(list) = self.wishlist(&owner, Some(&list))? {
                lists.push(as_edited(list, row.get("name")?));
            }
        }
        Ok(lists)
    }

    /// Who edits a customer's own list, or the default one (`None`), and who is invited to.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn editors(
        &mut self,
        customer: &CustomerId,
        list: Option<&WishlistId>,
    ) -> Changed<Editors> {
        let list = taken!(self.own_wishlist(customer, list));
        self.editors_of(&list.id).map(Ok)
    }

    pub(super) fn editors_of(&mut self, list: &WishlistId) -> Result<Editors, StoreError> {
        let editors = Sql::new(
            "SELECT e.id, e.joined_at, c.name FROM wishlist_editors e JOIN customers c ON c.id = e.customer_id \
             WHERE e.list_id = $1 ORDER BY e.joined_at, e.id",
        )
        .arg(list)
        .rows(self)?;
        let editors = editors.iter().map(|row| {
            Ok(Editor {
                id: row.get("id")?,
                name: row.get("name")?,
                joined_at: row.get("joined_at")?,
            })
        });
        let editors = editors.collect::<Result<_, StoreError>>()?;
        let invitations = Sql::new(
            "SELECT id, created_at, expires_at FROM wishlist_invitations WHERE list_id = $1 AND expires_at > $2 \
             ORDER BY created_at, id",
        )
        .arg(list)
        .arg(now())
        .rows(self)?;
        let invitations = invitations.iter().map(|row| {
            Ok(ListInvitation {
                id: row.get("id")?,
                created_at: row.get("created_at")?,
                expires_at: row.get("expires_at")?,
            })
        });
        Ok(Editors {
            editors,
            invitations: invitations.collect::<Result<_, StoreError>>()?,
        })
    }

    /// Invites somebody to edit a customer's own list, or the default one (`None`): whoever knows what `secret` is the hash
    /// of, and is the first to say so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn invite_editor(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        secret: &str,
    ) -> Changed<ListInvitation> {
        taken!(hold(self, shop, customer));
        let list = taken!(self.own_wishlist(customer, list));
        let known = self.editors_of(&list.id)?;
        if known.editors.len() + known.invitations.len() >= EDITORS_MAX as usize {
            return Ok(Err(WishRefusal::TooManyEditors));
        }
        let created_at = now();
        let invitation = ListInvitation {
            id: ListInvitationId::new_id(),
            created_at,
            expires_at: created_at + INVITED,
        };
        Sql::new(
            "INSERT INTO wishlist_invitations (id, list_id, secret, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .arg(&invitation.id)
        .arg(&list.id)
        .arg(secret)
        .arg(invitation.created_at)
        .arg(invitation.expires_at)
        .run(self)?;
        Ok(Ok(invitation))
    }

    /// Takes an invitation back. One that is gone stays so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn revoke_editor_invitation(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        invitation: &ListInvitationId,
    ) -> Changed<()> {
        taken!(hold(self, shop, customer));
        let list = taken!(self.own_wishlist(customer, list));
        Sql::new("DELETE FROM wishlist_invitations WHERE id = $1 AND list_id = $2")
            .arg(invitation)
            .arg(&list.id)
            .run(self)?;
        Ok(Ok(()))
    }

    fn invited(&mut self, shop: &ShopId, secret: &str) -> Changed<Invited> {
        let row = Sql::new(
            "SELECT i.id, i.list_id, l.customer_id FROM wishlist_invitations i JOIN wishlists l ON l.id = i.list_id \
             WHERE i.secret = $1 AND l.shop_id = $2 AND i.expires_at > $3 AND l.removed_at IS NULL",
        )
        .arg(secret)
        .arg(shop)
        .arg(now())
        .row(self)?;
        let Some(row) = row else {
            return Ok(Err(WishRefusal::NoInvitation));
        };
        Ok(Ok((
            row.get("id")?,
            row.get("list_id")?,
            row.get("customer_id")?,
        )))
    }

    /// What an invitation is to, by the hash of its secret.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn invited_to(&mut self, shop: &ShopId, secret: &str) -> Changed<InvitedTo> {
        let (_, list, owner) = taken!(self.invited(shop, secret));
        let list = taken!(self.wishlist(&owner, Some(&list)));
        let name = Sql::new("SELECT name FROM customers WHERE id = $1");
        Ok(Ok(InvitedTo {
            list: list.name,
            owner: name.arg(&owner).value(self)?.unwrap_or_default(),
        }))
    }

    /// Accepts an invitation, by the hash of its secret: it works once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn accept_invitation(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        secret: &str,
    ) -> Changed<Wishlist> {
        let (_, _, owner) = taken!(self.invited(shop, secret));
        self.lock([lock_of(&owner), lock_of(customer)])?;
        taken!(hold(self, shop, customer));
        // Somebody else may have been first.
        let (invitation, list, owner) = taken!(self.invited(shop, secret));
        if self.knows_too_much(&list, &owner, customer)? {
            return Ok(Err(WishRefusal::IsOwn));
        }
        if self.edited_wishlists(customer)?.len() >= EDITED_MAX as usize {
            return Ok(Err(WishRefusal::TooManyEditors));
        }
        Sql::new("DELETE FROM wishlist_invitations WHERE id = $1")
            .arg(&invitation)
            .run(self)?;
        Sql::new(
            "INSERT INTO wishlist_editors (id, list_id, customer_id, joined_at) VALUES ($1, $2, $3, $4)",
        )
        .arg(&EditorId::new_id())
        .arg(&list)
        .arg(customer)
        .arg(now())
        .run(self)?;
        self.open_wishlist(customer, Some(&list))
    }

    /// Lets somebody edit a customer's own list, or the default one (`None`), no more. What the editor has added stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn remove_editor(
        &mut self,
        shop: &ShopId,
        customer: &CustomerId,
        list: Option<&WishlistId>,
        editor: &EditorId,
    ) -> Changed<()> {
        taken!(hold(self, shop, customer));
        let list = taken!(self.own_wishlist(customer, list));
        Sql::new("DELETE FROM wishlist_editors WHERE id = $1 AND list_id = $2")
            .arg(editor)
            .arg(&list.id)
            .run(self)?;
        Ok(Ok(()))
    }

    /// Edits a list of somebody else's no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn leave_wishlist(
        &mut self,
        customer: &CustomerId,
        list: &WishlistId,
    ) -> Result<(), StoreError> {
        Sql::new("DELETE FROM wishlist_editors WHERE list_id = $1 AND customer_id = $2")
            .arg(list)
            .arg(customer)
            .run(self)
            .map(drop)
    }

    /// Notes who has added a wish, where that is not whose list it is.
    pub(super) fn note_adder(
        &mut self,
        wish: &str,
        owner: &CustomerId,
        customer: &CustomerId,
    ) -> Result<(), StoreError> {
        Sql::new("UPDATE wishes SET added_by = $1 WHERE id = $2")
            .arg(Some(customer).filter(|customer| *customer != owner))
            .arg(wish)
            .run(self)
            .map(drop)
    }
}

/// A list as somebody sees it who edits it and whose it is not: where others see it is the owner's to tell.
fn as_edited(list: Wishlist, owner: String) -> Wishlist {
    Wishlist {
        default: false,
        shared: None,
        owner: Some(owner),
        ..list
    }
}
