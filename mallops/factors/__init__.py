"""The second factor at sign-in: codes of an authenticator, and recovery codes."""
