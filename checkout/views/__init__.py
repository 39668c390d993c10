"""Pages: checkout, confirmation, the customer's account, the studio's orders; and the provider's hook."""
