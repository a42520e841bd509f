-- Works of which a customer has deleted a review that told readers of something received for it: what the customer
-- writes of them next is labelled too.
CREATE TABLE review_labels (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    work_id TEXT NOT NULL REFERENCES works (id),
    PRIMARY KEY (customer_id, work_id)
);
