"""Notices to tenants (整改通知单), verbal warnings, and penalties that are proposed."""
