"""Telling people in time what needs them: the inbox, e-mail, the ladders."""
