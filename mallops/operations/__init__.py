"""Running MallOps: health, figures, log lines, and a doctor for the settings."""
