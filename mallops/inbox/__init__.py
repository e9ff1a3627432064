"""Telling people in time that a finding needs them: inbox, e-mail, the ladder."""
