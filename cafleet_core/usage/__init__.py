"""What coding agents have used, by their own files: tokens, money, context, quotas."""
