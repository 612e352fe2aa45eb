"""What has happened, for readers with a cursor of their own."""
